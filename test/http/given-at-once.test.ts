import supertest from 'supertest';
import { disclosureView } from '../../src/views/disclosure/disclosure.js';
import { Follower } from '../../src/views/engine/follower.js';
import { startApp, type TestApp } from '../support/app.js';
import { PATIENT_MS } from '../support/patient.js';

// What is kept is given before the framework sees the request; `inject` asks the framework itself. Both must say the same.
const BOOK = '640121';
const DIVISION = `/v1/disclosure/divisions/${BOOK}`;
const KEPT = [DIVISION, `${DIVISION}/funds?limit=1`, `${DIVISION}/feed.json`, `/board/${BOOK}`, `/board/${BOOK}/funds`];
const MOST = 30;
/** They tell of the connection, of the moment, or of the one request. */
const APART = ['connection', 'keep-alive', 'date', 'x-request-id', 'ratelimit-remaining', 'ratelimit-reset'];

interface Answer {
  status: number;
  headers: Record<string, string>;
  text: string;
}

type Asking = (path: string, headers?: Record<string, string>, method?: 'GET' | 'HEAD') => Promise<Answer>;

const lines: string[] = [];
let service: TestApp;

/** As anybody does. */
const given: Asking = async (path, headers = {}, method = 'GET') => {
  const agent = supertest(service.app.getHttpServer());
  const answer = await (method === 'GET' ? agent.get(path) : agent.head(path)).set(headers).buffer(true);
  return { status: answer.status, headers: answer.headers, text: answer.text ?? '' };
};

const byFramework: Asking = async (path, headers = {}, method = 'GET') => {
  const { statusCode, headers: told, payload } = await service.app.inject({ method, url: path, headers });
  return { status: statusCode, headers: told as Record<string, string>, text: payload };
};

function lasting({ status, headers, text }: Answer) {
  const left = Object.entries(headers).filter(([name]) => !APART.includes(name));
  return { status, text, headers: Object.fromEntries(left.map(([name, value]) => [name, String(value)])) };
}

function remaining({ headers }: Answer): number {
  return Number(headers['ratelimit-remaining']);
}

beforeEach(async () => {
  lines.length = 0;
  // Where the log goes.
  const output = jest.spyOn(process.stdout, 'write');
  output.mockImplementation((text) => lines.push(String(text)) > 0);
  service = await startApp({ LOG_LEVEL: 'info', READS_PER_MINUTE: `${MOST}`, PAGES_PER_MINUTE: `${MOST}` });
  const [admin, clerk] = [await service.token('admin', ['6401']), await service.token('clerk', ['6401'])];
  await service.post('/v1/books', admin, { id: BOOK, name: '永宁县财政局', level: 'county' }).expect(201);
  const fund = { name: '县级资金', level: 'county', nature: 'special', fiscalYear: 2016, amount: '100.00' };
  const { body } = await service.post(`/v1/books/${BOOK}/funds`, clerk, fund).expect(201);
  await service.app.get(Follower).waitFor(disclosureView, BOOK, body.seq, PATIENT_MS);
});
afterEach(async () => {
  await service.close();
  // All of it is told.
  while (!lines.at(-1)?.endsWith('\n')) await new Promise((resolve) => setTimeout(resolve, 20));
  jest.restoreAllMocks();
});

it('says of each kept answer, header by header, what the framework says of it', async () => {
  for (const path of KEPT) {
    const first = await given(path);
    const whole = await byFramework(path);
    expect(first.status).toBe(200);
    expect(lasting(await given(path))).toEqual(lasting(whole));
    const { etag = '' } = whole.headers;
    for (const tag of [etag, `"other", ${etag}`, '*', '"other"']) {
      const asked = { 'if-none-match': tag };
      expect(lasting(await given(path, asked))).toEqual(lasting(await byFramework(path, asked)));
    }
    expect((await given(path, { 'if-none-match': etag })).status).toBe(304);
    const known: Record<string, string> = { 'if-none-match': etag };
    for (const more of [{}, known])
      expect(lasting(await given(path, more, 'HEAD'))).toEqual(lasting(await byFramework(path, more, 'HEAD')));
    const anew = { 'cache-control': 'no-cache' };
    expect(lasting(await given(path, anew))).toEqual(lasting(await byFramework(path, anew)));
  }
});

it('says the same of what is never kept', async () => {
  for (const path of ['/v1/disclosure/divisions/990000', '/v1/disclosure/divisions/none', `${DIVISION}?surprise=1`])
    for (const _ of [1, 2]) expect(lasting(await given(path))).toEqual(lasting(await byFramework(path)));
  expect((await given('/board/990000')).status).toBe(404);
});

it.each(KEPT)('counts %s in one count, whoever answers, and refuses when it is full', async (path) => {
  // The minute does not end however long this takes.
  jest.spyOn(Date, 'now').mockReturnValue(Date.now());
  const asking = [given, given, byFramework, (asked: string) => given(asked, {}, 'HEAD')];
  for (let left = MOST - 1; left >= 0; left -= 1) {
    const answer = await asking[left % asking.length]?.(path);
    expect([answer?.status, answer?.headers['ratelimit-limit']]).toEqual([200, `${MOST}`]);
    expect(answer && remaining(answer)).toBe(left);
  }
  const [refused, byIt] = [await given(path), await byFramework(path)];
  expect(lasting(refused)).toMatchObject({ status: 429, headers: { 'ratelimit-limit': `${MOST}` } });
  const { 'retry-after': wait = '', ...rest } = lasting(refused).headers;
  expect(Number(wait)).toBeGreaterThan(0);
  expect(rest).toEqual({ ...lasting(byIt).headers, 'retry-after': undefined });
  expect(refused.text).toBe(byIt.text);
  expect(remaining(refused)).toBe(0);
});

it('names each request, and reports it as the framework does', async () => {
  const route = '/v1/disclosure/divisions/:division';
  await given(DIVISION);
  expect((await given(DIVISION, { 'x-request-id': 'mine-1' })).headers['x-request-id']).toBe('mine-1');
  expect((await byFramework(DIVISION, { 'x-request-id': 'mine-2' })).headers['x-request-id']).toBe('mine-2');
  const unfit = await given(DIVISION, { 'x-request-id': '11010519491231002X' });
  expect(unfit.headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
  const etag = unfit.headers.etag ?? '';
  await given(DIVISION, { 'x-request-id': 'mine-3', 'if-none-match': etag });
  const { text } = await service.get('/metrics', await service.token('admin', ['6401'])).expect(200);
  expect(text).toContain(`mingzhang_requests_total{method="GET",route="${route}",status="200"} 4`);
  expect(text).toContain(`mingzhang_requests_total{method="GET",route="${route}",status="304"} 1`);
  const reported = () =>
    lines
      .join('')
      .trimEnd()
      .split('\n')
      .filter((line) => line.includes('"mine-'));
  while (reported().length < 3) await new Promise((resolve) => setTimeout(resolve, 20));
  const told = reported().map((line) => {
    const { time, ms, ...rest } = JSON.parse(line);
    expect([typeof time, typeof ms]).toEqual(['number', 'number']);
    return rest;
  });
  const line = (reqId: string, status: number) => ({ level: 30, reqId, method: 'GET', route, status, msg: 'request' });
  expect(told).toEqual([line('mine-1', 200), line('mine-2', 200), line('mine-3', 304)]);
});
