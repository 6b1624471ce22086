import { startApp, type TestApp } from '../support/app.js';

let service: TestApp;
let admin: string;
let clerk: string;
beforeAll(async () => {
  service = await startApp();
  [admin, clerk] = await Promise.all([service.token('admin', ['6401']), service.token('clerk', ['6401'])]);
});
afterAll(() => service.close());

const book = (path: string) => `/v1/books/640121${path}`;

async function posted(path: string, body: object, token = clerk) {
  const response = await service.post(book(path), token, body);
  expect({ path, status: response.status, body: response.body }).toMatchObject({ status: 201 });
  return response.body;
}

it('opens a book and answers with a receipt', async () => {
  for (const [id, name, level] of [
    ['640100', '银川市财政局', 'city'],
    ['640121', '永宁县财政局', 'county'],
  ]) {
    const { status, body, headers } = await service.post('/v1/books', admin, { id, name, level });
    expect(status).toBe(201);
    expect(headers['x-request-id']).toMatch(/^[\w-]{36}$/);
    expect(body).toEqual({
      id,
      book: id,
      seq: 0,
      recordedAt: expect.stringMatching(/^\d{4}-.*Z$/),
      receipt: {
        book: id,
        seq: 0,
        leafHash: expect.stringMatching(/^[A-Za-z0-9+/]{43}=$/),
        checkpoint: expect.stringMatching(/^\S+\/log\/\d+\n1\n/),
        proof: [],
      },
    });
  }
});

it('takes every kind of posting', async () => {
  const fund = { id: 'F-1', name: '扶贫资金', level: 'county', nature: 'special', fiscalYear: 2016, amount: '1000.00' };
  await posted('/funds', { ...fund, subject: '2130505', channel: '农业农村', documents: ['永财〔2016〕1号'] });
  await posted('/funds/F-1/adjustments', { amount: '-100.00' });
  await posted('/projects', {
    id: 'P-1',
    name: '大棚',
    category: '产业发展',
    division: '640121100',
    responsibleUnit: '农业农村局',
    plannedAmount: '500.00',
  });
  await posted('/projects/P-1/stages', { stage: 'approved' });
  await posted('/allocations', { to: 'project:P-1', lines: [{ fund: 'F-1', amount: '500.00' }] });
  await posted('/integrations', { pool: '2016', lines: [{ fund: 'F-1', amount: '100.00' }] });
  await posted('/payments', { project: 'P-1', kind: 'capital', payee: '某建设公司', amount: '400.00' });
  const owners = [
    { kind: 'village', id: '640121100201', name: '杨和村', share: '2/3' },
    { kind: 'cooperative', id: '91640121', name: '合作社', share: '1/3' },
  ];
  const asset = { name: '大棚', class: 'operating', category: '农业设施', division: '640121100201', owners };
  await posted('/assets', { id: 'AS-1', ...asset, project: 'P-1', amount: '400.00' });
  await posted('/assets', { id: 'AS-0', ...asset, opening: [{ level: 'central', nature: 'special', amount: '7.00' }] });
  await posted('/assets/AS-1/ownership-changes', { owners: [{ ...owners[0], share: '1' }], reason: '确权到村' });
  const { seq } = await posted('/allocations', { to: 'department:nyj', amount: '10.00' });
  await posted('/reversals', { seq, reason: '重复录入' });
  await posted('/periods/2016-05/closings', {});
  expect((await service.post(book('/periods/2016-06/closings'), clerk)).status).toBe(201);
});

it('carries a dispatch from one book to another', async () => {
  const fund = { id: 'C-1', name: '市级资金', level: 'city', nature: 'special', fiscalYear: 2016, amount: '50.00' };
  expect((await service.post('/v1/books/640100/funds', clerk, fund)).status).toBe(201);
  const dispatch = { id: 'D-1', toBook: '640121', amount: '50.00' };
  expect((await service.post('/v1/books/640100/dispatches', clerk, dispatch)).status).toBe(201);
  await posted('/arrivals', { id: 'R-1', fromBook: '640100', dispatch: 'D-1' });
  const again = await service.post(book('/arrivals'), clerk, { fromBook: '640100', dispatch: 'D-1' });
  expect(again.body).toMatchObject({ code: 'dispatch_settled', status: 422, field: 'dispatch' });
});

it('answers a repeated key as the first time, and refuses it for anything else', async () => {
  const body = { to: 'department:nyj', amount: '1.00' };
  const first = await service.post(book('/allocations'), clerk, body, 'once');
  expect(first.headers['idempotency-replayed']).toBeUndefined();
  const second = await service.post(book('/allocations'), clerk, body, 'once');
  expect(second.headers['idempotency-replayed']).toBe('true');
  expect(second.status).toBe(201);
  expect(second.body).toEqual(first.body);
  const other = await service.post(book('/allocations'), clerk, { ...body, amount: '2.00' }, 'once');
  expect(other.status).toBe(422);
  expect(other.body.code).toBe('idempotency_key_reused');
});

it('needs a key of visible ASCII characters that holds no personal number', async () => {
  const body = { to: 'department:nyj', amount: '1.00' };
  for (const key of ['', 'a b', 'x'.repeat(256)]) {
    const { status, body: problem } = await service.post(book('/allocations'), clerk, body, key);
    expect([status, problem.code]).toEqual([400, 'idempotency_key_required']);
  }
  const personal = await service.post(book('/allocations'), clerk, body, '13800138000');
  expect(personal.body).toMatchObject({ code: 'personal_data_in_text', field: 'Idempotency-Key' });
  expect(personal.body.detail).toMatch(/加一个字母.*put a letter directly before the digits/);
  expect((await service.post(book('/allocations'), clerk, body, 'V13800138000')).status).toBe(201);
});

it('says what a refusal is about', async () => {
  const { status, body, headers } = await service.post(book('/allocations'), clerk, {
    to: 'project:P-1',
    lines: [{ fund: 'F-1', amount: '9999.00' }],
  });
  expect(status).toBe(422);
  expect(headers['content-type']).toBe('application/problem+json; charset=utf-8');
  expect(body).toEqual({
    type: 'urn:mingzhang:problem:insufficient_balance',
    title: '持有单位的这项资金不足。 The holder has less of this fund than the line takes.',
    status: 422,
    detail: expect.stringContaining('less than 9999.00'),
    code: 'insufficient_balance',
    field: 'lines[0].amount',
    account: 'bureau',
    fund: 'F-1',
    available: expect.any(String),
  });
});

it('lists the books in the scope of the token, page by page', async () => {
  const first = await service.get('/v1/books?limit=1', clerk);
  expect(first.body.items).toEqual([
    { id: '640100', name: '银川市财政局', level: 'city', revision: expect.any(Number), openedAt: expect.any(String) },
  ]);
  const second = await service.get(`/v1/books?limit=1&after=${first.body.next}`, clerk);
  expect(second.body).toMatchObject({ items: [{ id: '640121' }], next: null });
  const elsewhere = await service.get('/v1/books', await service.token('auditor', ['64012', '65']));
  expect(elsewhere.body.items.map(({ id }: { id: string }) => id)).toEqual(['640121']);
});

it('serves the events as the very bytes that are hashed', async () => {
  const { body } = await service.get(book(''), clerk);
  const response = await service.get(book('/events'), clerk);
  expect(response.headers['content-type']).toBe('application/x-ndjson; charset=utf-8');
  const lines = response.text.trimEnd().split('\n');
  expect(lines).toHaveLength(body.revision + 1);
  expect(lines.map((line) => JSON.parse(line).seq)).toEqual(lines.map((_, seq) => seq));
  const part = await service.get(book('/events?from=2&limit=3'), clerk);
  expect(part.text).toBe(
    lines
      .slice(2, 5)
      .map((line) => `${line}\n`)
      .join(''),
  );
  expect((await service.get(book('/events?from=100000'), clerk)).text).toBe('');
  expect((await service.get(book('/events?from=-1'), clerk)).body.errors).toEqual([
    { field: 'from', message: '应为不小于 0 的整数 must be a whole number from 0' },
  ]);
  expect((await service.get('/v1/books/640181/events', clerk)).body.code).toBe('book_unknown');
});

it('tells whether it lives, is ready, and what it did', async () => {
  expect((await service.get('/health/live')).body).toEqual({ status: 'up' });
  let ready = await service.get('/health/ready');
  // What does not answer within two seconds counts as away, as it may for a moment on a busy machine.
  while (ready.status !== 200) ready = await service.get('/health/ready');
  expect(ready.body).toMatchObject({ status: 'up', database: 'up' });
  const { text } = await service.get('/metrics');
  expect(text).toContain('mingzhang_requests_total{method="POST",route="/v1/books/:book/funds",status="201"}');
  expect(text).toMatch(/^mingzhang_events_appended_total [1-9]\d*$/m);
  expect(text).toMatch(/^mingzhang_append_batch_events_count [1-9]/m);
});
