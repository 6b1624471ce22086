import { connect } from 'node:net';
import type { OpenAPIObject } from '@nestjs/swagger';
import { startApp, type TestApp } from '../support/app.js';
import { badBodies } from '../support/bad-bodies.js';
import { BODIES, type BodyCase, type Json } from '../support/bodies.js';

type OperationObject = NonNullable<OpenAPIObject['paths'][string]['post']>;

let service: TestApp;
let tokens: { admin: string; clerk: string };
let document: OpenAPIObject;
let keys = 0;

beforeAll(async () => {
  service = await startApp();
  tokens = { admin: await service.token('admin', ['6401']), clerk: await service.token('clerk', ['6401']) };
  const book = { id: '640121', name: '永宁县财政局', level: 'county' };
  expect((await service.post('/v1/books', tokens.admin, book)).status).toBe(201);
  document = (await service.get('/docs/openapi.json')).body;
});
afterAll(() => service.close());

afterEach(async () => {
  // Whatever was sent, nothing of it was recorded.
  expect(await service.revision('640121')).toBe(0);
  expect((await service.get('/v1/books', tokens.admin)).body.items).toHaveLength(1);
});

interface Answer {
  statusCode: number;
  headers: Record<string, unknown>;
  body: string;
}

async function send(
  { path, role }: Pick<BodyCase, 'path' | 'role'>,
  payload: string | Buffer,
  headers: Json = {},
): Promise<Answer> {
  return service.app.inject({
    method: 'POST',
    url: path,
    headers: {
      authorization: `Bearer ${tokens[role ?? 'clerk']}`,
      'idempotency-key': `bad-${++keys}`,
      'content-type': 'application/json',
      ...(headers as Record<string, string>),
    },
    payload,
  }) as unknown as Promise<Answer>;
}

/** A problem, and one that the operation's documentation lists under this status. */
function expectDocumented({ path }: Pick<BodyCase, 'path'>, answer: Answer, status: number, code: string): Json {
  const problem = JSON.parse(answer.body);
  expect({ path, status: answer.statusCode, code: problem.code }).toEqual({ path, status, code });
  expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8');
  expect(problem).toMatchObject({
    type: `urn:mingzhang:problem:${code}`,
    status,
    title: expect.any(String),
    detail: expect.any(String),
  });
  expect(codesOf(operationOf(path), status)).toContain(code);
  return problem;
}

function operationOf(path: string): OperationObject {
  const matching = Object.entries(document.paths).find(([pattern]) =>
    new RegExp(`^${pattern.replace(/\{[^}]+\}/g, '[^/]+')}$`).test(path),
  );
  const operation = matching?.[1].post;
  if (operation === undefined) throw new Error(`${path} is not documented`);
  return operation;
}

function codesOf(operation: OperationObject, status: number): string[] {
  const content = JSON.parse(JSON.stringify(operation.responses[status] ?? {})).content;
  return content?.['application/problem+json'].schema.allOf[1].properties.code.enum ?? [];
}

describe.each(BODIES)('$name', (body) => {
  it('names the field, whatever is wrong with it, and never its value', async () => {
    let sent = 0;
    for (const { path, body: bad, what } of badBodies(body)) {
      const answer = await send(body, JSON.stringify(bad));
      const problem = expectDocumented(body, answer, 400, 'invalid_request');
      const fields = (problem.errors as { field: string }[]).map(({ field }) => field);
      expect({
        what,
        named: fields.some((field) => field !== '' && (path.startsWith(field) || field.startsWith(path))),
        fields,
      }).toMatchObject({ named: true });
      expect(answer.body).not.toContain('xxxxx');
      sent += 1;
    }
    expect(sent).toBeGreaterThan(20);
  });

  it('misses each field that is needed', async () => {
    const { required } = (document.components?.schemas?.[body.name] ?? {}) as { required?: string[] };
    for (const field of required ?? []) {
      for (const base of body.good) {
        const { [field]: _, ...rest } = base;
        const problem = expectDocumented(body, await send(body, JSON.stringify(rest)), 400, 'invalid_request');
        expect(problem.errors).toContainEqual({ field, message: expect.stringContaining('must be') });
      }
    }
  });

  it('takes JSON in UTF-8 only, and only an object', async () => {
    const good = JSON.stringify(body.good[0]);
    const malformed = [
      '{',
      good.slice(0, -1),
      `${good}x`,
      'nonsense',
      '[]',
      'null',
      '"text"',
      '1',
      'NaN',
      `\ufeff${good}`,
      "{'a':1}",
      '{"a":\u0000}',
    ];
    for (const payload of malformed) expectDocumented(body, await send(body, payload), 400, 'invalid_request');
    expectDocumented(
      body,
      await send(body, Buffer.from([0x7b, 0x22, 0xd2, 0xf8, 0xb4, 0xa8, 0x22, 0x3a, 0x31, 0x7d])),
      400,
      'invalid_request',
    );
    expectDocumented(
      body,
      await send(body, Buffer.concat([Buffer.from(good), Buffer.from([0xff])])),
      400,
      'invalid_request',
    );
    for (const type of [
      'text/plain',
      'application/xml',
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
      'application/jsonp',
      'nonsense',
      'application/json; charset=gbk',
    ]) {
      expectDocumented(body, await send(body, good, { 'content-type': type }), 415, 'unsupported_media_type');
    }
    expectDocumented(body, await send(body, good, { 'content-encoding': 'gzip' }), 415, 'unsupported_media_type');
  });

  it('takes no parameter beside the body, so that nothing is recorded that was only to be tried', async () => {
    const payload = JSON.stringify(body.good[0]);
    const answer = await send({ ...body, path: `${body.path}?dryRun=true` }, payload);
    expect(expectDocumented(body, answer, 400, 'invalid_request').errors).toMatchObject([{ field: 'dryRun' }]);
  });

  it('withstands hostile JSON', async () => {
    const deep = 500_000;
    for (const payload of [
      '['.repeat(deep) + ']'.repeat(deep),
      `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`,
      `{"lines":${'['.repeat(deep)}${']'.repeat(deep)}}`,
      `{"lines":[${'{},'.repeat(300_000)}{}]}`,
      `{"documents":[${'"x",'.repeat(200_000)}"x"]}`,
      `{${Array.from({ length: 40_000 }, (_, index) => `"field${index}":1`).join(',')}}`,
      '{"__proto__":{"amount":"1.00"},"to":"bureau"}',
      '{"constructor":{"prototype":{"amount":"1.00"}}}',
      '{"\\u005f_proto__":{"id":"x"}}',
      '{"toString":1,"valueOf":2,"hasOwnProperty":3}',
      '{"amount":1e999,"seq":1e999,"fiscalYear":-1e999}',
      `{"seq":${'9'.repeat(400)},"fiscalYear":${'9'.repeat(400)}}`,
      '{"seq":0.1,"seq":9007199254740993}',
    ]) {
      expectDocumented(body, await send(body, payload), 400, 'invalid_request');
    }
  });

  it('refuses a body of 50 MB before it has come in', async () => {
    const limit = 1024 * 1024;
    expectDocumented(body, await send(body, 'x'.repeat(limit + 1)), 413, 'body_too_large');
    expect(await announceBody(body, 'content-length: 52428800\r\n')).toMatch(/^HTTP\/1.1 413 .*body_too_large/s);
    expect(await announceBody(body, 'transfer-encoding: chunked\r\n', 50)).toMatch(/^HTTP\/1.1 413 .*body_too_large/s);
  });

  it('knows no other book', async () => {
    if (body.role === 'admin') return;
    for (const good of body.good) {
      const other = { path: body.path.replace('640121', '640181') };
      expectDocumented(other, await send(other, JSON.stringify(good)), 404, 'book_unknown');
    }
    for (const path of ['64012', '6401210', '640121x', '6401%00', '6401%E9%93%B6', '6401..']) {
      const other = { path: body.path.replace('640121', path) };
      expectDocumented(other, await send(other, JSON.stringify(body.good[0])), 404, 'book_unknown');
    }
  });
});

/** Over a real connection: the headers of a large body, then at most so many megabytes of it. */
async function announceBody({ path, role }: BodyCase, headers: string, megabytes = 0): Promise<string> {
  const server = service.app.getHttpServer();
  if (!server.listening) await service.app.listen(0, '127.0.0.1');
  const { port } = server.address() as { port: number };
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => {
      const authorization = `authorization: Bearer ${tokens[role ?? 'clerk']}\r\n`;
      socket.write(
        `POST ${path} HTTP/1.1\r\nhost: x\r\n${authorization}idempotency-key: big-${++keys}\r\ncontent-type: application/json\r\n${headers}\r\n`,
      );
      const chunk = `100000\r\n${'x'.repeat(1024 * 1024)}\r\n`;
      for (let sent = 0; sent < megabytes; sent += 1) socket.write(chunk);
    });
    let answer = '';
    socket.on('data', (data) => {
      answer += data.toString();
      if (answer.includes('}')) socket.destroy();
    });
    // The service may close while we still send: what it answered before counts.
    socket.on('error', (error) => (answer === '' ? reject(error) : resolve(answer)));
    socket.on('close', () => resolve(answer));
  });
}

it('answers every malformed address with a problem', async () => {
  const addresses: [string, number, string][] = [
    ['/v1/books/640121/funds/%zz/adjustments', 400, 'invalid_request'],
    ['/v1/books/640121/funds/%ff/adjustments', 400, 'invalid_request'],
    [`/v1/books/640121/funds/${'x'.repeat(101)}/adjustments`, 414, 'uri_too_long'],
    [`/v1/books/640121/funds/${'x'.repeat(65)}/adjustments`, 404, 'fund_unknown'],
    ['/v1/books/640121/funds/%00/adjustments', 404, 'fund_unknown'],
    ['/v1/books/640121/funds/%E9%93%B6/adjustments', 404, 'fund_unknown'],
    ['/v1/books/640121/projects/a%20b/stages', 404, 'project_unknown'],
    ['/v1/books/640121/assets/a%2Fb/ownership-changes', 404, 'asset_unknown'],
    ['/v1/books/640121/nothing', 404, 'not_found'],
    ['/v1/books/640121/funds/', 404, 'not_found'],
    ['/v1/books/640121/events', 405, 'method_not_allowed'],
    ['/log/640121/tile/entries/000', 405, 'method_not_allowed'],
    ['/log/640121/tile/0/x001/000.p/3', 405, 'method_not_allowed'],
  ];
  const bodies: Record<string, Json> = {
    adjustments: { amount: '1.00' },
    stages: { stage: 'approved' },
    'ownership-changes': { owners: [{ kind: 'village', id: 'v', share: '1' }], reason: 'x' },
  };
  for (const [url, status, code] of addresses) {
    const answer = await send({ path: url }, JSON.stringify(bodies[url.split('/').at(-1) ?? ''] ?? {}));
    expect([url, answer.statusCode, JSON.parse(answer.body).code]).toEqual([url, status, code]);
    expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8');
  }
  for (const period of ['2016', '2016-13', '2016-1', '1848-01', '%00', 'now']) {
    const answer = await send({ path: `/v1/books/640121/periods/${period}/closings` }, '{}');
    const problem = expectDocumented({ path: '/v1/books/640121/periods/x/closings' }, answer, 400, 'invalid_request');
    expect(problem.errors).toEqual([{ field: 'period', message: '应为月份,写作 YYYY-MM must be a month as YYYY-MM' }]);
  }
});

it('answers what is no HTTP at all, or has headers without end', async () => {
  await announceBody(BODIES[0] as BodyCase, 'content-length: 52428800\r\n');
  const { port } = service.app.getHttpServer().address() as { port: number };
  const raw = (text: string) =>
    new Promise<string>((resolve) => {
      let answer = '';
      const socket = connect(port, '127.0.0.1', () => socket.end(text));
      socket.on('data', (data) => {
        answer += data.toString();
      });
      socket.on('error', () => resolve(answer));
      socket.on('close', () => resolve(answer));
    });
  expect(await raw('GET\r\n\r\n')).toMatch(/^HTTP\/1.1 400 .*problem\+json.*invalid_request/s);
  expect(await raw(`GET / HTTP/1.1\r\nhost: x\r\nx: ${'y'.repeat(100_000)}\r\n\r\n`)).toMatch(
    /^HTTP\/1.1 431 .*headers_too_large/s,
  );
});

it('keeps personal data out of what it says is wrong', async () => {
  const enrol = BODIES.find(({ name }) => name === 'EnrollBeneficiaryBody') as BodyCase;
  const secret = { name: '张三丰'.repeat(40), idNumber: '110105194912310021', bankAccount: '62220200001234567x' };
  const answer = await send(enrol, JSON.stringify({ ...enrol.good[0], ...secret }));
  expectDocumented(enrol, answer, 400, 'invalid_request');
  for (const value of ['张三丰', secret.idNumber, secret.bankAccount]) expect(answer.body).not.toContain(value);
  const broken = await send(enrol, `{"name":"张三丰","idNumber":"110105194912310021"`);
  for (const value of ['张三丰', secret.idNumber]) expect(broken.body).not.toContain(value);
});
