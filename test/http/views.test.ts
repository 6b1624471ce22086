import { startApp, type TestApp } from '../support/app.js';

const city = '/v1/books/640100';
const county = '/v1/books/640121';

let app: TestApp;
let clerk: string;
let auditor: string;

async function post(path: string, body: object): Promise<{ id: string; seq: number }> {
  const { body: answer, status } = await app.post(path, clerk, body);
  if (status !== 201) throw new Error(`${path}: ${JSON.stringify(answer)}`);
  return answer;
}

/** As the auditor, once the views hold the last entry of the book. */
async function get(path: string, query: Record<string, string> = {}) {
  const book = path.split('/')[3] ?? '';
  const minSeq = String(await app.revision(book));
  const { body, status } = await app.get(`${path}?${new URLSearchParams({ minSeq, ...query })}`, auditor);
  return { status, body };
}

beforeAll(async () => {
  app = await startApp();
  clerk = await app.token('clerk', ['6401']);
  auditor = await app.token('auditor', ['6401']);
  const admin = await app.token('admin', ['6401']);
  await app.post('/v1/books', admin, { id: '640100', name: '银川市财政局', level: 'city' }).expect(201);
  await app.post('/v1/books', admin, { id: '640121', name: '永宁县财政局', level: 'county' }).expect(201);
  const facts = { name: '扶贫专项资金', level: 'city', nature: 'special', fiscalYear: 2016 };
  await post(`${city}/funds`, { id: 'F-1', ...facts, amount: '500.00', effectiveDate: '2016-01-05' });
  await post(`${city}/dispatches`, { id: 'D-1', toBook: '640121', amount: '300.00', effectiveDate: '2016-02-01' });
  await post(`${city}/dispatches`, { id: 'D-2', toBook: '640121', amount: '50.00', effectiveDate: '2016-02-01' });
  await post(`${county}/arrivals`, { id: 'A-1', fromBook: '640100', dispatch: 'D-1', effectiveDate: '2016-02-03' });
  await post(`${county}/projects`, {
    id: 'P-1',
    name: '养殖圈棚',
    category: '产业',
    division: '640121100201',
    responsibleUnit: '农业局',
    plannedAmount: '250.00',
  });
  await post(`${county}/projects/P-1/stages`, { stage: 'approved' });
  await post(`${county}/allocations`, { to: 'project:P-1', amount: '200.00', effectiveDate: '2016-03-01' });
  await post(`${county}/payments`, { project: 'P-1', kind: 'capital', payee: '建筑公司', amount: '150.00' });
  await post(`${county}/assets`, {
    id: 'AS-1',
    name: '圈棚',
    class: 'operating',
    category: '设施',
    division: '640121100201',
    project: 'P-1',
    amount: '120.00',
    owners: [{ kind: 'village', id: '640121100201', name: '永清村', share: '1' }],
  });
  await post(`${county}/assets/AS-1/ownership-changes`, {
    owners: [
      { kind: 'village', id: '640121100201', name: '永清村', share: '1/2' },
      { kind: 'village', id: '640121100202', name: '永固村', share: '1/2' },
    ],
    reason: '股权量化',
  });
});
afterAll(() => app.close());

it('answers what each account holds', async () => {
  const { status, body } = await get(`${county}/balances`);
  expect(status).toBe(200);
  expect(body).toEqual({
    items: [
      { account: 'asset:AS-1', fund: 'A-1.1', amount: '120.00' },
      { account: 'bureau', fund: 'A-1.1', amount: '100.00' },
      { account: 'project:P-1', fund: 'A-1.1', amount: '50.00' },
      { account: 'source:A-1.1', fund: 'A-1.1', amount: '-300.00' },
      { account: 'wip:P-1', fund: 'A-1.1', amount: '30.00' },
    ],
    next: null,
    seq: 7,
  });
});

it('gives pages, each from the cursor of the one before', async () => {
  const first = await get(`${county}/balances`, { limit: '3' });
  const rest = await get(`${county}/balances`, { limit: '3', after: first.body.next });
  expect([...first.body.items, ...rest.body.items].map(({ account }) => account)).toEqual([
    'asset:AS-1',
    'bureau',
    'project:P-1',
    'source:A-1.1',
    'wip:P-1',
  ]);
  expect(rest.body.next).toBeNull();
});

it('tells of a fund where it stands, how it got there and which dispatches have arrived', async () => {
  const { body } = await get(`${city}/funds/F-1`);
  expect(body).toMatchObject({
    id: 'F-1',
    registeredAmount: '500.00',
    adjustedAmount: '0.00',
    status: 'standing',
    places: [
      { account: 'bureau', amount: '150.00' },
      { account: 'source:F-1', amount: '-500.00' },
      { account: 'transit:640121', amount: '350.00' },
    ],
    flow: {
      totals: [
        { from: 'bureau', to: 'transit:640121', amount: '350.00' },
        { from: 'source:F-1', to: 'bureau', amount: '500.00' },
      ],
      next: null,
    },
    dispatches: [
      { dispatch: 'D-1', state: 'arrived', amount: '300.00', arrival: { book: '640121', seq: 1 } },
      { dispatch: 'D-2', state: 'in_transit', amount: '50.00', arrival: null },
    ],
    seq: 3,
  });
  expect(body.flow.entries).toHaveLength(3);
  expect((await get(`${city}/funds/F-1`, { effectiveOn: '2016-02-02' })).body.dispatches[0].state).toBe('in_transit');
});

it('keeps the origin of a fund that arrived', async () => {
  const { body } = await get(`${county}/funds`);
  expect(body.items).toMatchObject([{ id: 'A-1.1', origin: { book: '640100', fund: 'F-1', seq: 2 } }]);
});

it('answers a project with its stages and money, and as it was before', async () => {
  const { body } = await get(`${county}/projects/P-1`);
  expect(body).toMatchObject({
    stage: 'approved',
    plannedAmount: '250.00',
    allocatedAmount: '200.00',
    paidCapitalAmount: '150.00',
    unspentAmount: '50.00',
    capitalisedAmount: '120.00',
    stages: [{ stage: 'approved', seq: 3, reversedBy: null }],
  });
  const before = await get(`${county}/projects/P-1`, { atSeq: '2' });
  expect(before.body).toMatchObject({ stage: null, allocatedAmount: '0.00', seq: 2 });
});

it('answers the register of assets by division, class and status, and each with its owners', async () => {
  const inTown = await get(`${county}/assets`, { division: '640121100', class: 'operating', status: 'standing' });
  expect(inTown.body.items.map(({ id }: { id: string }) => id)).toEqual(['AS-1']);
  expect((await get(`${county}/assets`, { division: '640121101' })).body.items).toEqual([]);
  expect((await get(`${county}/assets`, { class: 'public' })).body.items).toEqual([]);
  const { body } = await get(`${county}/assets/AS-1`);
  expect(body.owners).toHaveLength(2);
  expect(body.sources).toEqual([{ fund: 'A-1.1', amount: '120.00' }]);
  expect(body.ownerships.map(({ seq, reason }: { seq: number; reason: string }) => [seq, reason])).toEqual([
    [6, null],
    [7, '股权量化'],
  ]);
});

it('rolls divisions up', async () => {
  const { body } = await get(`${county}/divisions/640121`);
  expect(body).toMatchObject({
    code: '640121',
    parent: null,
    projects: { count: 1, plannedAmount: '250.00', allocatedAmount: '200.00', paidCapitalAmount: '150.00' },
    assets: { operating: { count: 1, amount: '120.00' }, public: { count: 0, amount: '0.00' } },
  });
  expect(body.children.map(({ code }: { code: string }) => code)).toEqual(['640121100']);
  const empty = await get(`${county}/divisions/640121103`);
  expect(empty.body).toMatchObject({ parent: '640121', projects: { count: 0 }, children: [] });
});

it.each([
  ['/funds/none', 'fund_unknown'],
  ['/projects/none', 'project_unknown'],
  ['/assets/none', 'asset_unknown'],
  ['/beneficiaries/none', 'beneficiary_unknown'],
])('answers 404 for %s', async (path, code) => {
  const { status, body } = await get(`${county}${path}`);
  expect([status, body.code]).toEqual([404, code]);
});

it.each(['balances', 'balances?atSeq=0', 'balances?effectiveOn=2016-07-13', 'funds/F-1', 'projects'])(
  'answers 404 for a book whose code is no number, or too long for one: %s',
  async (path) => {
    for (const book of ['6401-none', '64019999999999999999']) {
      const { status, body } = await app.get(`/v1/books/${book}/${path}`, auditor);
      expect([book, status, body.code]).toEqual([book, 404, 'book_unknown']);
    }
  },
);

it('answers 404 for a book that is not open, and for a time before it was', async () => {
  const unknown = await app.get('/v1/books/640199/balances', auditor);
  expect([unknown.status, unknown.body.code]).toEqual([404, 'book_unknown']);
  const early = await get(`${county}/balances`, { asOf: '2016-01-01T00:00:00Z' });
  expect([early.status, early.body.code]).toEqual([404, 'book_unknown']);
});

it.each([
  [{ atSeq: '99' }, 'atSeq'],
  [{ atSeq: '-1' }, 'atSeq'],
  [{ atSeq: '' }, 'atSeq'],
  [{ atSeq: '1e1' }, 'atSeq'],
  [{ asOf: 'yesterday' }, 'asOf'],
  [{ asOf: '2016-02-30T00:00:00Z' }, 'asOf'],
  [{ atSeq: '1', asOf: '2016-02-03T00:00:00Z' }, 'asOf'],
  [{ effectiveOn: '2016-13-01' }, 'effectiveOn'],
  [{ minSeq: 'x' }, 'minSeq'],
  [{ limit: '0' }, 'limit'],
  [{ limit: '501' }, 'limit'],
  [{ after: 'WyJhIl0' }, 'after'],
  [{ after: '%' }, 'after'],
  [{ after: Buffer.from('["a\\u0000","b"]').toString('base64url') }, 'after'],
  [{ account: 'a\0b' }, 'account'],
  [{ account: '' }, 'account'],
  [{ colour: 'red' }, 'colour'],
])('answers 400 for %j', async (query, field) => {
  const { status, body } = await get(`${county}/balances`, query as unknown as Record<string, string>);
  expect([status, body.code]).toEqual([400, 'invalid_request']);
  expect(body.errors.map((error: { field: string }) => error.field)).toEqual([field]);
});

it('refuses a cursor beyond what a seq can be, and one of another collection', async () => {
  for (const values of [[99_999_999_999], [1.5], ['P-1']]) {
    const after = Buffer.from(JSON.stringify(values)).toString('base64url');
    expect((await get(`${county}/payouts`, { after })).body.errors).toMatchObject([{ field: 'after' }]);
  }
});

it('answers 503 with Retry-After where an entry does not come', async () => {
  const { viewWaitMs } = app;
  app.viewWaitMs = 200;
  const answer = await app.get(`${county}/balances?minSeq=99`, auditor);
  app.viewWaitMs = viewWaitMs;
  expect([answer.status, answer.body.code]).toEqual([503, 'view_behind']);
  expect(answer.headers['retry-after']).toBe('1');
});

it('keeps callers to their divisions', async () => {
  const elsewhere = await app.token('auditor', ['640221']);
  await app.get(`${county}/balances`, elsewhere).expect(403);
  await app.get(`${county}/balances`).expect(401);
});
