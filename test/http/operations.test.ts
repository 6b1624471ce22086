import { connect, type Socket } from 'node:net';
import { openPool } from '../../src/database/pool.js';
import { startApp, type TestApp } from '../support/app.js';
import { until } from '../support/until.js';

const book = { id: '640121', name: '永宁县财政局', level: 'county' };

function listening(service: TestApp): Promise<number> {
  return service.app
    .listen(0, '127.0.0.1')
    .then(() => (service.app.getHttpServer().address() as { port: number }).port);
}

/** Everything that a socket receives until it is closed. */
function received(socket: Socket): Promise<string> {
  return new Promise((resolve) => {
    let text = '';
    socket.on('data', (data) => {
      text += data.toString();
    });
    socket.on('close', () => resolve(text));
  });
}

it('makes no logger for a request', async () => {
  const service = await startApp();
  try {
    const { log } = service.app.getHttpAdapter().getInstance();
    expect(log.child({ reqId: 'req-1' })).toBe(log);
  } finally {
    await service.close();
  }
});

it('logs one line a request, without body, query, token, address or personal data', async () => {
  const lines: string[] = [];
  const output = jest.spyOn(process.stdout, 'write').mockImplementation((text) => lines.push(String(text)) > 0);
  const service = await startApp({ LOG_LEVEL: 'info' });
  try {
    const [admin, clerk] = [await service.token('admin', ['6401']), await service.token('clerk', ['6401'], 'clerk-07')];
    await service.post('/v1/books', admin, book);
    const person = {
      name: '测试人乙',
      idNumber: '11010519491231002X',
      bankAccount: '62220200001234567',
      division: '640121',
      categories: ['监测户'],
    };
    const { body } = await service.post('/v1/books/640121/beneficiaries', clerk, person).set('x-request-id', 'req-1');
    await service
      .get(`/v1/books/640121/beneficiaries/${body.id}/personal-data?secret=测试人乙`, clerk)
      .set('x-request-id', '11010519491231002X');
    await service.post('/v1/books/640121/beneficiaries', clerk, { ...person, idNumber: '110105194912310021' });
    const isOfRequest = (line: string) => line.includes('"msg":"request"');
    await until(() => lines.join('').split('\n').filter(isOfRequest).length >= 4);
    const text = lines.join('');
    for (const secret of [
      person.name,
      person.idNumber,
      '110105194912310021',
      person.bankAccount,
      body.id,
      admin,
      clerk,
      'secret',
    ]) {
      expect(text).not.toContain(secret);
    }
    const requests = text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
      .filter(({ msg }) => msg === 'request');
    expect(requests).toHaveLength(4);
    expect(requests[1]).toEqual({
      level: 30,
      time: expect.any(Number),
      reqId: 'req-1',
      method: 'POST',
      route: '/v1/books/:book/beneficiaries',
      status: 201,
      ms: expect.any(Number),
      actor: 'clerk-07',
      msg: 'request',
    });
    expect(requests[3]).toMatchObject({ status: 400, problem: 'invalid_request' });
  } finally {
    output.mockRestore();
    await service.close();
  }
});

it('answers with the request id it was given, unless that is not fit to be logged', async () => {
  const service = await startApp();
  const idOf = async (given: string) =>
    (await service.get('/health/live').set('x-request-id', given)).headers['x-request-id'];
  expect(await idOf('abc-1')).toBe('abc-1');
  for (const unfit of ['a b', 'x'.repeat(65), '13800138000', '<script>'])
    expect(await idOf(unfit)).toMatch(/^[0-9a-f-]{36}$/);
  await service.close();
});

it('tells a fault to the log and nothing of it to the caller', async () => {
  const service = await startApp();
  const clerk = await service.token('clerk', ['6401']);
  const { EventStore } = await import('../../src/event-store/event-store.js');
  jest.spyOn(service.app.get(EventStore), 'revision').mockRejectedValue(new Error('secret detail of the inside'));
  const { status, body, text } = await service.get('/v1/books/640121', clerk).set('x-request-id', 'req-9');
  expect(status).toBe(500);
  expect(body).toMatchObject({ code: 'internal_error', requestId: 'req-9' });
  expect(text).not.toContain('secret');
  await service.close();
});

it('says that it is not ready, and to try again, while the database is away', async () => {
  const service = await startApp();
  const admin = await service.token('admin', ['6401']);
  const { POOL } = await import('../../src/database/pool.js');
  const refused = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED', syscall: 'connect' });
  const query = jest.spyOn(service.app.get(POOL), 'query').mockRejectedValue(refused as never);
  const ready = await service.get('/health/ready');
  expect([ready.status, ready.body.database]).toEqual([503, 'down']);
  const list = await service.get('/v1/books', admin);
  expect([list.status, list.body.code, list.headers['retry-after']]).toEqual([503, 'try_again', '1']);
  query.mockRestore();
  await until(async () => (await service.get('/health/ready')).status === 200);
  await service.close();
});

it('finishes what it was asked before it stops', async () => {
  const service = await startApp();
  const port = await listening(service);
  const admin = await service.token('admin', ['6401']);
  const body = JSON.stringify(book);
  const server = service.app.getHttpServer();
  const asked = new Promise((resolve) => server.once('request', resolve));
  const socket = connect(port, '127.0.0.1');
  const answer = received(socket);
  socket.write(
    `POST /v1/books HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${admin}\r\nidempotency-key: k\r\n` +
      `content-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body.slice(0, 10)}`,
  );
  await asked;
  const closed = service.close();
  await until(() => !server.listening);
  socket.write(body.slice(10));
  expect(await answer).toMatch(/^HTTP\/1.1 201 .*"book":"640121"/s);
  await closed;
  await expect(
    new Promise((resolve, reject) => connect(port, '127.0.0.1', () => resolve('open')).on('error', reject)),
  ).rejects.toThrow('ECONNREFUSED');
});

it('stops while clients keep idle connections open', async () => {
  const service = await startApp();
  const port = await listening(service);
  // For ever, if it were not for the stop.
  service.app.getHttpServer().keepAliveTimeout = 0;
  const socket = connect(port, '127.0.0.1');
  const answer = received(socket);
  socket.write('GET /health/live HTTP/1.1\r\nhost: x\r\n\r\n');
  await new Promise((resolve) => socket.once('data', resolve));
  await service.close();
  expect(await answer).toMatch(/^HTTP\/1.1 200 /);
});

it('shows its documentation from files of its own', async () => {
  const service = await startApp();
  const page = await service.get('/docs');
  expect(page.status).toBe(200);
  const addresses = [...page.text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, address]) => address ?? '');
  expect(addresses.length).toBeGreaterThan(2);
  for (const address of addresses) {
    expect(address).not.toMatch(/^(?:https?:)?\/\//);
    expect((await service.get(new URL(address, 'http://x/docs').pathname)).status).toBe(200);
  }
  expect((await service.get('/docs/openapi.yaml')).text).toMatch(/^openapi: 3.1.0/);
  await service.close();
});

it('tells which event stopped a view and how far it is behind, to whoever watches, and that it goes on once mended', async () => {
  const service = await startApp();
  const [admin, clerk] = [await service.token('admin', ['6401']), await service.token('clerk', ['6401'])];
  await service.post('/v1/books', admin, book);
  const pool = openPool(service.databaseUrl, 1, () => undefined);
  const told = async (path: string, isSo: (text: string) => boolean) => {
    let said = '';
    await until(async () => {
      said = (await service.get(path)).text;
      return isSo(said);
    });
    return said;
  };
  await pool.query("alter table views.balances add constraint broken check (fund <> 'F-1')");
  const fund = { id: 'F-1', name: '资金', level: 'county', nature: 'special', fiscalYear: 2016, amount: '1.00' };
  await service.post('/v1/books/640121/funds', clerk, fund);
  await service.get('/v1/books/640121/funds?minSeq=1', clerk);
  const ready = JSON.parse(await told('/health/ready', (text) => text.includes('fund.registered')));
  expect(ready).toMatchObject({ status: 'up', views: '1 standing still' });
  expect(ready.standingStill).toMatchObject([{ view: 'balances', book: '640121', seq: 1, type: 'fund.registered' }]);
  const metrics = await told('/metrics', (text) => text.includes('mingzhang_view_stopped{'));
  expect(metrics).toMatch(
    /mingzhang_view_stopped\{view="balances",book="640121",seq="1",type="fund.registered",message=".*broken.*"\} 1/,
  );
  for (const line of [
    'mingzhang_view_lag_events{view="balances"} 1',
    'mingzhang_view_lag_events{view="funds"} 0',
    'mingzhang_view_books_behind{view="balances"} 1',
    'mingzhang_view_book_lag_events{view="balances",book="640121"} 1',
    `mingzhang_process_up{process="${ready.process.id}",role="service"`,
  ]) {
    expect(metrics).toContain(line);
  }
  expect(metrics).toMatch(/mingzhang_view_book_lag_seconds\{view="balances",book="640121"\} \d/);
  expect(metrics).not.toContain('mingzhang_view_book_lag_events{view="funds"');
  await pool.query('alter table views.balances drop constraint broken');
  await pool.end();
  await told('/health/ready', (text) => JSON.parse(text).views === 'following');
  await service.close();
});
