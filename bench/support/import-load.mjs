import { request } from 'node:http';
import { performance } from 'node:perf_hooks';

const FUNDS = 8;
const PROJECTS = 40;
const BENEFICIARIES = 500;
const POLICIES = ['交通补贴', '耕地地力保护补贴', '雨露计划', '公益岗位补贴', '产业到户补贴', '危房改造补助'];
const RECORDED = '"status":201';

/** Opens a book with funds, projects and beneficiaries for the commands of `mixedLines`. Answers the ids of the beneficiaries. */
export async function prepareBook(service, book, tokens) {
  const open = { kind: 'book', key: 'open', id: book, name: `财政局 ${book}`, level: 'county' };
  await mustImport(service, book, tokens.admin, [open]);
  const division = `${book}100201`;
  const lines = [];
  const facts = { level: 'county', nature: 'special', fiscalYear: 2016, amount: '900000000000.00' };
  for (let n = 1; n <= FUNDS; n += 1)
    lines.push({ kind: 'fund', key: `f-${n}`, id: `F-${n}`, name: `专项资金${n}`, ...facts });
  for (let n = 1; n <= PROJECTS; n += 1) {
    const facts = { category: '产业发展', responsibleUnit: '农业农村局', plannedAmount: '100000.00', division };
    lines.push({ kind: 'project', key: `p-${n}`, id: `P-${n}`, name: `项目${n}`, ...facts });
  }
  await mustImport(service, book, tokens.clerk, lines);
  const people = Array.from({ length: BENEFICIARIES }, (_, n) => ({
    ...{ kind: 'beneficiary', key: `b-${n}`, name: `户主${n}`, idNumber: idNumber(n), division },
    categories: ['脱贫户'],
  }));
  return (await mustImport(service, book, tokens.clerk, people)).map(({ id }) => id);
}

async function mustImport(service, book, token, lines) {
  const body = lines.map((line) => `${JSON.stringify(line)}\n`).join('');
  const { text } = await importOver(service, book, token, [Buffer.from(body)], true);
  const answers = text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  const refused = answers.find(({ status }) => status !== 201);
  if (refused !== undefined) throw new Error(`refused: ${JSON.stringify(refused)}`);
  return answers;
}

/** An ID number of its own for each, with the check character of GB 11643. */
function idNumber(n) {
  const digits = `640121${1950 + Math.floor(n / 900)}0101${String(100 + (n % 900))}`;
  let sum = 0;
  for (let index = 0; index < 17; index += 1) sum += Number(digits[index]) * (2 ** (17 - index) % 11);
  return digits + '10X98765432'[sum % 11];
}

/** A county's work: money goes to projects, which pay and make assets, and to households, each once in a period of a policy. */
export function mixedLines(count, run, beneficiaries, village = '640121100201') {
  const lines = [];
  for (let n = 0; lines.length < count; n += 1) {
    const key = `${run}-${n}`;
    const part = [1, 2].map((k) => ({
      fund: `F-${1 + ((n + k) % FUNDS)}`,
      amount: `${100 + (n % 900)}.${10 + (n % 90)}`,
    }));
    const project = `P-${1 + (n % PROJECTS)}`;
    const common = { effectiveDate: '2016-07-13', documents: [`永财农〔2016〕${n}号`] };
    lines.push({ kind: 'allocation', key: `${key}-a`, to: `project:${project}`, lines: part, ...common });
    const payee = '宁夏某建设有限公司';
    lines.push({ kind: 'payment', key: `${key}-p`, project, paymentKind: 'capital', payee, lines: part, ...common });
    const beneficiary = beneficiaries[n % beneficiaries.length];
    const list = Math.floor(n / beneficiaries.length);
    const policy = `${POLICIES[list % POLICIES.length]}${run}`;
    const grant = { policy, period: month(Math.floor(list / POLICIES.length)), beneficiary, lines: [part[0]] };
    lines.push({ kind: 'payout', key: `${key}-s`, ...grant, ...common });
    if (n % 50 !== 49) continue;
    const owners = [{ kind: 'village', id: village, name: '杨和村股份经济合作社', share: '1' }];
    const asset = { name: '蔬菜大棚', class: 'public', category: '农业设施', division: village, owners };
    lines.push({ kind: 'asset', key: `${key}-x`, project, lines: part, ...asset, ...common });
  }
  return lines.slice(0, count);
}

/** So many months after January 2016. */
function month(after) {
  return `${2016 + Math.floor(after / 12)}-${String(1 + (after % 12)).padStart(2, '0')}`;
}

/** In parts of 64 KiB, as a file is read. */
export function asBody(lines) {
  const bytes = Buffer.from(lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  const parts = [];
  for (let at = 0; at < bytes.length; at += 65_536) parts.push(bytes.subarray(at, at + 65_536));
  return parts;
}

/** Sends an import and reads its answers as they come. */
export function importOver(service, book, token, parts, wantsText = false) {
  return new Promise((done, failed) => {
    const start = performance.now();
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/x-ndjson' };
    const path = `/v1/books/${book}/imports`;
    const sending = request({ host: '127.0.0.1', port: service.port, method: 'POST', path, headers }, (response) => {
      let text = '';
      let answers = 0;
      let recorded = 0;
      let cut = '';
      response.setEncoding('latin1');
      response.on('data', (chunk) => {
        if (wantsText) text += chunk;
        for (let at = chunk.indexOf('\n'); at >= 0; at = chunk.indexOf('\n', at + 1)) answers += 1;
        // A chunk may end in the middle of it.
        const seen = cut + chunk;
        for (let at = seen.indexOf(RECORDED); at >= 0; at = seen.indexOf(RECORDED, at + 1)) recorded += 1;
        cut = seen.slice(1 - RECORDED.length);
      });
      response.on('error', failed);
      response.on('end', () => {
        if (response.statusCode !== 200) failed(new Error(`an import was answered ${response.statusCode} ${text}`));
        else done({ answers, recorded, text, seconds: (performance.now() - start) / 1000 });
      });
    });
    sending.on('error', failed);
    const queue = parts.values();
    const write = () => {
      for (;;) {
        const { value, done: isEnd } = queue.next();
        if (isEnd) return sending.end();
        if (!sending.write(value)) return sending.once('drain', write);
      }
    };
    write();
  });
}

/** So that what follows us does not run while the others are measured. Answers how long it took, in milliseconds. */
export async function untilBookViewsCaughtUp(service, book, token) {
  const start = performance.now();
  const headers = { authorization: `Bearer ${token}` };
  const { revision } = await (await fetch(`${service.url}/v1/books/${book}`, { headers })).json();
  for (const view of ['balances', 'funds', 'projects', 'payouts', 'assets', `divisions/${book}`]) {
    for (let attempt = 0; ; attempt += 1) {
      const { status } = await fetch(`${service.url}/v1/books/${book}/${view}?minSeq=${revision}`, { headers });
      if (status === 200) break;
      if (status !== 503 || attempt > 60) throw new Error(`${view} of ${book} stays behind: ${status}`);
    }
  }
  return performance.now() - start;
}
