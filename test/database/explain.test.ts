import pg from 'pg';
import { describeApp } from '../../src/create-app.js';
import { openPool } from '../../src/database/pool.js';
import { PostgresEventStore } from '../../src/event-store/postgres.js';
import { BookLog } from '../../src/log/book-log.js';
import { LogStore } from '../../src/log/log-store.js';
import { LoadedBook } from '../../src/posting/loaded-book.js';
import { SnapshotStore } from '../../src/posting/snapshots/snapshot-store.js';
import { Snapshots } from '../../src/posting/snapshots/snapshots.js';
import { startApp, type TestApp } from '../support/app.js';
import { explain, nodes, pretendColumn, pretendRows, tablesWithoutPages, wholeReads } from '../support/plans.js';
import { append, randomHistory } from '../support/recorded-history.js';
import { recordStatements, type Statement } from '../support/recorded-statements.js';
import { catchUp, viewFixture } from '../support/view-fixture.js';
import { LOG_KEY } from '../support/writers.js';

// What the service asks of its database while its interface is gone through, its views follow and its snapshots are taken is
// recorded, and each statement is explained as if every table that grows with entries, people or batches had ten million rows
// (in each partition, as for the events). Nothing may be found by reading a whole table or a whole index.

const CITY = '/v1/books/640100';
const COUNTY = '/v1/books/640121';

let app: TestApp;
let statements: Statement[];

beforeAll(async () => {
  const recording = recordStatements();
  app = await startApp({ LOG_LEVEL: 'silent' });
  await postings();
  await reads();
  await follow();
  await snapshot();
  recording.stop();
  await fillWhatStayedEmpty();
  statements = recording
    .statements()
    .map(({ text, values }) => ({ text: text.replace(/^copy \((.*)\) to stdout.*$/s, '$1'), values }))
    .filter(({ text }) => /^\s*(select|with|insert|update|delete)\b/i.test(text))
    // Whether a table has any row is answered by the first.
    .filter(({ text }) => !/^select exists \(select from \w+\)/.test(text));
});

afterAll(() => app.close());

async function postings(): Promise<void> {
  const [admin, clerk, reviewer] = await Promise.all([
    app.token('admin', ['6401']),
    app.token('clerk', ['6401']),
    app.token('reviewer', ['6401']),
  ]);
  const post = async (path: string, body: object, by = clerk, key?: string) => {
    const { status, body: answer } = await app.post(path, by, body, key);
    if (status !== 201) throw new Error(`${path}: ${JSON.stringify(answer)}`);
    return answer as { id: string; seq: number };
  };
  await post('/v1/books', { id: '640100', name: '银川市财政局', level: 'city' }, admin);
  await post('/v1/books', { id: '640121', name: '永宁县财政局', level: 'county' }, admin);
  const facts = { name: '扶贫专项资金', level: 'city', nature: 'special', fiscalYear: 2016 };
  await post(`${CITY}/funds`, { id: 'F-1', ...facts, amount: '500000.00' });
  await post(`${CITY}/dispatches`, { id: 'D-1', toBook: '640121', amount: '300000.00' });
  await post(`${COUNTY}/arrivals`, { id: 'A-1', fromBook: '640100', dispatch: 'D-1' }, clerk, 'once');
  await post(`${COUNTY}/arrivals`, { id: 'A-1', fromBook: '640100', dispatch: 'D-1' }, clerk, 'once');
  const place = { division: '640121100201' };
  const project = { name: '圈棚', category: '产业', responsibleUnit: '农业局', plannedAmount: '250.00', ...place };
  await post(`${COUNTY}/projects`, { id: 'P-1', ...project });
  await post(`${COUNTY}/projects/P-1/stages`, { stage: 'approved' });
  await post(`${COUNTY}/integrations`, { pool: 'pool-1', lines: [{ fund: 'A-1.1', amount: '10.00' }] });
  await post(`${COUNTY}/allocations`, { id: 'AL-1', to: 'project:P-1', amount: '200.00' });
  await post(`${COUNTY}/payments`, { project: 'P-1', kind: 'capital', payee: '建筑公司', amount: '150.00' });
  const person = { name: '张巧玲', idNumber: '11010519491231002X', bankAccount: '6217001234567890123' };
  const { id: beneficiary } = await post(`${COUNTY}/beneficiaries`, { ...person, categories: ['脱贫户'], ...place });
  const { id: payout } = await post(`${COUNTY}/payouts`, { policy: 'x', period: '2016', beneficiary, amount: '9.00' });
  const owners = [{ kind: 'village', id: '640121100201', name: '永清村', share: '1' }];
  const asset = {
    name: '圈棚',
    class: 'operating',
    category: '设施',
    project: 'P-1',
    amount: '120.00',
    owners,
    ...place,
  };
  await post(`${COUNTY}/assets`, { id: 'AS-1', ...asset });
  const { seq } = await post(`${COUNTY}/allocations`, { to: 'department:nmj', amount: '1.00' });
  const { seq: last } = await post(`${COUNTY}/reversals`, { seq, reason: '更正' }, reviewer);
  // So that the tree has a tile above the lowest, and a word means hundreds of things.
  const allocated = { kind: 'allocation', to: 'department:nmj', amount: '0.01' };
  const library = {
    kind: 'project',
    name: '水渠衬砌',
    category: '水利',
    responsibleUnit: '水务局',
    plannedAmount: '9.00',
  };
  const commands = Array.from({ length: 300 }, (_, n) => [
    { ...allocated, key: `i-${n}` },
    { ...library, key: `p-${n}`, id: `W-${n}`, division: '640121' },
  ]).flat();
  await app
    .post(`${COUNTY}/imports`, clerk)
    .set('content-type', 'application/x-ndjson')
    .send(commands.map((command) => `${JSON.stringify(command)}\n`).join(''))
    .expect(200);
  ids.set('beneficiary', beneficiary).set('payout', payout).set('minSeq', String(last));
}

/** What stands in the path and the query of each GET. */
const ids = new Map([
  ['book', '640121'],
  ['fund', 'A-1.1'],
  ['project', 'P-1'],
  ['asset', 'AS-1'],
  ['code', '640121100'],
  ['division', '640121'],
  ['seq', '300'],
  ['file', '3'],
  ['path', '0/000.p/5'],
  ['atSeq', '9'],
  ['asOf', '2036-01-01T00:00:00Z'],
  ['effectiveOn', '2036-01-01'],
  ['limit', '2'],
  ['from', '2'],
  ['to', '9'],
  ['after', ''],
  ['account', 'bureau'],
  ['class', 'operating'],
  ['status', 'standing'],
  ['policy', 'x'],
  ['period', '2016'],
  ['type', 'funds.allocated'],
  ['actor', 'clerk-1'],
  ['effectiveFrom', '2000-01-01'],
  ['effectiveTo', '2036-01-01'],
  ['format', 'table'],
  ['q', '补贴'],
  ['year', '2016'],
  ['category', 'x'],
  ['level', 'city'],
  ['stage', 'approved'],
  ['owner', 'village'],
  ['state', 'standing'],
  ['sort', 'amount'],
  ['order', 'asc'],
]);

type Parameter = { name: string; in: string; schema?: { enum?: string[] } };

/** Every GET that OpenAPI knows: as it is, with each of its parameters alone, and the page after the first. */
async function reads(): Promise<void> {
  const reader = await app.token('admin', ['6401']);
  const { paths } = await describeApp();
  // So that the views have rows to be found.
  for (const view of ['balances', 'funds', 'projects', 'payouts', 'assets', 'divisions/640121'])
    await app.get(`${COUNTY}/${view}?minSeq=${ids.get('minSeq')}`, reader).expect(200);
  // With a book below it that keeps accounts of its own.
  await app.get('/v1/disclosure/divisions/640100').expect(200);
  for (const [path, { get }] of Object.entries(paths)) {
    if (get === undefined) continue;
    const parameters = (get.parameters ?? []) as Parameter[];
    const url = path.replace(/\{(\w+)\}/g, (_, name: string) => ids.get(name) ?? name);
    const needed: Record<string, string> = /consistency/.test(path)
      ? { from: '2' }
      : /trace/.test(path)
        ? { fund: 'A-1.1' }
        : {};
    const ask = async (query: Record<string, string>) => {
      const { status, body } = await app.get(`${url}?${new URLSearchParams({ ...needed, ...query })}`, reader);
      if (status >= 500) throw new Error(`${url} ${JSON.stringify(query)}: ${status} ${JSON.stringify(body)}`);
      return body as { next?: string | null };
    };
    await ask({});
    // In the words of a document, of a place and of nothing at all too.
    if (parameters.some(({ name }) => name === 'q'))
      for (const q of ['宁财农〔2016〕12号', '永清村', '路', '衬砌']) await ask({ q });
    for (const { name, in: place } of parameters) {
      const value = ids.get(name);
      if (place === 'query' && value) await ask({ [name]: value });
    }
    if (!parameters.some(({ name }) => name === 'after')) continue;
    const { next } = await ask({ limit: '1' });
    if (next) await ask({ limit: '1', after: next });
  }
}

/** The views of the service follow in a thread, whose statements are not seen; so they follow here once more. */
async function follow(): Promise<void> {
  const fixture = await viewFixture();
  const history = randomHistory(20160713, 1);
  await append(fixture.store, history);
  for (const book of new Set(history.map((event) => event.book))) await catchUp(fixture, book);
  await fixture.close();
}

/** A table without a page is always read whole. */
async function fillWhatStayedEmpty(): Promise<void> {
  const client = new pg.Client({ connectionString: app.databaseUrl });
  await client.connect();
  await client.query(
    `insert into log_cosignatures (book, size, witness, cosigned_at, line)
     select book, size, 'witness.example', now(), '' from log_checkpoints`,
  );
  const { rows } = await client.query<{ name: string }>(
    `select relname as name from pg_class where relnamespace = 'views'::regnamespace and relkind = 'r' and relname like '%\\_past'`,
  );
  // What stood before has the columns of what stands, and until which entry.
  for (const { name } of rows)
    await client.query(
      `insert into views.${name} select *, 1000 from views.${name.slice(0, -'_past'.length)} on conflict do nothing`,
    );
  await client.end();
}

async function snapshot(): Promise<void> {
  const pool = openPool(app.databaseUrl, 2, () => undefined);
  const store = new PostgresEventStore(pool);
  const log = new BookLog(LOG_KEY, store, new LogStore(pool));
  const snapshots = new Snapshots(new SnapshotStore(pool), log, LOG_KEY, () => undefined);
  const loaded = new LoadedBook('640121', log);
  await loaded.catchUp(store);
  await snapshots.take('640121', loaded);
  await snapshots.restore('640121');
  await pool.end();
}

it('finds everything by an index, however large the tables are', async () => {
  const client = new pg.Client({ connectionString: app.databaseUrl });
  await client.connect();
  await client.query('begin');
  await pretendRows(client);
  const withoutPages = await tablesWithoutPages(client);
  const faults: { text: string; whole: string[] }[] = [];
  for (const statement of statements) {
    const usual = wholeReads(await explain(client, statement, true));
    const whole = usual.filter(({ table }) => !withoutPages.has(table));
    if (usual.length > whole.length) whole.push(...wholeReads(await explain(client, statement, false)));
    if (whole.length > 0) faults.push({ text: statement.text, whole: whole.map(({ node }) => node) });
  }
  await client.end();
  expect(faults).toEqual([]);
});

it.each([
  ['as long as nothing was counted', undefined],
  // Each word that is not among the commonest is thought to be half as common as the last of these.
  ['of a book that was counted when it was rebuilt', { commonest: 'very common', frequency: 0.0025 }],
])('finds lines by hundreds of words in their own index, %s', async (_, counted) => {
  const client = new pg.Client({ connectionString: app.databaseUrl });
  await client.connect();
  await client.query('begin');
  await pretendRows(client);
  // All of one book, an eighth of them of a kind: neither narrows them down.
  await pretendColumn(client, 'disclosure_lines', 'book', `'n_distinct', 1::real`);
  await pretendColumn(client, 'disclosure_lines', 'kind', `'n_distinct', 8::real`);
  if (counted !== undefined) {
    const { commonest, frequency } = counted;
    const elements = `'most_common_elems', '{"${commonest}"}'::text, 'most_common_elem_freqs', '{${[frequency, frequency, frequency, 0]}}'::real[]`;
    await pretendColumn(client, 'disclosure_lines_terms_idx', 'string_to_array', elements);
  }
  const byWords = statements.filter(({ text }) =>
    /from views\.disclosure_lines where book = \$1 and string_to_array/.test(text),
  );
  const indexes: unknown[][] = [];
  for (const statement of byWords) {
    const plan = await explain(client, statement, true);
    indexes.push([...nodes(plan)].map((node) => node['Index Name']));
  }
  await client.end();
  expect(new Set(byWords.map(({ text }) => /@>|&&/.exec(text)?.[0]))).toEqual(new Set(['@>', '&&']));
  expect(byWords.some(({ values }) => values.some((value) => Array.isArray(value) && value.length > 15))).toBe(true);
  for (const used of indexes) expect(used).toContain('disclosure_lines_terms_idx');
});

it('has seen the statements of the hot paths', () => {
  const texts = statements.map(({ text }) => text.replace(/\s+/g, ' '));
  const known = [
    'insert into events',
    'from events where book = $1 and seq >= $2',
    'command = any',
    'from claims where key = any',
    'halving',
    'from log_checkpoints where book = $1 order by size desc',
    'from log_checkpoints where book = $1 and size >',
    'from log_tile_hashes',
    'from views.balances',
    'into views.balances',
    'from views.payouts',
    'from views.disclosure_received where book = $1 order by',
    'string_to_array(terms',
    'name_index = $2',
    'from views.disclosure_counts where book = $1 and division = $2 and kind = $3 and category like',
    'into book_snapshot_parts',
    'from book_snapshot_parts',
    'vault_seals',
    'log_cosignatures',
  ];
  expect(known.filter((part) => !texts.some((text) => text.includes(part)))).toEqual([]);
  expect(texts.length).toBeGreaterThan(60);
});
