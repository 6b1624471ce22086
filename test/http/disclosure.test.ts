import { parse } from 'csv-parse/sync';
import exceljs from 'exceljs';
import supertest from 'supertest';
import { lineColumns } from '../../src/disclosure/files/line-columns.js';
import { LINE_KINDS, type LineKind } from '../../src/disclosure/lines.js';
import type { PublishedLine } from '../../src/disclosure/published-lines.js';
import { parseYuan } from '../../src/domain/money.js';
import { startApp, type TestApp } from '../support/app.js';
import { noticeBody } from '../support/notices.js';

const city = '/v1/books/640100';
const county = '/v1/books/640121';
const village = '640121100201';
const TAB: Record<LineKind, string> = {
  fund: 'funds',
  allocation: 'allocations',
  integration: 'integrations',
  project: 'projects',
  payout: 'payouts',
  asset: 'assets',
  income: 'income',
  notice: 'notices',
};
const FORMULA = '=HYPERLINK("http://example.org")';
const people = [
  { name: '测试人甲', idNumber: '11010519491231002X', bankAccount: '62220200001234567' },
  { name: '测试人乙', idNumber: '440308199901101512', bankAccount: '6222020200112230' },
];

let app: TestApp;
let clerk: string;
const enrolled: string[] = [];

async function post(path: string, body: object): Promise<{ id: string; seq: number }> {
  const { body: answer, status } = await app.post(path, clerk, body);
  if (status !== 201) throw new Error(`${path}: ${JSON.stringify(answer)}`);
  return answer;
}

const open = (path: string) => app.get(`/v1/disclosure${path}`);

async function linesOf<Kind extends LineKind>(kind: Kind, query = '', division = '640121') {
  const { body } = await open(`/divisions/${division}/${TAB[kind]}?${query}`).expect(200);
  return body as { items: PublishedLine<Kind>[]; next: string | null; books: { book: string; seq: number }[] };
}

beforeAll(async () => {
  app = await startApp();
  clerk = await app.token('clerk', ['6401']);
  const admin = await app.token('admin', ['6401']);
  await app.post('/v1/books', admin, { id: '640100', name: '银川市财政局', level: 'city' }).expect(201);
  await app.post('/v1/books', admin, { id: '640121', name: '永宁县财政局', level: 'county' }).expect(201);
  const facts = { level: 'central', nature: 'special', fiscalYear: 2016 };
  await post(`${city}/funds`, { id: 'F-1', name: '中央专项', ...facts, amount: '500.00' });
  await post(`${city}/dispatches`, { id: 'D-1', toBook: '640121', amount: '300.00' });
  await post(`${county}/arrivals`, { id: 'A-1', fromBook: '640100', dispatch: 'D-1' });
  for (let index = 1; index <= 7; index += 1) {
    const name = index === 3 ? FORMULA : `县级资金${index}`;
    const effectiveDate = `2016-0${index}-01`;
    const amount = `${100 * (1 + (index % 3))}.00`;
    await post(`${county}/funds`, { id: `C-${index}`, name, ...facts, level: 'county', amount, effectiveDate });
  }
  const project = { category: '产业', responsibleUnit: '农业局', plannedAmount: '250.00' };
  await post(`${county}/projects`, { id: 'P-1', name: '村组道路', division: village, ...project });
  await post(`${county}/projects/P-1/stages`, { stage: 'approved' });
  await post(`${county}/allocations`, { to: 'project:P-1', amount: '200.00' });
  await post(`${county}/integrations`, { pool: '2016', lines: [{ fund: 'A-1.1', amount: '50.00' }] });
  await post(`${county}/payments`, { project: 'P-1', kind: 'capital', payee: '建筑公司', amount: '150.00' });
  const owners = [{ kind: 'village', id: village, name: '永清村', share: '1' }];
  const asset = { name: '圈棚', class: 'operating', category: '设施', division: village, project: 'P-1', owners };
  await post(`${county}/assets`, { id: 'AS-1', ...asset, amount: '120.00' });
  await post(`${county}/assets/AS-1/incomes`, { period: '2016', amount: '30.00', payerKind: 'enterprise' });
  await post(`${county}/allocations`, { from: 'income:AS-1', to: `collective:${village}`, amount: '20.00' });
  for (const person of people) {
    const body = { ...person, division: village, categories: ['脱贫户'] };
    const { id } = await post(`${county}/beneficiaries`, body);
    enrolled.push(id);
    await post(`${county}/payouts`, { policy: '交通补贴', period: '2016', beneficiary: id, amount: '40.00' });
  }
  await post(`${county}/notices`, { ...noticeBody('loans', {}), id: 'N-1' });
  const today = new Date().toISOString().slice(0, 10);
  await post(`${county}/notices`, { ...noticeBody('loans', {}), id: 'N-2', publicFrom: today });
  // Until the read models have all of it.
  for (const book of ['640100', '640121']) {
    await open(`/divisions/640100/funds?book=${book}&minSeq=${await app.revision(book)}`).expect(200);
  }
});
afterAll(() => app.close());

it('tells of a division what it is, what came there and what became of it', async () => {
  const { body } = await open(`/divisions/${village}`).expect(200);
  expect(body).toMatchObject({ code: village, level: 'village', formerly: null });
  expect(body.path.map(({ code }: { code: string }) => code)).toEqual([
    '640000',
    '640100',
    '640121',
    '640121100',
    village,
  ]);
  expect(body.books).toEqual([
    { book: '640100', seq: await app.revision('640100') },
    { book: '640121', seq: await app.revision('640121') },
  ]);
  const money = new Map<string, bigint>();
  for (const { outcome, amount } of body.money) money.set(outcome, (money.get(outcome) ?? 0n) + parseYuan(amount));
  expect(Object.fromEntries(money)).toEqual({
    'asset:operating': 12_000n,
    collective: 2_000n,
    income: 1_000n,
    paid: 8_000n,
    project: 5_000n,
    wip: 3_000n,
  });
});

it('finds divisions by name, and knows what became of a former code', async () => {
  const { body: found } = await open(`/divisions?q=${encodeURIComponent('永宁')}&within=640000`).expect(200);
  expect(found.items[0]).toMatchObject({ code: '640121', name: '永宁县', level: 'county' });
  const { body: below } = await open('/divisions?within=640121').expect(200);
  expect(below.items.length).toBeGreaterThan(3);
  const { body: former } = await open('/divisions/110103').expect(200);
  expect(former.formerly.successors.length).toBeGreaterThan(0);
  expect((await open('/divisions/110103/feed.json').expect(200)).body.title).toBe('崇文区 · 明账');
  expect((await open('/divisions/110103/files').expect(200)).body.name).toBe('崇文区');
  expect((await open('/divisions/990000').expect(404)).body.code).toBe('not_found');
  expect((await open('/divisions/none/funds').expect(400)).body.code).toBe('invalid_request');
});

it.each(LINE_KINDS)('lists every %s with its book, its entry, its proof and an address of its own', async (kind) => {
  const { items, books } = await linesOf(kind);
  expect(items.length).toBeGreaterThan(0);
  expect(books.length).toBe(2);
  for (const line of items) {
    expect(line).toMatchObject({ kind, book: expect.stringMatching(/^6401(?:00|21)$/), seq: expect.any(Number) });
    const proof = new URL(line.proof).pathname;
    expect(proof).toBe(`/v1/books/${line.book}/events/${line.seq}/proof`);
    await app.get(proof).expect(200);
    const { body } = await app.get(new URL(line.url).pathname).expect(200);
    expect(body).toEqual(line);
  }
});

it.each(LINE_KINDS)('says the same of every %s in JSON, CSV and XLSX', async (kind) => {
  const { items } = await linesOf(kind);
  const address = `/divisions/640121/${TAB[kind]}`;
  const columns = lineColumns(kind);
  const told = items.map((line) => columns.map(({ value }) => String(value(line as never, 'zh') ?? '')));
  const heads = columns.map(({ zh }) => zh);

  const text = await open(`${address}?format=csv`).expect('content-type', 'text/csv; charset=utf-8').expect(200);
  expect(text.headers['content-disposition']).toBe(`attachment; filename="640121-${kind}.csv"`);
  const csv = parse(text.text, { bom: true }) as string[][];
  expect(csv.map((row) => row.map((cell) => (cell === `'${FORMULA}` ? FORMULA : cell)))).toEqual([heads, ...told]);
  expect(csv.flat()).not.toContain(FORMULA);

  const { body } = await open(`${address}?format=xlsx`).responseType('blob').expect(200);
  const workbook = new exceljs.Workbook();
  await workbook.xlsx.load(body);
  const rows: string[][] = [];
  workbook.worksheets[0]?.eachRow((row) => {
    rows.push(
      columns.map(({ kind: type }, index) => {
        const { value, formula } = row.getCell(index + 1);
        expect(formula).toBeUndefined();
        return typeof value === 'number' && type === 'yuan' ? value.toFixed(2) : String(value ?? '');
      }),
    );
  });
  expect(rows).toEqual([heads, ...told]);
});

it('filters, sorts and pages; a walk by cursor equals the whole', async () => {
  const ids = async (query: string) => (await linesOf('fund', query)).items.map(({ id }) => id);
  expect(await ids('year=2016&level=county&from=2016-02-01&to=2016-04-01&order=asc')).toEqual(['C-2', 'C-3', 'C-4']);
  expect(await ids(`q=${encodeURIComponent('资金5')}`)).toEqual(['C-5']);
  expect((await linesOf('fund', 'book=640100', '640100')).items.map(({ id }) => id)).toEqual(['F-1']);
  expect((await linesOf('project', 'stage=approved&category=%E4%BA%A7%E4%B8%9A')).items).toHaveLength(1);
  expect((await linesOf('project', 'stage=closed')).items).toHaveLength(0);
  expect((await linesOf('asset', 'owner=village&category=operating', village)).items).toHaveLength(1);
  expect((await linesOf('asset', '', '640121100202')).items).toHaveLength(0);
  expect((await linesOf('notice', 'state=standing')).items.map(({ id }) => id)).toEqual(['N-2']);
  expect((await linesOf('notice', 'state=closed')).items.map(({ id }) => id)).toEqual(['N-1']);
  for (const sort of ['date', 'amount', 'title']) {
    for (const order of ['asc', 'desc']) {
      const whole = await ids(`sort=${sort}&order=${order}`);
      const walked: string[] = [];
      for (let after = ''; ; ) {
        const page = await linesOf('fund', `sort=${sort}&order=${order}&limit=2${after}`);
        walked.push(...page.items.map(({ id }) => id));
        if (page.next === null) break;
        after = `&after=${page.next}`;
      }
      expect(walked).toEqual(whole);
      expect(new Set(walked).size).toBe(whole.length);
    }
  }
});

it.each(LINE_KINDS)('finds every %s by any part of its title, and none by what is in no title', async (kind) => {
  const all = (await linesOf(kind)).items;
  const parts = all.flatMap(({ title }) => [title, title.slice(0, 2), title.slice(-1)]);
  for (const part of new Set(parts)) {
    const { items } = await linesOf(kind, `q=${encodeURIComponent(part)}`);
    expect(items).toEqual(all.filter(({ title }) => title.includes(part)));
    const past = await linesOf(kind, `q=${encodeURIComponent(part)}&asOf=2035-01-01T00:00:00Z`);
    expect(past.items.map(({ id }) => id)).toEqual(items.map(({ id }) => id));
  }
  expect((await linesOf(kind, `q=${encodeURIComponent('没有%_')}`)).items).toEqual([]);
});

it('refuses days the wrong way round, and says of a single line when it has not changed', async () => {
  const { body } = await open('/divisions/640121/funds?from=2016-03-02&to=2016-03-01').expect(400);
  expect(body.errors).toEqual([{ field: 'to', message: '不得早于 `from` must not be before `from`' }]);
  await open('/divisions/640121/funds?from=2016-03-01&to=2016-03-01').expect(200);
  for (const kind of ['fund', 'payout'] as const) {
    const [line] = (await linesOf(kind)).items;
    const { pathname } = new URL(line?.url ?? '');
    const { headers } = await app.get(pathname).expect(200).expect('cache-control', 'public, no-cache');
    const again = await app.get(pathname).set('if-none-match', headers.etag ?? '');
    expect([again.status, again.text]).toEqual([304, '']);
    await app.get(pathname).set('if-none-match', '"other"').expect(200);
  }
});

it('shows what was disclosed at an earlier entry, of the book that is named', async () => {
  expect((await linesOf('fund', 'book=640121&atSeq=2')).items.map(({ id }) => id)).toEqual(
    ['C-1', 'A-1.1'].reverse().sort(),
  );
  const refused = await open('/divisions/640121/funds?atSeq=2').expect(400);
  expect(refused.body.errors[0].field).toBe('atSeq');
  expect((await open('/divisions/640121/funds?asOf=2016-01-01T00:00:00Z').expect(200)).body).toMatchObject({
    items: [],
  });
});

it('says when nothing has changed, to anybody who asks from any page', async () => {
  for (const path of ['', ...LINE_KINDS.map((kind) => `/${TAB[kind]}`)]) {
    const address = `/divisions/640121${path}`;
    const { headers } = await open(address).expect(200);
    expect(headers['access-control-allow-origin']).toBe('*');
    expect(headers['ratelimit-limit']).toBe('600');
    const again = await open(address)
      .set('if-none-match', headers.etag ?? '')
      .expect(304);
    expect(again.text).toBe('');
    // Two entries of one second have one date, and a notice changes with the day: a date alone proves nothing.
    const tomorrow = new Date(Date.now() + 86_400_000).toUTCString();
    for (const date of [headers['last-modified'] ?? '', tomorrow, 'yesterday'])
      await open(address).set('if-modified-since', date).expect(200);
    if (path !== '/payouts') expect(new Date(headers['last-modified'] ?? '').getTime()).toBeGreaterThan(0);
  }
  const { headers } = await open('/divisions/640121/funds').expect(200);
  const added = { id: 'C-9', name: '新增', level: 'county', nature: 'special', fiscalYear: 2017, amount: '1.00' };
  const { seq } = await post(`${county}/funds`, added);
  await open(`/divisions/640121/funds?book=640121&minSeq=${seq}`).expect(200);
  await open('/divisions/640121/funds')
    .set('if-none-match', headers.etag ?? '')
    .expect(200);
  const asked = await supertest(app.app.getHttpServer()).options('/v1/disclosure/divisions/640121/funds').expect(204);
  expect(asked.headers['access-control-allow-methods']).toBe('GET, HEAD');
});

it('feeds what is new, by the specifications, with the same ids in both', async () => {
  const { body, headers } = await open('/divisions/640121/feed.json').expect(200);
  expect(headers['content-type']).toBe('application/feed+json; charset=utf-8');
  expect(body).toMatchObject({
    version: 'https://jsonfeed.org/version/1.1',
    title: '永宁县 · 明账',
    feed_url: expect.stringMatching(/\/v1\/disclosure\/divisions\/640121\/feed\.json$/),
  });
  const ids = body.items.map(({ id }: { id: string }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  for (const { id, url, title, content_text: text, date_published: date, tags } of body.items) {
    expect([url, typeof title, typeof text, tags.length]).toEqual([id, 'string', 'string', 1]);
    expect(new Date(date).toISOString()).toBe(date);
  }
  const { payload: atom, headers: atomHeaders } = await app.app.inject({
    method: 'GET',
    url: '/v1/disclosure/divisions/640121/feed.atom',
  });
  expect(atomHeaders['content-type']).toBe('application/atom+xml; charset=utf-8');
  const all = (name: string) =>
    [...atom.matchAll(new RegExp(`<${name}>([^<]*)</${name}>`, 'g'))].map(([, value]) => value);
  expect(all('id').slice(1)).toEqual(ids);
  for (const name of ['title', 'updated']) expect(all(name)).toHaveLength(ids.length + 1);
  for (const name of ['published', 'summary']) expect(all(name)).toHaveLength(ids.length);
  expect(atom).toContain('=HYPERLINK(&quot;http://example.org&quot;)');
  // Well formed: whatever is opened is closed, in order.
  const opened: string[] = [];
  for (const [, closing, name, empty] of atom.matchAll(/<(\/?)([a-z]+)(?:\s[^<>]*?)?(\/?)>/g)) {
    if (closing === '/') expect(opened.pop()).toBe(name);
    else if (empty !== '/') opened.push(name ?? '');
  }
  expect(opened).toEqual([]);
  await open('/divisions/640121/feed.json')
    .set('if-none-match', headers.etag ?? '')
    .expect(304);
});

it('refuses what it does not know', async () => {
  for (const query of [
    'surprise=1',
    'sort=colour',
    'order=up',
    'format=pdf',
    'from=2016-02-30',
    'stage=closed',
    'book=x',
  ])
    expect((await open(`/divisions/640121/funds?${query}`).expect(400)).body.code).toBe('invalid_request');
});

it('shows persons by name, hides their numbers everywhere, and forgets who was erased at once', async () => {
  const { items } = await linesOf('payout', 'order=asc');
  expect(items.map(({ facts }) => facts.person)).toEqual(
    expect.arrayContaining([
      { name: '测试人甲', idNumber: '110105**********2X' },
      { name: '测试人乙', idNumber: '440308**********12' },
    ]),
  );
  const addresses = LINE_KINDS.flatMap((kind) =>
    ['json', 'csv'].map((format) => `/divisions/640100/${TAB[kind]}?format=${format}`),
  );
  const texts = await Promise.all(
    [...addresses, '/divisions/640100', '/divisions/640100/feed.json', '/divisions/640100/compliance'].map(
      async (address) => (await open(address).expect(200)).text,
    ),
  );
  for (const { idNumber, bankAccount } of people) {
    for (const secret of [idNumber, bankAccount]) expect(texts.join('\n')).not.toContain(secret);
  }
  const before = await open('/divisions/640121/payouts').expect(200);
  const admin = await app.token('admin', ['6401']);
  await supertest(app.app.getHttpServer())
    .delete(`${county}/beneficiaries/${enrolled[0]}/personal-data`)
    .auth(admin, { type: 'bearer' })
    .expect(200);
  const after = await open('/divisions/640121/payouts')
    .set('if-none-match', before.headers.etag ?? '')
    .expect(200);
  expect(after.text).not.toContain('测试人甲');
  const erased = after.body.items.find(
    ({ facts }: { facts: { beneficiary: string } }) => facts.beneficiary === enrolled[0],
  );
  expect(erased.facts.person).toBeNull();
});

it('tells of income received beside income shared out, also where its id is what that line was called once', async () => {
  const [shared] = (await linesOf('income', 'category=shared')).items;
  const former = shared?.id.replace('~', '.') ?? '';
  expect((await open(`/books/640121/lines/income/${former}`).expect(200)).body).toEqual(shared);
  const income = { id: former, period: '2017', amount: '5.00', payerKind: 'enterprise' };
  const { seq } = await post(`${county}/assets/AS-1/incomes`, income);
  await linesOf('income', `book=640121&minSeq=${seq}`);
  for (const line of [former, shared?.id ?? '']) {
    const { body } = await open(`/books/640121/lines/income/${line}`).expect(200);
    expect([body.id, body.seq, body.amount]).toEqual(
      line === former ? [former, seq, '5.00'] : [line, shared?.seq, '20.00'],
    );
  }
});
