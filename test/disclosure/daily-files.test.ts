import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import type pg from 'pg';
import { openPool } from '../../src/database/pool.js';
import { lastSettledDay } from '../../src/disclosure/daily/daily-keeper.js';
import { DailyStore } from '../../src/disclosure/daily/daily-store.js';
import { makeDailyFiles, withDailyMaker } from '../../src/disclosure/daily/make-daily-files.js';
import { LINE_KINDS, LIST_OF, type LineKind } from '../../src/disclosure/lines.js';
import type { PublishedLine } from '../../src/disclosure/published-lines.js';
import { dateInShanghai } from '../../src/posting/decide-batch.js';
import { startApp, type TestApp } from '../support/app.js';
import { bytesOf } from '../support/bytes.js';
import { noticeBody } from '../support/notices.js';

const BOOK = '640121';
const VILLAGE = '640121100201';
const PUBLIC_URL = 'https://ledger.example';
const person = { name: '测试人甲', idNumber: '11010519491231002X', bankAccount: '62220200001234567' };

interface Listed {
  name: string;
  kind: LineKind;
  format: 'csv' | 'jsonl';
  rows: number;
  bytes: number;
  sha256: string;
  contentSha256: string;
  url: string;
}

let app: TestApp;
let clerk: string;
/** When the last entry of the beginning was there; what comes later may be of the next day. */
let today: string;
let tomorrow: string;
let database: pg.Pool;

async function post(path: string, body: object, book = BOOK): Promise<string> {
  const { body: answer, status } = await app.post(`/v1/books/${book}/${path}`, clerk, body);
  if (status !== 201) throw new Error(`${path}: ${JSON.stringify(answer)}`);
  return answer.id;
}

function make(day: string, keptDays?: number): Promise<Map<string, string>> {
  const made = new Map<string, string>();
  const choice = { eventStore: 'postgres' as const };
  const work = { databaseUrl: app.databaseUrl, choice, publicUrl: PUBLIC_URL, keptDays };
  return makeDailyFiles(work, day, (division, what) => made.set(division, what)).then(() => made);
}

const open = (path: string) => app.get(`/v1/disclosure${path}`);

async function editions(division = BOOK) {
  const { body } = await open(`/divisions/${division}/files`).expect(200);
  return body.items as { day: string; books: object[]; sums: string; files: Listed[] }[];
}

async function download({ url }: { url: string }): Promise<Buffer> {
  const { body } = await app.get(url.replace(PUBLIC_URL, '')).buffer(true).parse(bytesOf).expect(200);
  return body as Buffer;
}

beforeAll(async () => {
  app = await startApp({ PUBLIC_URL });
  clerk = await app.token('clerk', ['6401']);
  database = openPool(app.databaseUrl, 3, () => undefined);
  const admin = await app.token('admin', ['6401']);
  await app.post('/v1/books', admin, { id: '640100', name: '银川市财政局', level: 'city' }).expect(201);
  await app.post('/v1/books', admin, { id: BOOK, name: '永宁县财政局', level: 'county' }).expect(201);
  const fund = { name: '专项资金', level: 'city', nature: 'special', fiscalYear: 2016, amount: '900.00' };
  await post('funds', { id: 'F-1', ...fund }, '640100');
  const project = { name: '道路', category: '基础设施', responsibleUnit: '交通局', plannedAmount: '9.00' };
  await post('projects', { id: 'P-9', ...project, division: '640105' }, '640100');
  await post('allocations', { to: 'project:P-9', amount: '5.00' }, '640100');
  for (let index = 1; index <= 5; index += 1) await post('funds', { ...fund, id: `F-${index}`, level: 'county' });
  const beneficiary = await post('beneficiaries', { ...person, division: VILLAGE, categories: ['脱贫户'] });
  await post('payouts', { policy: '交通补贴', period: '2016', beneficiary, amount: '40.00' });
  await post('notices', { ...noticeBody('loans', {}), id: 'N-1' });
  const now = Date.now();
  today = dateInShanghai(new Date(now).toISOString());
  tomorrow = dateInShanghai(new Date(now + 86_400_000).toISOString());
  await make(today);
});
afterAll(async () => {
  await database.end();
  await app.close();
});

it('has a set of files for a county, for those above it and for the counties that money of those is in', async () => {
  for (const division of ['640000', '640100', '640105', BOOK]) expect(await editions(division)).toHaveLength(1);
  expect(await editions('640122')).toEqual([]);
  const [edition] = await editions();
  expect(edition?.day).toBe(today);
  expect(edition?.books).toEqual([
    { book: '640100', seq: await app.revision('640100') },
    { book: BOOK, seq: await app.revision(BOOK) },
  ]);
  expect(edition?.files.map(({ name }) => name)).toEqual(
    LINE_KINDS.flatMap((kind) => [`${LIST_OF[kind]}.csv.gz`, `${LIST_OF[kind]}.jsonl.gz`]).sort(),
  );
});

it.each(LINE_KINDS)('holds all lines of kind %s as the lists have them, but who was paid', async (kind) => {
  const [edition] = await editions();
  const { body } = await open(`/divisions/${BOOK}/${LIST_OF[kind]}?sort=date&order=asc&limit=500`).expect(200);
  const items = (body.items as PublishedLine[]).sort((a, b) => (a.book < b.book ? -1 : a.book > b.book ? 1 : 0));
  const listed = items.map(({ facts: { ...facts }, ...line }) => {
    if ('person' in facts) Reflect.deleteProperty(facts, 'person');
    return { ...line, facts };
  });
  const files = edition?.files.filter((file) => file.kind === kind) ?? [];
  expect(files.map(({ format }) => format)).toEqual(['csv', 'jsonl']);
  for (const file of files) {
    const packed = await download(file);
    const content = gunzipSync(packed);
    const hashes = [packed, content].map((bytes) => createHash('sha256').update(bytes).digest('hex'));
    expect([packed.length, ...hashes]).toEqual([file.bytes, file.sha256, file.contentSha256]);
    expect(file.rows).toBe(listed.length);
    const lines = content.toString().split(/\r?\n/).slice(0, -1);
    if (file.format === 'jsonl') expect(lines.map((line) => JSON.parse(line))).toEqual(listed);
    else expect(lines).toHaveLength(listed.length + 1);
    for (const told of [person.name, person.idNumber.slice(0, 6), '户主'])
      expect(content.toString().replaceAll(BOOK, '')).not.toContain(told);
  }
});

it('sends a file with its sums, for ever', async () => {
  const [edition] = await editions();
  const sums = (await app.get(edition?.sums.replace(PUBLIC_URL, '') ?? '').expect(200)).text;
  expect(sums).toBe(edition?.files.map(({ sha256, name }) => `${sha256}  ${name}\n`).join(''));
  const [file] = edition?.files ?? [];
  const path = file?.url.replace(PUBLIC_URL, '') ?? '';
  const { headers } = await app.get(path).expect(200);
  expect(headers).toMatchObject({
    'content-type': 'application/gzip',
    'content-length': String(file?.bytes),
    'cache-control': 'public, max-age=31536000, immutable',
    etag: `"${file?.sha256}"`,
    'repr-digest': `sha-256=:${Buffer.from(file?.sha256 ?? '', 'hex').toString('base64')}:`,
    'content-disposition': `attachment; filename="${BOOK}-${today}-${file?.name}"`,
    'access-control-allow-origin': '*',
  });
  await app
    .get(path)
    .set('if-none-match', headers.etag ?? '')
    .expect(304);
});

it('lists them on a page, to which the lists lead', async () => {
  const { text } = await app.get(`/board/${BOOK}/files`).expect(200);
  expect(text).toContain(`/v1/disclosure/divisions/${BOOK}/files/${today}/funds.csv.gz`);
  expect((await app.get(`/board/${BOOK}/funds`).expect(200)).text).toContain(`/board/${BOOK}/files`);
  expect((await app.get('/board/640122/files').expect(200)).text).toContain('还没有文件');
});

it('lists a file that another version made under its own name', async () => {
  const client = await database.connect();
  try {
    await client.query(
      `insert into daily_files select division, day, 'maps.geojson.gz', rows, bytes, sha256, content_sha256
       from daily_files where division = '640000' and name = 'funds.csv.gz'`,
    );
    const { body } = await open('/divisions/640000/files').expect(200);
    const named = body.items[0].files.filter(({ name }: Listed) => name === 'maps.geojson.gz');
    expect(named).toEqual([expect.objectContaining({ kind: null, format: null })]);
    const { text } = await app.get('/board/640000/files').expect(200);
    expect(text).toContain(`/files/${today}/maps.geojson.gz`);
  } finally {
    await client.query(`delete from daily_files where name = 'maps.geojson.gz'`);
    client.release();
  }
});

it('makes the same bytes again from the entries, whatever came later, and a new set only where something is new', async () => {
  const [before] = await editions();
  expect(Object.fromEntries(await make(today))).toMatchObject({ '640100': 'there', [BOOK]: 'there' });
  const bearing = Object.fromEntries(await make(tomorrow));
  expect(bearing).toMatchObject({ '640100': 'nothing new', [BOOK]: 'nothing new' });
  await post('allocations', { to: 'department:nmj', amount: '1.00' });
  const work = { databaseUrl: app.databaseUrl, choice: { eventStore: 'postgres' as const }, publicUrl: PUBLIC_URL };
  expect(await withDailyMaker(work, (maker) => maker.isTrue(BOOK, today))).toBe(true);
  expect(Object.fromEntries(await make(tomorrow))).toMatchObject({ '640105': 'nothing new', [BOOK]: 'made' });
  const [later, same] = await editions();
  expect([later?.day, same]).toEqual([tomorrow, before]);
  const { body } = await open(`/divisions/${BOOK}/files?limit=1`).expect(200);
  expect([body.items.length, body.next]).toEqual([1, tomorrow]);
  expect((await open(`/divisions/${BOOK}/files?after=${body.next}`).expect(200)).body).toMatchObject({
    items: [same],
    next: null,
  });
});

it('keeps all sets, or where so many days are named the first of each month, those days and the latest of each division', async () => {
  const store = new DailyStore(database);
  const put = (division: string, day: string) =>
    store.put({ division, day, books: [{ book: BOOK, seq: 1 }] }, async (save) => {
      await save('funds.csv.gz', 0, Buffer.from('file'));
      const sha256 = createHash('sha256').update('file').digest('hex');
      return [{ name: 'funds.csv.gz', rows: 1, bytes: 4, sha256, contentSha256: sha256 }];
    });
  const days = [
    '2001-01-31',
    '2001-02-03',
    '2001-02-04',
    '2001-03-01',
    '2001-03-02',
    '2001-03-10',
    '2001-03-11',
    '2001-03-12',
  ];
  for (const day of days) await put('640181', day);
  for (const day of ['2001-02-03', '2001-02-04']) await put('640122', day);
  const kept = async (division: string) =>
    (await store.list(division, 100, '2002-01-01')).map(({ day }) => day).reverse();
  await make('2001-03-12');
  expect(await kept('640181')).toEqual(days);
  await make('2001-03-12', 3);
  expect(await kept('640181')).toEqual(['2001-01-31', '2001-02-03', ...days.slice(-5, -4), ...days.slice(-3)]);
  expect(await kept('640122')).toEqual(['2001-02-03', '2001-02-04']);
  const { rows } = await database.query(
    `select (select count(*)::int from daily_files where day < '2002-01-01') as files,
       (select count(*)::int from daily_file_parts where day < '2002-01-01') as parts`,
  );
  expect(rows).toEqual([{ files: 8, parts: 8 }]);
  await database.query(`delete from daily_editions where day < '2002-01-01'`);
});

it('leaves nothing of a set whose maker was killed', async () => {
  const store = new DailyStore(database);
  const plan = { division: BOOK, day: '2000-01-01', books: [{ book: BOOK, seq: 1 }] };
  const putting = store.put(plan, async (save) => {
    await save('funds.csv.gz', 0, Buffer.from('half'));
    const { rowCount } = await database.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
        where state = 'idle in transaction' and datname = current_database() and query like '%daily_file_parts%'`,
    );
    expect(rowCount).toBe(1);
    await save('funds.csv.gz', 1, Buffer.from('other half'));
    return [];
  });
  expect(
    await putting.then(
      () => 'put in',
      () => 'given up',
    ),
  ).toBe('given up');
  expect(await store.find(BOOK, '2000-01-01')).toBeUndefined();
  const { rows } = await database.query(`select from daily_file_parts where day = '2000-01-01'`);
  expect(rows).toEqual([]);
});

it('leaves them to another process that makes them already', async () => {
  const client = await database.connect();
  await client.query(`select pg_advisory_lock(hashtextextended('daily files', 0))`);
  expect((await make('2000-01-01')).size).toBe(0);
  await client.query(`select pg_advisory_unlock(hashtextextended('daily files', 0))`);
  client.release();
  expect((await make('2000-01-01')).size).toBe(0);
});

it('is refused a change by the database', async () => {
  for (const change of [
    `update daily_files set sha256 = repeat('0', 64)`,
    `update daily_editions set pins = '{}'`,
    `update daily_file_parts set bytes = ''`,
  ])
    await expect(database.query(change)).rejects.toThrow('never changed');
});

it('says what there is not', async () => {
  for (const path of [
    `/divisions/${BOOK}/files/2000-01-01/funds.csv.gz`,
    `/divisions/${BOOK}/files/yesterday/funds.csv.gz`,
    `/divisions/${BOOK}/files/${today}/people.csv.gz`,
    `/divisions/640199/files/${today}/funds.csv.gz`,
    '/divisions/640199/files',
  ])
    expect((await open(path).expect(404)).body.code).toBe('not_found');
  for (const query of ['limit=0', 'limit=101', 'after=x', 'before=2016-01-01'])
    expect((await open(`/divisions/${BOOK}/files?${query}`).expect(400)).body.code).toBe('invalid_request');
});

it('makes the files of a day ten minutes after its end in China', () => {
  expect(lastSettledDay(Date.parse('2026-11-22T00:09:59+08:00'))).toBe('2026-11-20');
  expect(lastSettledDay(Date.parse('2026-11-22T00:10:00+08:00'))).toBe('2026-11-21');
});
