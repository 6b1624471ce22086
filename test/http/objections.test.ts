import pg from 'pg';
import supertest from 'supertest';
import { startApp, type TestApp } from '../support/app.js';
import { noticeBody } from '../support/notices.js';

const county = '/v1/books/640121';
const open = '/v1/disclosure';
const SECRETS = ['未收到补贴的人是我', '测试人甲', '13995012345'];

let app: TestApp;
let clerk: string;
let admin: string;

function file(body: object, key: string) {
  return supertest(app.app.getHttpServer())
    .post(`${open}/books/640121/objections`)
    .set('idempotency-key', key)
    .send(body);
}

const statement = { text: `${SECRETS[0]}。\n请核实。`, name: SECRETS[1], phone: SECRETS[2] };

beforeAll(async () => {
  app = await startApp();
  clerk = await app.token('clerk', ['640121']);
  admin = await app.token('admin', ['640121']);
  await app.post('/v1/books', admin, { id: '640121', name: '永宁县财政局', level: 'county' }).expect(201);
  const today = new Date().toISOString().slice(0, 10);
  const notice = { ...noticeBody('loans', {}), publicFrom: today };
  await app.post(`${county}/notices`, clerk, { ...notice, id: 'N-1' }).expect(201);
});
afterAll(() => app.close());

it('is filed by anybody, followed by its code, answered in public, and holds up its notice until then', async () => {
  const { body: filed } = await file({ kind: 'objection', notice: 'N-1', ...statement }, 'nonce-1').expect(201);
  expect(filed.code).toMatch(/^(?:[0-9a-hjkmnp-tv-z]{4}-){7}[0-9a-hjkmnp-tv-z]{4}$/);
  const again = await file({ kind: 'objection', notice: 'N-1', ...statement }, 'nonce-1').expect(201);
  expect([again.body, again.headers['idempotency-replayed']]).toEqual([filed, 'true']);
  const other = await file({ kind: 'objection', notice: 'N-1', ...statement, text: '另一件事' }, 'nonce-1').expect(422);
  expect(other.body.code).toBe('idempotency_key_reused');

  const typed = filed.code.toUpperCase().replaceAll('-', '');
  const followed = await app.get(`${open}/objections/${typed}`).expect(200);
  expect(followed.body).toMatchObject({ notice: 'N-1', state: 'open', outcome: null, dueOn: filed.dueOn });
  expect(followed.headers['cache-control']).toBe('no-store');
  expect((await app.get(`${open}/books/640121/notices/N-1`)).body).toMatchObject({
    state: 'objected',
    objections: { open: 1, answered: 0 },
  });

  const answered = { outcome: 'upheld', answer: '经核实已补发。' };
  await app.post(`${county}/objections/${filed.objection}/answers`, clerk, answered).expect(201);
  expect((await app.get(`${open}/objections/${filed.code}`)).body).toMatchObject({ state: 'answered', ...answered });
  expect((await app.get(`${open}/books/640121/notices/N-1`)).body).toMatchObject({
    state: 'standing',
    objections: { open: 0, answered: 1 },
  });
  const twice = await app.post(`${county}/objections/${filed.objection}/answers`, clerk, answered).expect(422);
  expect(twice.body.code).toBe('objection_answered');
});

it('is read by the bureau alone, erased for ever, and leaves nothing personal anywhere else', async () => {
  const { body: filed } = await file({ kind: 'report', ...statement }, 'nonce-2').expect(201);
  const path = `${county}/objections/${filed.objection}/statement`;
  expect((await app.get(path, clerk).expect(200)).body).toMatchObject(statement);
  await app.get(path, await app.token('auditor', ['640121'])).expect(403);

  const events = await app.get(`${county}/events`, clerk).expect(200);
  const followed = await app.get(`${open}/objections/${filed.code}`).expect(200);
  const client = new pg.Client({ connectionString: app.databaseUrl });
  await client.connect();
  const { rows } = await client.query('select * from vault_objections');
  const shown = [events.text, followed.text, JSON.stringify(filed), JSON.stringify(rows)].join('\n');
  for (const secret of SECRETS) expect(shown).not.toContain(secret);
  expect(JSON.stringify(rows)).not.toContain(filed.code);
  expect(events.text).not.toContain('nonce-2');
  expect(JSON.parse(events.text.trim().split('\n').at(-1) ?? '')).toMatchObject({
    type: 'objection.filed',
    actor: 'public',
    command: expect.stringMatching(/^public:[0-9a-f]{64}$/),
    data: { kind: 'report', commitment: expect.stringMatching(/^[0-9a-f]{64}$/), dueOn: filed.dueOn },
  });

  await app.get(path, clerk).expect(200);
  const erase = () => supertest(app.app.getHttpServer()).delete(path).auth(admin, { type: 'bearer' });
  const { body: erased } = await erase().expect(200);
  expect((await erase().expect(200)).body).toEqual(erased);
  expect((await app.get(path, clerk).expect(410)).body.code).toBe('personal_data_erased');
  const { rows: left } = await client.query(
    'select ciphertext, wrapped_key from vault_objections where erased_at is not null',
  );
  expect(left).toEqual([{ ciphertext: null, wrapped_key: null }]);
  await client.end();
  expect((await app.get(`${open}/objections/${filed.code}`).expect(200)).body.state).toBe('open');
});

it.each([
  ['without a target', { kind: 'objection', text: '有误' }, 400, 'invalid_request'],
  ['against a row of nothing', { kind: 'report', row: 1, text: '有误' }, 400, 'invalid_request'],
  ['against an unknown notice', { kind: 'objection', notice: 'none', text: '有误' }, 404, 'notice_unknown'],
  ['against an unknown row', { kind: 'objection', notice: 'N-1', row: 1, text: '有误' }, 404, 'notice_row_unknown'],
  ['against an unknown entry', { kind: 'objection', entry: 9999, text: '有误' }, 404, 'entry_unknown'],
])('is refused %s, and keeps nothing', async (how, body, status, code) => {
  const before = await app.revision('640121');
  expect((await file(body, how.replaceAll(' ', '-')).expect(status)).body.code).toBe(code);
  expect(await app.revision('640121')).toBe(before);
});

it('tells nobody of a code that was never given', async () => {
  for (const code of ['none', '0000-0000-0000-0000-0000-0000-0000-0000'])
    expect((await app.get(`${open}/objections/${code}`).expect(404)).body.code).toBe('objection_unknown');
});

it('takes only so many from one address in a minute', async () => {
  let last = await file({ kind: 'report', text: '有误' }, 'many-0');
  for (let count = 1; count < 20 && last.status !== 429; count += 1)
    last = await file({ kind: 'report', text: '有误' }, `many-${count}`);
  expect([last.status, last.body.code]).toEqual([429, 'rate_limited']);
  expect(last.headers['retry-after']).toMatch(/^\d+$/);
  expect(last.headers['ratelimit-limit']).toBe('10');
  // Others go on.
  await app.get(`${county}`, clerk).expect(200);
});
