import { openPool } from '../../src/database/pool.js';
import { EventStore } from '../../src/event-store/event-store.js';
import { balancesView } from '../../src/views/balances/balances.js';
import { rebuild } from '../../src/views/engine/rebuild/rebuild.js';
import { startApp, type TestApp } from '../support/app.js';
import { until } from '../support/until.js';

const BALANCES = '/v1/books/640100/balances';
const fund = { id: 'F-1', name: '资金', level: 'city', nature: 'special', fiscalYear: 2016, amount: '100.00' };

let service: TestApp;
let clerk: string;
beforeEach(async () => {
  service = await startApp();
  const admin = await service.token('admin', ['6401']);
  clerk = await service.token('clerk', ['6401']);
  await service.post('/v1/books', admin, { id: '640100', name: '银川市财政局', level: 'city' });
  await service.post('/v1/books/640100/funds', clerk, fund);
  await service.get(`${BALANCES}?minSeq=1`, clerk);
});
afterEach(() => service.close());

/** Asks twice, so that the second answer is one that was kept. */
async function ask(path: string, token = clerk) {
  await service.get(path, token);
  return service.get(path, token);
}

it('gives the same answer again byte for byte, and tells who has it that it is still true', async () => {
  const first = await service.get(BALANCES, clerk);
  const again = await service.get(BALANCES, clerk);
  expect([again.status, again.text, again.headers.etag]).toEqual([200, first.text, first.headers.etag]);
  expect(again.headers['content-type']).toBe('application/json; charset=utf-8');
  for (const more of [{}, { 'cache-control': 'no-cache' }]) {
    const known = await service.get(BALANCES, clerk).set({ 'if-none-match': first.headers.etag ?? '', ...more });
    expect([known.status, known.text]).toEqual([304, '']);
  }
});

it('is never older than what anybody has seen', async () => {
  for (let seq = 2; seq < 12; seq += 1) {
    expect((await ask(BALANCES)).body.seq).toBe(seq - 1);
    await service.post('/v1/books/640100/allocations', clerk, { to: 'department:nmj', amount: '1.00' });
    await service.get(`${BALANCES}?minSeq=${seq}&fund=F-1`, clerk);
    const { body, headers } = await service.get(BALANCES, clerk).set('if-none-match', 'W/"other"');
    expect(body.seq).toBe(seq);
    expect(body.items).toContainEqual({ account: 'department:nmj', fund: 'F-1', amount: `${seq - 1}.00` });
    expect(headers.etag).toMatch(/^"[\w-]{43}"$/);
  }
});

it('is made anew after a second by one of those who ask', async () => {
  await ask(BALANCES);
  const pool = openPool(service.databaseUrl, 1, () => undefined);
  await pool.query(`update views.balances set amount_fen = 4200 where account = 'bureau'`);
  // It stands still while they ask, however long that takes.
  const clock = jest.spyOn(Date, 'now').mockReturnValue(Date.now() + 1_000);
  try {
    // Whoever makes it anew has to wait for the table.
    const holder = await pool.connect();
    await holder.query('begin; lock table views.balances in access exclusive mode');
    const anew = service.get(BALANCES, clerk).then(({ text }) => text);
    const waiting = `select from pg_locks where not granted and relation = 'views.balances'::regclass
      and database = (select oid from pg_database where datname = current_database())`;
    await until(async () => (await holder.query(waiting)).rowCount === 1);
    for (let n = 0; n < 15; n += 1) expect((await service.get(BALANCES, clerk)).text).not.toContain('42.00');
    await holder.query('commit');
    holder.release();
    expect(await anew).toContain('42.00');
    expect((await service.get(BALANCES, clerk)).text).toContain('42.00');
  } finally {
    clock.mockRestore();
    await pool.end();
  }
});

it('is made anew once the view was rebuilt, though it stands at the same entry', async () => {
  await ask(BALANCES);
  const pool = openPool(service.databaseUrl, 3, () => undefined);
  await pool.query(`update views.balances set amount_fen = 4200 where account = 'bureau'`);
  expect((await service.get(BALANCES, clerk).set('cache-control', 'no-cache')).text).toContain('42.00');
  expect((await ask(BALANCES)).text).toContain('42.00');
  await rebuild(pool, service.app.get(EventStore), [balancesView]);
  await pool.end();
  expect((await service.get(BALANCES, clerk)).text).not.toContain('42.00');
});

it('is for those alone who may have it', async () => {
  await ask(BALANCES);
  const elsewhere = await service.token('clerk', ['6402']);
  await service.get('/v1/books/640200', elsewhere);
  const statuses = [];
  for (const token of [undefined, 'x', elsewhere, elsewhere, clerk]) {
    statuses.push((await service.get(BALANCES, token)).status);
  }
  expect(statuses).toEqual([401, 401, 403, 403, 200]);
});

it('is not kept where it says what another book knows', async () => {
  const county = await service.token('clerk', ['640121']);
  const admin = await service.token('admin', ['6401']);
  await service.post('/v1/books', admin, { id: '640121', name: '永宁县财政局', level: 'county' });
  const dispatch = { id: 'D-1', toBook: '640121', amount: '5.00' };
  const { body: dispatched } = await service.post('/v1/books/640100/dispatches', clerk, dispatch);
  await service.get(`${BALANCES}?minSeq=${dispatched.seq}`, clerk);
  const path = `/v1/books/640100/funds/F-1?minSeq=${dispatched.seq}`;
  expect((await ask(path)).body.dispatches[0].state).toBe('in_transit');
  const arrival = { fromBook: '640100', dispatch: 'D-1' };
  expect((await service.post('/v1/books/640121/arrivals', county, arrival)).status).toBe(201);
  expect((await service.get(path, clerk)).body.dispatches[0].state).toBe('arrived');
});
