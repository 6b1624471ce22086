import pg from 'pg';
import { startApp, type TestApp } from '../support/app.js';

let service: TestApp;
let clerk: string;
let admin: string;
const book = '/v1/books/640121';
const person = {
  name: '测试人甲',
  idNumber: '11010519491231002X',
  bankAccount: '62220200001234567',
  division: '640121100',
  categories: ['脱贫户'],
};

beforeAll(async () => {
  service = await startApp();
  [clerk, admin] = await Promise.all([service.token('clerk', ['6401']), service.token('admin', ['6401'])]);
  await service.post('/v1/books', admin, { id: '640121', name: '永宁县财政局', level: 'county' });
  const fund = { id: 'F-1', name: '补贴', level: 'county', nature: 'special', fiscalYear: 2016, amount: '1000.00' };
  expect((await service.post(`${book}/funds`, clerk, fund)).status).toBe(201);
});
afterAll(() => service.close());

it('enrols a person, pays and forgets: the payout stands, the person is gone', async () => {
  const enrolled = await service.post(`${book}/beneficiaries`, clerk, person, 'enrol-1');
  expect(enrolled.status).toBe(201);
  const { id } = enrolled.body;
  const address = `${book}/beneficiaries/${id}/personal-data`;
  const payout = { policy: '交通补贴', period: '2016', beneficiary: id, amount: '1000.00' };
  expect((await service.post(`${book}/payouts`, clerk, payout)).status).toBe(201);

  const { name, idNumber, bankAccount } = person;
  const known = await service.get(address, clerk);
  expect(known.body).toEqual({ beneficiary: id, book: '640121', name, idNumber, bankAccount });
  expect(known.headers['cache-control']).toBe('no-store');

  const events = (await service.get(`${book}/events`, clerk)).text;
  for (const secret of [name, idNumber, bankAccount]) expect(events).not.toContain(secret);

  const erased = await service.app.inject({
    method: 'DELETE',
    url: address,
    headers: { authorization: `Bearer ${admin}` },
  });
  expect(erased.statusCode).toBe(200);
  expect(JSON.parse(erased.payload)).toEqual({ beneficiary: id, book: '640121', erasedAt: expect.any(String) });
  const gone = await service.get(address, clerk);
  expect([gone.status, gone.body.code]).toEqual([410, 'personal_data_erased']);

  const again = await service.post(`${book}/beneficiaries`, clerk, person, 'enrol-1');
  expect(again.headers['idempotency-replayed']).toBe('true');
  expect(again.body).toEqual(enrolled.body);
  expect((await service.get(`${book}/events`, clerk)).text).toBe(events);
});

it('shows personal data to clerks and admins only, and lets only an admin erase', async () => {
  const { body } = await service.post(`${book}/beneficiaries`, clerk, { ...person, idNumber: '440524188001010014' });
  const url = `${book}/beneficiaries/${body.id}/personal-data`;
  for (const role of ['auditor', 'reviewer', 'publisher'] as const) {
    expect((await service.get(url, await service.token(role, ['6401']))).status).toBe(403);
  }
  expect((await service.get(url, await service.token('clerk', ['640221']))).status).toBe(403);
  expect((await service.get(url)).status).toBe(401);
  const erase = await service.app.inject({ method: 'DELETE', url, headers: { authorization: `Bearer ${clerk}` } });
  expect(erase.statusCode).toBe(403);
  expect((await service.get(`${book}/beneficiaries/nobody/personal-data`, clerk)).body.code).toBe(
    'beneficiary_unknown',
  );
});

it('tells whoever enrols while the disk of the database is full to try again, and then takes the same request', async () => {
  const client = new pg.Client({ connectionString: service.databaseUrl });
  await client.connect();
  try {
    // As PostgreSQL itself answers where it cannot extend a file.
    await client.query(`
      create function no_room() returns trigger language plpgsql as
        $$ begin raise exception 'could not extend file' using errcode = 'disk_full'; end $$;
      create trigger full_disk before insert on vault_seals execute function no_room()`);
    const enrol = () =>
      service.post(`${book}/beneficiaries`, clerk, { ...person, idNumber: '110105194912310046' }, 'full');
    const refused = await enrol();
    expect([refused.status, refused.body.code]).toEqual([503, 'try_again']);
    await client.query('drop trigger full_disk on vault_seals');
    expect((await enrol()).status).toBe(201);
  } finally {
    await client.end();
  }
});
