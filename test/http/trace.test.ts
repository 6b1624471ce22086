import { startApp, type TestApp } from '../support/app.js';

const city = '/v1/books/640100';
const county = '/v1/books/640121';

let app: TestApp;
let clerk: string;
let auditor: string;
let household: string;

async function post(path: string, body: object): Promise<{ id: string; seq: number }> {
  const { body: answer, status } = await app.post(path, clerk, body);
  if (status !== 201) throw new Error(`${path}: ${JSON.stringify(answer)}`);
  return answer;
}

function trace(book: string, query: Record<string, string>, token = auditor) {
  return app.get(`${book}/trace?${new URLSearchParams(query)}`, token);
}

beforeAll(async () => {
  app = await startApp();
  clerk = await app.token('clerk', ['6401']);
  auditor = await app.token('auditor', ['6401']);
  const admin = await app.token('admin', ['6401']);
  await app.post('/v1/books', admin, { id: '640100', name: '银川市财政局', level: 'city' }).expect(201);
  await app.post('/v1/books', admin, { id: '640121', name: '永宁县财政局', level: 'county' }).expect(201);
  const facts = { name: '=扶贫"专项", 资金', level: 'city', nature: 'special', fiscalYear: 2016 };
  await post(`${city}/funds`, { id: 'F-1', ...facts, amount: '500.01' });
  await post(`${city}/dispatches`, { id: 'D-1', toBook: '640121', amount: '300.01' });
  // So that the arrival has a later instant than the dispatch.
  await new Promise((resolve) => setTimeout(resolve, 5));
  await post(`${county}/arrivals`, { id: 'A-1', fromBook: '640100', dispatch: 'D-1' });
  const project = { name: '养殖圈棚', category: '产业', division: '640121100201', responsibleUnit: '农业局' };
  await post(`${county}/projects`, { id: 'P-1', ...project, plannedAmount: '250.00' });
  const wrong = await post(`${county}/allocations`, { to: 'department:05', amount: '40.00' });
  await post(`${county}/reversals`, { seq: wrong.seq, reason: '科目有误' });
  await post(`${county}/integrations`, { pool: 'IP-1', lines: [{ fund: 'A-1.1', amount: '200.01' }] });
  await post(`${county}/allocations`, { from: 'pool:IP-1', to: 'project:P-1', amount: '200.01' });
  await post(`${county}/payments`, { project: 'P-1', kind: 'capital', payee: '建筑公司', amount: '150.01' });
  const villages = (...shares: string[]) =>
    shares.map((share, index) => ({ kind: 'village', id: `64012110020${index + 1}`, name: `村${index + 1}`, share }));
  const asset = { id: 'AS-1', name: '圈棚', class: 'operating', category: '设施', division: '640121100201' };
  await post(`${county}/assets`, { ...asset, project: 'P-1', amount: '100.00', owners: villages('1') });
  await post(`${county}/assets/AS-1/ownership-changes`, { owners: villages('1/3', '1/3', '1/3'), reason: '股权量化' });
  const person = { name: '王某', idNumber: '640121198001011231', bankAccount: '6217000010001234566' };
  household = (await post(`${county}/beneficiaries`, { ...person, division: '640121100201', categories: ['脱贫户'] }))
    .id;
  await post(`${county}/payouts`, {
    id: 'PO-1',
    policy: 'POL-1',
    period: '2016',
    beneficiary: household,
    amount: '7.00',
  });
  await post(`${city}/allocations`, { to: 'department:05', amount: '1.00' });
});
afterAll(() => app.close());

it('goes from a fund forward through both books to its household and owners', async () => {
  const { body, status, headers } = await trace(city, { fund: 'F-1' });
  expect([status, headers['content-type']]).toEqual([200, 'application/json; charset=utf-8']);
  const ends = body.nodes.flatMap(({ id, name, stands }: Record<string, string>) =>
    stands === '0.00' ? [] : [[id, name, stands]],
  );
  expect(ends.sort()).toEqual(
    [
      ['640100/bureau', '银川市财政局', '199.00'],
      ['640100/department:05', null, '1.00'],
      ['640121/bureau', '永宁县财政局', '93.00'],
      ['640121/project:P-1', '养殖圈棚', '50.00'],
      ['640121/wip:P-1', '养殖圈棚', '50.01'],
      ['640121/village:640121100201', '村1', '33.34'],
      ['640121/village:640121100202', '村2', '33.33'],
      ['640121/village:640121100203', '村3', '33.33'],
      [`640121/beneficiary:${household}`, null, '7.00'],
    ].sort(),
  );
  expect(body.reversed).toEqual([
    {
      book: '640121',
      seq: 3,
      reversedBy: 4,
      type: 'funds.allocated',
      from: '640121/bureau',
      to: '640121/department:05',
      fund: 'A-1.1',
      amount: '40.00',
    },
  ]);
  expect(body).toMatchObject({ rule: 'fifo_by_entry', target: { kind: 'fund', id: 'F-1' }, seq: 3 });
});

it('goes back from an asset to its source, with every owner that it had', async () => {
  const { body } = await trace(county, { asset: 'AS-1' });
  expect(body.nodes.filter(({ issued }: { issued: string }) => issued !== '0.00')).toMatchObject([
    { id: '640100/source:F-1', issued: '100.00' },
  ]);
  const edges = body.edges.map(({ from, to, amount }: Record<string, string>) => `${from} ${to} ${amount}`);
  expect(edges.slice(0, 7)).toEqual([
    '640100/source:F-1 640100/bureau 100.00',
    '640100/bureau 640100/transit:640121 100.00',
    '640100/transit:640121 640121/source:A-1.1 100.00',
    '640121/source:A-1.1 640121/bureau 100.00',
    '640121/bureau 640121/pool:IP-1 100.00',
    '640121/pool:IP-1 640121/project:P-1 100.00',
    '640121/project:P-1 640121/wip:P-1 100.00',
  ]);
  const asset = body.nodes.find(({ kind }: { kind: string }) => kind === 'asset');
  expect(
    asset.ownerships.map(({ reason, owners }: { reason: string; owners: object[] }) => [reason, owners.length]),
  ).toEqual([
    [null, 1],
    ['股权量化', 3],
  ]);
});

it('goes back from a payout, and shows a closed book as one node', async () => {
  const ofCounty = await app.token('auditor', ['640121']);
  const { body } = await trace(county, { payout: 'PO-1' }, ofCounty);
  expect(body.edges.map(({ from, to, amount }: Record<string, string>) => `${from} ${to} ${amount}`)).toEqual([
    '640100 640121/source:A-1.1 7.00',
    '640121/source:A-1.1 640121/bureau 7.00',
    '640121/bureau 640121/paid:POL-1 7.00',
    `640121/paid:POL-1 640121/beneficiary:${household} 7.00`,
  ]);
  expect(body.nodes[0]).toMatchObject({ id: '640100', kind: 'book', issued: '7.00' });
});

it('stands at an earlier entry or instant', async () => {
  const { body } = await trace(county, { fund: 'A-1.1', atSeq: '3' });
  expect(body.nodes.map(({ id }: { id: string }) => id)).toContain('640121/department:05');
  expect(body).toMatchObject({ reversed: [], seq: 3 });
  expect((await trace(county, { fund: 'A-1.1', asOf: '2016-01-01T00:00:00Z' })).body.code).toBe('book_unknown');
});

it('takes other books as they were when the first one recorded the entry', async () => {
  const { body } = await trace(city, { fund: 'F-1', atSeq: '2' });
  const ends = body.nodes.filter(({ stands }: { stands: string }) => stands !== '0.00');
  expect(ends.map(({ id, stands }: Record<string, string>) => `${id} ${stands}`)).toEqual([
    '640100/bureau 200.00',
    '640100/transit:640121 300.01',
  ]);
});

it('gives the edges as a table, for a spreadsheet and for a terminal', async () => {
  const csv = await trace(city, { fund: 'F-1', format: 'csv' });
  expect(csv.headers['content-type']).toBe('text/csv; charset=utf-8');
  const lines = csv.text.replace('\ufeff', '').trimEnd().split('\r\n');
  expect(lines[0]).toBe('出自,去向,资金,事项,金额（元）,分录');
  expect(lines[1]).toBe('"640100 来源 =扶贫""专项"", 资金",640100 待分配 银川市财政局,F-1,登记,500.01,640100#1');
  const text = await trace(city, { fund: 'F-1', format: 'text' });
  expect(text.headers['content-type']).toBe('text/plain; charset=utf-8');
  expect(text.text).toContain('F-1 → A-1.1');
});

it('draws a Sankey as SVG with the exact figures, and without markup out of names', async () => {
  const { text, body, headers } = await trace(city, { fund: 'F-1', format: 'svg' });
  const svg = text ?? String(body);
  expect(headers['content-type']).toBe('image/svg+xml; charset=utf-8');
  expect(svg).toMatch(/^<svg [^>]*xmlns="http:\/\/www\.w3\.org\/2000\/svg"/);
  for (const shown of ['资金去向', '村集体 村1', '33.34', '农户', '500.01（留存 199.00）'])
    expect(svg).toContain(shown);
  expect(svg).not.toMatch(/<script|\[object|NaN|stroke="#fff|扶贫"专项/);
  // Every attribute ends where it should, or no browser would draw anything.
  const tags = svg.replace(/<!\[CDATA\[[\s\S]*?\]\]>/g, '').match(/<[^>]*>/g) ?? [];
  expect(tags.filter((tag) => !/^<\/?\w+(?:\s+[\w:-]+="[^"<]*")*\s*\/?>$/.test(tag))).toEqual([]);
});

it.each([
  [{}, 400, 'invalid_request'],
  [{ fund: 'F-1', asset: 'AS-1' }, 400, 'invalid_request'],
  [{ fund: 'F-1', format: 'png' }, 400, 'invalid_request'],
  [{ fund: 'F-1', atSeq: '0', asOf: '2016-01-01T00:00:00Z' }, 400, 'invalid_request'],
  [{ fund: 'F-1', effectiveOn: '2016-01-01' }, 400, 'invalid_request'],
  [{ fund: 'F-1', atSeq: '99' }, 400, 'invalid_request'],
  [{ fund: 'F-9' }, 404, 'fund_unknown'],
  [{ asset: 'AS-9' }, 404, 'asset_unknown'],
  [{ payout: 'PO-9' }, 404, 'entry_unknown'],
])('refuses %j with %i %s', async (query, status, code) => {
  const answer = await trace(city, query as Record<string, string>);
  expect([answer.status, answer.body.code]).toEqual([status, code]);
});

it('shows with an asset what it earned and how that was shared', async () => {
  const { seq } = await post(`${county}/assets/AS-1/incomes`, {
    id: 'IN-1',
    period: '2016',
    amount: '9.00',
    payerKind: 'cooperative',
  });
  await post(`${county}/allocations`, { from: 'income:AS-1', to: 'collective:640121100201', amount: '6.00' });
  await post(`${county}/payouts`, {
    policy: '分红',
    period: '2016',
    beneficiary: household,
    from: 'income:AS-1',
    amount: '2.00',
  });
  const { body } = await trace(county, { asset: 'AS-1' });
  const stands = Object.fromEntries(
    body.nodes.map((node: Record<string, string>) => [node.id, [node.name, node.stands]]),
  );
  expect(stands).toMatchObject({
    '640121/source:IN-1.1': ['资产收益 AS-1 2016', '0.00'],
    '640121/income:AS-1': ['圈棚', '1.00'],
    '640121/collective:640121100201': [null, '6.00'],
    [`640121/beneficiary:${household}`]: [null, '2.00'],
  });
  const { body: before } = await trace(county, { asset: 'AS-1', atSeq: String(seq - 1) });
  expect(before.nodes.map(({ id }: { id: string }) => id)).not.toContain('640121/income:AS-1');
});
