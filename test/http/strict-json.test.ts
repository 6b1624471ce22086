import { HttpProblem } from '../../src/http/problems/problem.js';
import { parseStrictJson } from '../../src/http/validation/strict-json.js';
import { startApp, type TestApp } from '../support/app.js';

/** The field that is given twice; nothing where the text is taken. */
function repeated(text: string): string | undefined {
  try {
    expect(parseStrictJson(text)).toEqual(JSON.parse(text));
    return undefined;
  } catch (error) {
    if (!(error instanceof HttpProblem)) throw error;
    return error.extras.errors?.[0]?.field;
  }
}

it.each([
  ['{"amount":"1.00","to":"bureau","amount":"9.00"}', 'amount'],
  ['{"amount":1,"amount":1}', 'amount'],
  ['{"amount":"1.00","am\\u006funt":"9.00"}', 'amount'],
  ['{"lines":[{"fund":"a","amount":"1.00"},{"fund":"b","amount":"1.00","fund":"c"}]}', 'lines[1].fund'],
  ['{"covers":{"policy":"x","period":"1","policy":"y"}}', 'covers.policy'],
  ['[[],[{"a":{},"a":[]}]]', '[1][0].a'],
  ['{"a":1,"a":{"b":[{"c":2}]}}', 'a'],
  ['{"__proto__":1,"__proto__":2}', '__proto__'],
  ['{"":1,"":2}', ''],
  [`${'['.repeat(100_000)}{"a":1,"a":2}${']'.repeat(100_000)}`, ''],
  [`{"${'x'.repeat(500)}":1,"${'x'.repeat(500)}":2}`, ''],
  [`{"a":"${'\\n'.repeat(10_000_000)}","a":2}`, 'a'],
])('refuses a name that an object has twice, by its path, %#', (text, field) => {
  expect(repeated(text)).toBe(field);
});

it.each([
  '{"a":"b:c","b":"\\"x\\":1","c":"\\\\","d":"{\\"a\\":1,\\"a\\":2}","e":{"a":1}}',
  '[{"a":1},{"a":1}]',
  '{"a":{"a":{"a":1}}}',
  '{"a":":","b":["a","a:"],"c":"\\\\\\"a\\\\"}',
  '"a:b"',
  ' {} ',
  '{"1":0,"0":1}',
  '{"__proto__":{"a":1},"a":2}',
])('takes what only looks so: %s', (text) => {
  expect(repeated(text)).toBeUndefined();
});

describe('what has two values of one name', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startApp();
    const body = { id: '640121', name: '永宁县财政局', level: 'county' };
    await app.post('/v1/books', await app.token('admin', ['64']), body).expect(201);
  });
  afterAll(() => app.close());

  const fund = '{"id":"F-1","name":"扶贫资金","level":"city","nature":"special","fiscalYear":2016,"amount":"1.00"';
  const told = [{ field: 'amount', message: expect.stringMatching(/出现不止一次.* is given more than once/) }];

  it('is no posting, and no line of an import, whichever value would be taken', async () => {
    const clerk = await app.token('clerk', ['64']);
    const sent = app.post('/v1/books/640121/funds', clerk).set('content-type', 'application/json');
    expect((await sent.send(`${fund},"amount":"9.00"}`).expect(400)).body).toMatchObject({
      ...{ code: 'invalid_request', errors: told },
    });
    const line = `${fund},"kind":"fund","key":"k-1","amount":"9.00"}`;
    const imported = await app
      .post('/v1/books/640121/imports', clerk)
      .set('content-type', 'application/x-ndjson')
      .send(`${line}\n`);
    expect(JSON.parse(imported.text.split('\n')[0] ?? '')).toMatchObject({ code: 'invalid_request', errors: told });
    expect(await app.revision('640121')).toBe(0);
  });
});
