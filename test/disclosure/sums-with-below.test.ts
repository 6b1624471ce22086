import pg from 'pg';
import { parseYuan } from '../../src/domain/money.js';
import { startApp, type TestApp } from '../support/app.js';
import { readPage, words } from '../support/board.js';
import { PATIENT_MS } from '../support/patient.js';

// A city that dispatches to a county, and that to a village which keeps a book of its own: three books, one division over another.
const [CITY, COUNTY, VILLAGE] = ['640100', '640121', '640121100201'] as const;
const NAMES = { [CITY]: 'city', [COUNTY]: 'county', [VILLAGE]: 'village' };
const facts = { name: '衔接资金', nature: 'special', fiscalYear: 2016 };

interface Sums {
  books: { book: string; seq: number }[];
  money: { level: string; outcome: string; year: number; amount: string }[];
  counts: { kind: string; category: string; count: number }[];
}

let app: TestApp;
let clerk: string;

async function post(
  book: string,
  path: string,
  body: object,
  as = clerk,
): Promise<{ seq: number; recordedAt: string }> {
  const { body: answer, status } = await app.post(`/v1/books/${book}/${path}`, as, body);
  if (status !== 201) throw new Error(`${path}: ${JSON.stringify(answer)}`);
  return answer;
}

/** Once the read models have all of it. */
async function withBelow(division: string, query = ''): Promise<Sums | null> {
  await disclosed();
  return shownWithBelow(division, query);
}

async function disclosed(): Promise<void> {
  for (const book of Object.keys(NAMES)) {
    const minSeq = await app.revision(book);
    await app.get(`/v1/disclosure/divisions/${book}/funds?book=${book}&minSeq=${minSeq}`).expect(200);
  }
}

async function shownWithBelow(division: string, query = ''): Promise<Sums | null> {
  const { body } = await app.get(`/v1/disclosure/divisions/${division}${query}`).expect(200);
  return body.withBelow;
}

function byOutcome(sums: Sums | null): Record<string, string> {
  const found = new Map<string, bigint>();
  for (const { outcome, amount } of sums?.money ?? [])
    found.set(outcome, (found.get(outcome) ?? 0n) + parseYuan(amount));
  return Object.fromEntries([...found].map(([outcome, fen]) => [outcome, `${fen / 100n}`]));
}

let before: string;

beforeAll(async () => {
  app = await startApp();
  clerk = await app.token('clerk', ['6401']);
  const admin = await app.token('admin', ['6401']);
  for (const [id, level] of Object.entries(NAMES))
    await app.post('/v1/books', admin, { id, name: `${id}财政`, level }).expect(201);
  await post(CITY, 'funds', { ...facts, id: 'F-1', level: 'central', amount: '500.00' });
  await post(CITY, 'funds', { ...facts, id: 'F-2', level: 'city', amount: '40.00' });
  await post(COUNTY, 'funds', { ...facts, id: 'C-1', level: 'county', amount: '100.00' });
  const d1 = { id: 'D-1', toBook: COUNTY, lines: [{ fund: 'F-1', amount: '300.00' }] };
  ({ recordedAt: before } = await post(CITY, 'dispatches', d1));
  await post(CITY, 'dispatches', { id: 'D-2', toBook: COUNTY, lines: [{ fund: 'F-2', amount: '30.00' }] });
  await post(COUNTY, 'arrivals', { id: 'A-1', fromBook: CITY, dispatch: 'D-1' });
  await post(COUNTY, 'dispatches', { id: 'D-3', toBook: VILLAGE, lines: [{ fund: 'A-1.1', amount: '20.00' }] });
  await post(VILLAGE, 'arrivals', { id: 'A-2', fromBook: COUNTY, dispatch: 'D-3' });
  const project = { category: '产业', responsibleUnit: '农业局', plannedAmount: '250.00' };
  await post(COUNTY, 'projects', { id: 'P-1', name: '圈棚', division: COUNTY, ...project });
  await post(COUNTY, 'allocations', { to: 'project:P-1', amount: '80.00' });
});
afterAll(() => app.close());

it('counts what was dispatched from one book to another once: where it arrived, else on its way', async () => {
  const city = await withBelow(CITY);
  // 500 and 40 of the city, 100 of the county; 30 are on their way.
  expect(byOutcome(city)).toEqual({ bureau: '530', transit: '30', project: '80' });
  expect(city?.money.find(({ outcome }) => outcome === 'transit')).toMatchObject({ level: 'city', year: 2016 });
  expect(city?.counts).toEqual([{ kind: 'project', category: '产业', count: 1 }]);
  const seqs = await Promise.all(
    [CITY, COUNTY, VILLAGE].map(async (book) => ({ book, seq: await app.revision(book) })),
  );
  expect(city?.books).toEqual(seqs);
  expect(await withBelow('640000')).toEqual(city);
});

it('takes what a book above dispatched to the division for what came in from without', async () => {
  // 300 of the city and 100 of its own, 20 of which the village has.
  expect(byOutcome(await withBelow(COUNTY))).toEqual({ bureau: '320', project: '80' });
});

it('says nothing of a division below which no book is left out', async () => {
  expect(await withBelow(VILLAGE)).toBeNull();
  expect(await withBelow('640122')).toBeNull();
});

it('tells of a day past, and of an arrival that was reversed', async () => {
  expect(byOutcome(await withBelow(CITY, `?asOf=${before}`))).toEqual({ bureau: '340', transit: '300' });
  await post(CITY, 'dispatches', { id: 'D-4', toBook: COUNTY, lines: [{ fund: 'F-2', amount: '10.00' }] });
  const { seq } = await post(COUNTY, 'arrivals', { id: 'A-4', fromBook: CITY, dispatch: 'D-4' });
  const arrived = byOutcome(await withBelow(CITY));
  await post(COUNTY, 'reversals', { seq, reason: '重复登记' }, await app.token('reviewer', ['6401']));
  const reversed = byOutcome(await withBelow(CITY));
  expect([arrived.transit, reversed.transit]).toEqual(['30', '40']);
  expect(Number(reversed.bureau)).toBe(Number(arrived.bureau) - 10);
});

it('needs no other view than that of what is disclosed', async () => {
  const sums = byOutcome(await withBelow(CITY));
  const client = new pg.Client({ connectionString: app.databaseUrl });
  await client.connect();
  // No follower gets on with the view of the funds as long as somebody else has it.
  await client.query(`select pg_advisory_lock(hashtextextended('view:funds', 0))`);
  app.viewWaitMs = 100;
  const d5 = { id: 'D-5', toBook: COUNTY, lines: [{ fund: 'F-1', amount: '7.00' }] };
  await post(CITY, 'dispatches', d5);
  const { seq } = await post(COUNTY, 'arrivals', { id: 'A-5', fromBook: CITY, dispatch: 'D-5' });
  await app.get(`/v1/books/${COUNTY}/funds?minSeq=${seq}`, clerk).expect(503);
  app.viewWaitMs = PATIENT_MS;
  await disclosed();
  app.viewWaitMs = 100;
  expect(byOutcome(await shownWithBelow(CITY))).toEqual(sums);
  app.viewWaitMs = PATIENT_MS;
  await client.end();
});

it('waits for a book whose view does not tell yet of a dispatch that has arrived', async () => {
  const sums = byOutcome(await withBelow(CITY));
  const client = new pg.Client({ connectionString: app.databaseUrl });
  await client.connect();
  await client.query(
    `create function held() returns trigger language plpgsql as $$ begin raise 'held'; end $$;
     create trigger held before insert or update on views.disclosure_money
       for each row when (new.book = '${CITY}') execute function held();`,
  );
  await post(CITY, 'dispatches', { id: 'D-6', toBook: COUNTY, lines: [{ fund: 'F-1', amount: '5.00' }] });
  const { seq } = await post(COUNTY, 'arrivals', { id: 'A-6', fromBook: CITY, dispatch: 'D-6' });
  await app.get(`/v1/disclosure/divisions/${COUNTY}/funds?book=${COUNTY}&minSeq=${seq}`).expect(200);
  app.viewWaitMs = 100;
  const { status, body } = await app.get(`/v1/disclosure/divisions/${CITY}`);
  expect([status, body.code]).toEqual([503, 'view_behind']);
  app.viewWaitMs = PATIENT_MS;
  await client.query('drop trigger held on views.disclosure_money; drop function held()');
  await client.end();
  expect(byOutcome(await withBelow(CITY))).toEqual(sums);
});

it('shows them on the page of the division', async () => {
  const home = words(await readPage(app, `/board/${CITY}`));
  expect(home).toContain('收到资金 0.064 万元 640.00 元');
  expect(home).toContain('安排使用 0.008 万元 80.00 元');
});
