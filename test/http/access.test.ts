import { statSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import supertest from 'supertest';
import { issueToken } from '../../src/http/access/issue-token.js';
import { ROLES, type Role } from '../../src/http/access/roles.js';
import { LOCAL_ISSUER, readOrMakeTokenKey } from '../../src/http/access/token-key.js';
import { TokenVerifier } from '../../src/http/access/token-verifier.js';
import { accessOf, isStillAllowed } from '../../src/http/access.js';
import { startApp, type TestApp } from '../support/app.js';
import { until } from '../support/until.js';

const NOBODY = '0192f1c4-0000-7000-8000-000000000000';

let service: TestApp;
beforeAll(async () => {
  service = await startApp();
  const admin = await service.token('admin', ['6']);
  for (const id of ['640121', '640221']) {
    const { status } = await service.post('/v1/books', admin, { id, name: '财政局', level: 'county' });
    expect(status).toBe(201);
  }
});
afterAll(() => service.close());

const fund = { name: '资金', level: 'county', nature: 'special', fiscalYear: 2016, amount: '1.00' };
const clerkOnly = [
  'funds',
  'allocations',
  'integrations',
  'dispatches',
  'arrivals',
  'projects',
  'payments',
  'payouts',
  'assets',
];

/** Which roles are let through to the rules; whether the rules then like the empty body is another matter. */
async function admitted(path: string): Promise<Role[]> {
  const roles: Role[] = [];
  for (const role of ROLES) {
    const { status, body } = await service.post(path, await service.token(role, ['6401']), {});
    expect([400, 403]).toContain(status);
    if (body.code !== 'forbidden') roles.push(role);
  }
  return roles;
}

it.each(clerkOnly)('lets only a clerk post %s', async (path) => {
  expect(await admitted(`/v1/books/640121/${path}`)).toEqual(['clerk']);
});

it.each(['funds/F-1/adjustments', 'projects/P-1/stages', 'assets/A-1/ownership-changes'])(
  'lets only a clerk post %s',
  async (path) => expect(await admitted(`/v1/books/640121/${path}`)).toEqual(['clerk']),
);

it('knows each by his own header, whoever asked before', async () => {
  const [clerk, elsewhere] = [await service.token('clerk', ['640121']), await service.token('clerk', ['640221'])];
  const statuses: number[] = [];
  for (const token of [clerk, clerk, elsewhere, `${clerk}x`, `${clerk} x`, clerk])
    statuses.push((await service.get('/v1/books/640121', token)).status);
  expect(statuses).toEqual([200, 200, 403, 401, 401, 200]);
});

it.each([
  ['post', '/v1/books/640121/funds', 'clerk'],
  ['post', '/v1/books/640121/notices/preview', 'publisher'],
  ['delete', `/v1/books/640121/beneficiaries/${NOBODY}/personal-data`, 'admin'],
] as const)('tells whoever may %s %s, and nobody else, of a parameter that is none', async (method, path, role) => {
  const ask = async (token?: string) => {
    const sent = supertest(service.app.getHttpServer())[method](`${path}?dryRun=true`);
    const { status, body } = await (token === undefined ? sent : sent.auth(token, { type: 'bearer' }));
    return [status, body.code, body.errors?.[0].field];
  };
  expect(await ask()).toEqual([401, 'unauthenticated', undefined]);
  expect(await ask(await service.token('auditor', ['6401']))).toEqual([403, 'forbidden', undefined]);
  expect(await ask(await service.token(role, ['640221']))).toEqual([403, 'forbidden', undefined]);
  expect(await ask(await service.token(role, ['6401']))).toEqual([400, 'invalid_request', 'dryRun']);
});

it('tells anybody of it where anybody may post', async () => {
  const { status, body } = await service.post('/v1/disclosure/books/640121/objections?dryRun=true', '', {});
  expect([status, body.errors]).toMatchObject([400, [{ field: 'dryRun' }]]);
});

it('lets a reviewer reverse and close too', async () => {
  expect(await admitted('/v1/books/640121/reversals')).toEqual(['clerk', 'reviewer']);
  expect(await admitted('/v1/books/640121/periods/2016-13/closings')).toEqual(['clerk', 'reviewer']);
});

it('lets only an admin open a book, in the divisions of the token', async () => {
  expect(await admitted('/v1/books')).toEqual(['admin']);
  const body = { id: '640300', name: '吴忠市财政局', level: 'city' };
  const { status, body: problem } = await service.post('/v1/books', await service.token('admin', ['6401']), body);
  expect([status, problem.code]).toEqual([403, 'forbidden']);
  expect(await service.revision('640300')).toBe(-1);
});

it('keeps a clerk of 6401 out of book 640221', async () => {
  const clerk = await service.token('clerk', ['6401']);
  const { status, body } = await service.post('/v1/books/640221/funds', clerk, fund);
  expect([status, body.code]).toEqual([403, 'forbidden']);
  expect(await service.revision('640221')).toBe(0);
  expect((await service.get('/v1/books/640221', clerk)).status).toBe(403);
  expect((await service.post('/v1/books/640121/funds', clerk, fund)).status).toBe(201);
});

it('lets every role read within its divisions', async () => {
  for (const role of ROLES) {
    const token = await service.token(role, ['640121']);
    expect((await service.get('/v1/books/640121', token)).status).toBe(200);
    expect((await service.get('/v1/books/640121/events', token)).status).toBe(200);
    expect((await service.get('/v1/books/640221/events', token)).status).toBe(403);
  }
});

it('asks for a token, and says why one is not accepted', async () => {
  const good = await service.token('auditor', ['6401']);
  const [header, payload, signature] = good.split('.');
  const forged = `${header}.${Buffer.from(JSON.stringify({ ...claims(), role: 'admin' })).toString('base64url')}.${signature}`;
  const unsigned = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${payload}.`;
  const key = readOrMakeTokenKey(service.tokenKeyFile);
  const sign = (changed: object, expires: number) =>
    new SignJWT({ ...claims(), ...changed })
      .setProtectedHeader({ alg: 'EdDSA' })
      .setExpirationTime(Math.floor(Date.now() / 1000) + expires)
      .sign(key);
  const refused: [string | undefined, RegExp][] = [
    [undefined, /is missing/],
    ['nonsense', /not one that this service accepts/],
    [forged, /not one that this service accepts/],
    [unsigned, /not one that this service accepts/],
    [await sign({}, -60), /has expired/],
    [await sign({ role: 'king' }, 60), /role must be one of/],
    [await sign({ divisions: [] }, 60), /divisions must be/],
    [await sign({ divisions: ['*'] }, 60), /divisions must be/],
    [await sign({ sub: '张三' }, 60), /subject must be an id/],
    [await sign({ sub: '110101194910010014' }, 60), /subject must be an id/],
    [await sign({ iss: 'somebody' }, 60), /claim iss/],
    [await sign({ aud: 'something' }, 60), /claim aud/],
  ];
  for (const [token, reason] of refused) {
    const response = await service.get('/v1/books', token);
    expect([response.status, response.body.code]).toEqual([401, 'unauthenticated']);
    expect(response.headers['www-authenticate']).toMatch(/^Bearer/);
    expect(response.body.detail).toMatch(reason);
  }
  expect((await service.get('/v1/books').set('authorization', 'Basic YTpi')).status).toBe(401);
});

function claims() {
  return { sub: 'auditor-1', role: 'auditor', divisions: ['6401'], iss: LOCAL_ISSUER, aud: LOCAL_ISSUER };
}

it('forgets a remembered token when it expires', async () => {
  const statusOf = async (token: string) => (await service.get('/v1/books', token)).status;
  // Five seconds of tolerance for clocks that differ, less four: it holds until the next full second.
  const brief = () =>
    new SignJWT(claims())
      .setProtectedHeader({ alg: 'EdDSA' })
      .setExpirationTime(Math.floor(Date.now() / 1000) - 4)
      .sign(readOrMakeTokenKey(service.tokenKeyFile));
  let token = await brief();
  while ((await statusOf(token)) !== 200) token = await brief();
  await until(async () => (await statusOf(token)) !== 200);
  expect(await statusOf(token)).toBe(401);
});

it('keeps the local key to its owner', () => {
  expect(statSync(service.tokenKeyFile).mode & 0o777).toBe(0o600);
});

it('closes a route that does not say who may use it', () => {
  class Silent {
    route(): void {}
  }
  expect(accessOf(Silent.prototype.route, Silent)).toBeUndefined();
});

it('makes no token that the service would refuse', async () => {
  const request = { role: 'clerk' as const, divisions: ['6401'], subject: 'clerk-1', expires: '1h' };
  const settings = { tokenKeyFile: service.tokenKeyFile };
  expect((await service.get('/v1/books', await issueToken(settings, request))).status).toBe(200);
  await expect(issueToken(settings, { ...request, subject: '张三' })).rejects.toThrow(/subject must be an id/);
  await expect(issueToken({ ...settings, jwksUrl: 'http://issuer' }, request)).rejects.toThrow(/JWKS_URL/);
});

it('takes the tokens of the issuer that JWKS_URL names, and answers 503 while its keys cannot be had', async () => {
  const { publicKey, privateKey } = await generateKeyPair('ES256');
  const jwk = { ...(await exportJWK(publicKey)), alg: 'ES256', kid: 'k1' };
  const issuer = createServer((_, answer) => answer.end(JSON.stringify({ keys: [jwk] })));
  await new Promise<void>((resolve) => issuer.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(issuer.address() as AddressInfo).port}/jwks`;
  const other = await startApp({ JWKS_URL: url });
  const named = await startApp({ JWKS_URL: url, JWT_ISSUER: 'https://id.example', JWT_AUDIENCE: 'mingzhang' });
  const away = await startApp({ JWKS_URL: 'http://127.0.0.1:1/jwks' });
  try {
    const token = await new SignJWT({ role: 'auditor', divisions: ['6'] })
      .setProtectedHeader({ alg: 'ES256', kid: 'k1' })
      .setSubject('auditor-9')
      .setExpirationTime('1h')
      .sign(privateKey);
    expect((await other.get('/v1/books', token)).status).toBe(200);
    expect((await other.get('/v1/books', await other.token('auditor', ['6']))).status).toBe(401);
    const unnamed = await named.get('/v1/books', token);
    expect([unnamed.status, unnamed.body.detail]).toEqual([
      401,
      '需要有效的令牌。 The claim iss of the token is not accepted.',
    ]);
    const response = await away.get('/v1/books', token);
    expect([response.status, response.body.code, response.headers['retry-after']]).toEqual([503, 'try_again', '1']);
    // What goes on for long ends with a token that is no longer good, not because that cannot be told now.
    const stillAllowed = ({ app }: TestApp, bearer: string) =>
      isStillAllowed(app.get(TokenVerifier, { strict: false }), `Bearer ${bearer}`);
    expect([await stillAllowed(away, token), await stillAllowed(other, `${token}x`)]).toEqual([true, false]);
  } finally {
    await other.close();
    await named.close();
    await away.close();
    issuer.close();
  }
});
