import { crc32 } from 'node:zlib';
import { LedgerClient, ProblemAnswer } from '../../src/demo/player/ledger-client.js';
import { noticeBody } from './notices.js';
import type { ServiceProcess } from './service-process.js';

export const BOOK = '640121';
export const VILLAGE = '640121104201';
const county = `/v1/books/${BOOK}`;

/** Nobody: what must not be seen of them is unlike anything else that is answered. */
export const PEOPLE = [
  { name: '欧阳密语甲', idNumber: '640121198703178829', bankAccount: '6217998877665544332' },
  { name: '欧阳密语乙', idNumber: '640121197911237745', bankAccount: '6217991122334455667' },
];
const OBJECTOR = {
  name: '司徒密语丙',
  phone: '0951-73917391',
  text: '密语丁:本户没有收到这笔钱,请与本人联系。',
};
/** What a camera wrote beside a picture. */
const CAMERA = 'camera of 密语戊 38.2N 106.3E';

/** What no answer may hold: whole numbers, the days of birth in their middle, cards, all of an objection. */
export const SECRETS = [
  ...PEOPLE.flatMap(({ idNumber, bankAccount }) => [
    idNumber,
    idNumber.slice(6, 14),
    bankAccount,
    bankAccount.slice(6, -4),
  ]),
  OBJECTOR.name,
  OBJECTOR.phone,
  '密语丁',
  '密语戊',
];
/** Shown on pages and in lists of who was paid; they stand nowhere else. */
export const NAMES = PEOPLE.map(({ name }) => name);

/**
 * Has a county live through all that pages tell of, with people whose data is marked.
 *
 * @returns what was answered to those who file objections and post nonsense
 */
export async function liveThroughAll(service: ServiceProcess): Promise<string[]> {
  const clerk = new LedgerClient(service.url, service.token('clerk', BOOK));
  const admin = new LedgerClient(service.url, service.token('admin', BOOK));
  const publisher = new LedgerClient(service.url, service.token('publisher', BOOK));
  let keys = 0;
  const post = (path: string, body: object) => clerk.post(`${county}/${path}`, `key-${++keys}`, body);
  await admin.post('/v1/books', 'open', { id: BOOK, name: '永宁县财政局', level: 'county' });
  const fund = { name: '扶贫专项资金', level: 'county', nature: 'special', fiscalYear: 2016, amount: '5000.00' };
  await post('funds', { id: 'F-1', ...fund });
  const ids = await payPeople(post);
  await buildAsset(post, ids);
  const subsidy = noticeBody('household_subsidy', { policy: '交通补贴', period: '2016' }, { division: VILLAGE });
  await post('notices', { ...subsidy, id: 'N-SUBSIDY' });
  await post('notices', { ...noticeBody('identification', {}, { division: VILLAGE }), id: 'N-WHO' });
  const taken = new URLSearchParams({ takenAt: '2016-07-14T09:30:00+08:00', place: '村务公开栏' });
  await publisher.postPhoto(`${county}/notices/N-SUBSIDY/evidence?${taken}`, 'photo', photo());
  const told = await object(service.url);
  const nonsense = await Promise.all([
    refusal(clerk.post(`${county}/beneficiaries`, 'bad-1', { ...PEOPLE[0], categories: [], division: '1' })),
    refusal(clerk.post(`${county}/allocations`, 'bad-2', { to: 'bureau', note: PEOPLE[0]?.idNumber, amount: '1.00' })),
    refusal(
      new LedgerClient(service.url).post(`/v1/disclosure/books/${BOOK}/objections`, 'bad-3', {
        kind: 'objection',
        ...OBJECTOR,
      }),
    ),
  ]);
  // Those who ask for a person by name or number get no more of him; what they asked must not come into the log.
  for (const { name, idNumber } of PEOPLE) {
    for (const q of [name, idNumber]) await fetch(`${service.url}/board/${BOOK}/payouts?${new URLSearchParams({ q })}`);
  }
  return [...told, ...nonsense];
}

type Post = (path: string, body: object) => Promise<{ id: string }>;

async function payPeople(post: Post): Promise<string[]> {
  const ids: string[] = [];
  for (const person of PEOPLE) {
    const { id } = await post('beneficiaries', { ...person, division: VILLAGE, categories: ['脱贫户'] });
    ids.push(id);
    await post('payouts', { policy: '交通补贴', period: '2016', beneficiary: id, amount: '1000.00' });
  }
  return ids;
}

async function buildAsset(post: Post, households: string[]): Promise<void> {
  const place = { division: VILLAGE };
  await post('projects', {
    id: 'P-1',
    name: '圈舍',
    category: '产业',
    responsibleUnit: '农业局',
    plannedAmount: '900.00',
    ...place,
  });
  await post('integrations', { pool: '2016', lines: [{ fund: 'F-1', amount: '100.00' }] });
  await post('allocations', { to: 'project:P-1', amount: '800.00' });
  await post('payments', { project: 'P-1', kind: 'capital', payee: '建筑公司', amount: '800.00' });
  const asset = { class: 'household', category: '养殖设施', ...place };
  const owners = households.map((id) => ({ kind: 'household', id, share: '1/2' }));
  await post('assets', { id: 'AS-1', name: '养殖圈舍', ...asset, project: 'P-1', amount: '800.00', owners });
  await post('assets/AS-1/incomes', { period: '2016', amount: '30.00', payerKind: 'enterprise' });
}

/** Once by JSON and once by a form, then asks what became of it. */
async function object(url: string): Promise<string[]> {
  const body = JSON.stringify({ kind: 'objection', notice: 'N-SUBSIDY', row: 1, ...OBJECTOR });
  const headers = { 'content-type': 'application/json', 'idempotency-key': 'objection-1' };
  const filed = await fetch(`${url}/v1/disclosure/books/${BOOK}/objections`, { method: 'POST', headers, body });
  const { code } = (await filed.json()) as { code: string };
  const form = (path: string, fields: Record<string, string>) =>
    fetch(url + path, { method: 'POST', body: new URLSearchParams(fields) });
  const follow = await fetch(`${url}/v1/disclosure/objections/${code}`);
  const byForm = await form('/board/objections', { code });
  const anew = await form(`/board/${BOOK}/notices/${BOOK}/N-SUBSIDY/objection`, {
    token: '1b9bd6d0-2f0f-4f1c-8c1c-5a1f0a7d2e11',
    kind: 'objection',
    row: '1',
    ...OBJECTOR,
  });
  const answers = [follow, byForm, anew];
  const statuses = [filed, ...answers].map(({ status }) => status);
  if (statuses.join() !== '201,200,200,201') throw new Error(`the objections were answered ${statuses}`);
  const texts = await Promise.all(answers.map((answer) => answer.text()));
  return [...texts, ...[filed, ...answers].map((answer) => JSON.stringify([...answer.headers]))];
}

async function refusal(posting: Promise<unknown>): Promise<string> {
  const problem = await posting.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (problem instanceof ProblemAnswer) return `${problem.code} ${problem.message}`;
  throw problem ?? new Error('what was posted must be refused');
}

/** A picture of one point, with what a camera adds. */
function photo(): Buffer<ArrayBuffer> {
  const chunk = (type: string, data: Buffer) => {
    const named = Buffer.concat([Buffer.from(type, 'latin1'), data]);
    const [length, crc] = [Buffer.alloc(4), Buffer.alloc(4)];
    length.writeUInt32BE(data.length);
    crc.writeUInt32BE(crc32(named));
    return Buffer.concat([length, named, crc]);
  };
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', Buffer.alloc(13, 1)),
    chunk('tEXt', Buffer.from(CAMERA)),
    chunk('IDAT', Buffer.from('pixels')),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}
