import type { OpenAPIObject } from '@nestjs/swagger';
import { startApp, type TestApp } from '../support/app.js';

let service: TestApp;
let token: string;
let document: OpenAPIObject;
beforeAll(async () => {
  service = await startApp({ READS_PER_MINUTE: '1000000' });
  token = await service.token('clerk', ['6401']);
  const book = { id: '640121', name: '永宁县财政局', level: 'county' };
  expect((await service.post('/v1/books', await service.token('admin', ['6401']), book)).status).toBe(201);
  document = (await service.get('/docs/openapi.json')).body;
});
afterAll(() => service.close());

interface Read {
  path: string;
  parameters: string[];
}

function reads(): Read[] {
  return Object.entries(document.paths)
    .filter(([path, { get }]) => path.startsWith('/v1/') && get !== undefined)
    .map(([path, { get }]) => ({
      path,
      parameters: (get?.parameters ?? []).flatMap((parameter) =>
        'in' in parameter && parameter.in === 'query' ? [parameter.name] : [],
      ),
    }));
}

const ODD = [
  '',
  // A cursor of the year 0, which PostgreSQL does not know.
  'WyIwMDAwLTAxLTAxIiwiNjQwMTIxIiwieCJd',
  '%20',
  '-1',
  '0',
  '1.5',
  '1e3',
  '99999999999999999999',
  'NaN',
  'null',
  '%00',
  '%ff',
  '%E9%93%B6%E5%B7%9D',
  'x'.repeat(3000),
  "'%20or%201=1--",
  '2016-02-30',
  '2016-13-01T00:00:00Z',
  '+275761-01-01T00:00:00Z',
  '0000-01-01',
  'eyJ9',
  'W10',
  'WzFd',
  'WyJhIiwiYiJd',
  'WyJcdTAwMDAiLCJcdTAwMDAiXQ',
  // ["1","640121","x"] and ["2016-13-99","640121","x"]: of another order, and no day.
  'WyIxIiwiNjQwMTIxIiwieCJd',
  'WyIyMDE2LTEzLTk5IiwiNjQwMTIxIiwieCJd',
];

/** What is not told in Chinese first, and in English too. */
function halfSaid(errors: { message: string }[]) {
  return errors.filter(({ message }) => !/^[^a-z]*\p{Script=Han}.*[a-z]{2}/su.test(message));
}

it('answers every odd question with data or with a problem, never with a fault', async () => {
  const known = reads();
  expect(known.length).toBeGreaterThan(8);
  for (const { path, parameters } of known) {
    const address = path.replace(/\{(?:book|division)\}/, '640121').replace(/\{\w+\}/g, 'X-1');
    const queries = parameters.flatMap((name) => [
      ...ODD.map((value) => `${name}=${value}`),
      `${name}=1&${name}=2`,
      `${name}[]=1`,
      `${name}[a]=1`,
    ]);
    for (const query of ['surprise=1', '__proto__=1', 'constructor=1', 'toString=1', '%zz', '&&==', ...queries]) {
      const url = `${address}?${query}`;
      const { statusCode, headers, payload } = await service.app.inject({
        method: 'GET',
        url,
        headers: { authorization: `Bearer ${token}` },
      });
      expect({ url, statusCode, fault: statusCode >= 500 && !payload.includes('view_behind') }).toMatchObject({
        fault: false,
      });
      if (statusCode >= 400) expect(headers['content-type']).toBe('application/problem+json; charset=utf-8');
      if (statusCode === 400) expect([url, halfSaid(JSON.parse(payload).errors ?? [])]).toEqual([url, []]);
    }
  }
});

it('refuses parameters that it does not know', async () => {
  for (const { path } of reads().filter(({ parameters }) => parameters.length > 0)) {
    const address = path.replace('{book}', '640121').replace(/\{\w+\}/g, 'X-1');
    const { status, body } = await service.get(`${address}?surprise=1`, token);
    expect([address, status, body.code]).toEqual([address, 400, 'invalid_request']);
    expect(body.errors).toContainEqual({ field: 'surprise', message: expect.stringContaining('不是') });
  }
});

it('knows no id in the path that cannot exist', async () => {
  for (const { path } of reads().filter((read) => /\{(?!book)\w+\}/.test(read.path))) {
    for (const id of ['%00', '%E9%93%B6', 'a%20b', 'x'.repeat(65), '..%2F..', "'--", '%F0%9F%98%80']) {
      const address = path.replace('{book}', '640121').replace(/\{\w+\}/g, id);
      const { statusCode } = await service.app.inject({
        method: 'GET',
        url: address,
        headers: { authorization: `Bearer ${token}` },
      });
      // A division code has a form; whatever else is malformed is unknown.
      expect([address, statusCode]).toEqual([address, path.includes('/divisions/') ? 400 : 404]);
    }
  }
});

/** An address with each part of its path as no name is written, the others as they could be. */
function* oddAddresses(path: string): Generator<string> {
  const sane: Record<string, string> = { book: '640121', division: '640121', code: '640121', kind: 'fund' };
  for (const [, odd] of path.matchAll(/\{(\w+)\}/g)) {
    for (const value of ['%00', 'F-1%00', '%E9%93%B6', '..%2F..', 'x'.repeat(90), '-1', '0', '__proto__', '2016-13'])
      yield path.replace(/\{(\w+)\}/g, (_, name: string) => (name === odd ? value : (sane[name] ?? 'X-1')));
  }
}

it('answers as the OpenAPI tells, whichever part of an address is odd', async () => {
  for (const [path, { get }] of Object.entries(document.paths)) {
    const told = JSON.parse(JSON.stringify(get?.responses ?? {}));
    for (const url of get === undefined ? [] : oddAddresses(path)) {
      const { statusCode, payload } = await service.app.inject({
        method: 'GET',
        url,
        headers: { authorization: `Bearer ${token}` },
      });
      if (statusCode === 200) continue;
      const codes = told[statusCode]?.content?.['application/problem+json']?.schema.allOf[1].properties.code.enum;
      expect([url, statusCode, codes]).toEqual([url, statusCode, expect.arrayContaining([JSON.parse(payload).code])]);
    }
  }
});

it('tells of 304 wherever a tag is given that is heeded', async () => {
  for (const { path } of reads()) {
    const url = path.replace(/\{(?:book|division|code)\}/, '640121').replace(/\{\w+\}/g, 'X-1');
    const ask = (tag: string) =>
      service.app.inject({
        method: 'GET',
        url,
        headers: { authorization: `Bearer ${token}`, 'if-none-match': tag },
      });
    const { etag } = (await ask('"none"')).headers;
    const { statusCode } = await ask(String(etag));
    expect([url, statusCode === 304]).toEqual([
      url,
      document.paths[path]?.get?.responses[304] !== undefined && etag !== undefined,
    ]);
  }
});
