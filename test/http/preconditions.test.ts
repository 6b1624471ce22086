import supertest from 'supertest';
import { startApp, type TestApp } from '../support/app.js';
import { BoardOfBook } from '../support/board.js';
import { noticeBody } from '../support/notices.js';

// RFC 9110, section 13.2.2: what is asked of an answer before it is given, in its order.
const BOOK = '640121';
const DIVISION = `/v1/disclosure/divisions/${BOOK}`;
const NOTICE = `${BOOK}/N-1`;
const WEAK = [
  DIVISION,
  `${DIVISION}/funds`,
  `${DIVISION}/funds?format=csv`,
  `${DIVISION}/feed.atom`,
  `${DIVISION}/files`,
];
const STRONG = [
  `/board/${BOOK}`,
  `/board/${BOOK}/funds`,
  `/board/${BOOK}/money.svg`,
  `/board/${BOOK}/notices/${NOTICE}.pdf`,
];
const UNTAGGED = [`${DIVISION}/payouts?format=csv`, '/v1/disclosure/divisions?within=640121'];

let service: TestApp;
let token: string;

const ask = (path: string, headers: Record<string, string>, method: 'get' | 'head' = 'get') =>
  supertest(service.app.getHttpServer())
    [method](path)
    .set({ authorization: `Bearer ${token}`, ...headers });

async function statusOf(path: string, headers: Record<string, string>): Promise<number> {
  return (await ask(path, headers)).status;
}

beforeAll(async () => {
  service = await startApp();
  const board = await BoardOfBook.open(service, BOOK, '永宁县财政局');
  const fund = { name: '县级资金', level: 'county', nature: 'special', fiscalYear: 2016, amount: '100.00' };
  await board.post('funds', { id: 'F-1', ...fund });
  await board.post('notices', { ...noticeBody('loans', {}), id: 'N-1' });
  await board.settled();
  token = await service.token('auditor', [BOOK]);
});
afterAll(() => service.close());

it.each([...WEAK, ...STRONG, ...UNTAGGED, `/v1/books/${BOOK}/funds/F-1`])(
  'gives %s only where If-Match is met',
  async (path) => {
    // The first is made, the others are given from what is kept, where it is kept.
    const { etag = '' } = (await ask(path, {}).expect(200)).headers;
    await ask(path, {}).expect(200);
    const isStrong = etag !== '' && !etag.startsWith('W/');
    expect(isStrong).toBe(!WEAK.includes(path) && !UNTAGGED.includes(path));
    expect(await statusOf(path, { 'if-match': '*' })).toBe(200);
    expect(await statusOf(path, { 'if-match': `"other", ${etag === '' ? '"none"' : etag}` })).toBe(
      isStrong ? 200 : 412,
    );
    expect(await statusOf(path, { 'if-match': '"other"', 'if-none-match': etag })).toBe(412);
    expect(await statusOf(path, { 'if-match': '*', 'if-none-match': etag })).toBe(etag === '' ? 200 : 304);
    expect((await ask(path, { 'if-match': '"other"' }, 'head')).status).toBe(412);
    expect(await statusOf(path, {})).toBe(200);
  },
);

it('keeps no refusal in the place of an answer', async () => {
  const path = `/v1/books/${BOOK}/balances`;
  await ask(path, { 'if-match': '"other"' }).expect(412);
  const { body } = await ask(path, {}).expect(200);
  expect(body).toMatchObject({ items: expect.any(Array) });
});

it('takes a tag with commas for one', async () => {
  const { etag = '' } = (await ask(`/board/${BOOK}`, {}).expect(200)).headers;
  expect(await statusOf(`/board/${BOOK}`, { 'if-match': '"a,*,b"' })).toBe(412);
  expect(await statusOf(`/board/${BOOK}`, { 'if-match': `"a,b" , ${etag}` })).toBe(200);
  expect(await statusOf(`/board/${BOOK}`, { 'if-none-match': '"a,*,b"' })).toBe(200);
  expect(await statusOf(`/board/${BOOK}`, { 'if-none-match': `"a,b",W/${etag}` })).toBe(304);
});

it('says what was not met, to programs and to people, and nothing of the answer', async () => {
  const { body, headers } = await ask(`${DIVISION}/funds`, { 'if-match': '"other"' }).expect(412);
  expect(headers['content-type']).toContain('application/problem+json');
  expect(body).toMatchObject({ code: 'precondition_failed', detail: expect.stringContaining('If-Match') });
  expect([headers.etag, headers['last-modified']]).toEqual([undefined, undefined]);
  const page = await ask(`/board/${BOOK}`, { 'if-match': '"other"' }).expect(412);
  expect(page.headers['content-type']).toContain('text/html');
  expect(page.text).not.toContain('县级资金');
});

it('gives what was not changed since a time, in each of the forms of a date', async () => {
  const { etag = '', 'last-modified': last = '' } = (await ask(DIVISION, {}).expect(200)).headers;
  const before = new Date(Date.parse(last) - 1_000);
  const [day, date, time] = [before.getUTCDate(), before.toUTCString(), before.toISOString().slice(11, 19)];
  const [name, , month, year] = date.split(' ');
  const older = [
    date,
    `Sunday, ${`${day}`.padStart(2, '0')}-${month}-${year?.slice(2)} ${time} GMT`,
    `${name?.slice(0, 3)} ${month} ${`${day}`.padStart(2)} ${time} ${year}`,
  ];
  for (const since of older) {
    expect([since, await statusOf(DIVISION, { 'if-unmodified-since': since })]).toEqual([since, 412]);
    expect(await statusOf(DIVISION, { 'if-unmodified-since': since, 'if-none-match': etag })).toBe(412);
    expect(await statusOf(DIVISION, { 'if-unmodified-since': since, 'if-match': '*' })).toBe(200);
  }
  expect(await statusOf(DIVISION, { 'if-unmodified-since': last })).toBe(200);
  expect(await statusOf(DIVISION, { 'if-unmodified-since': last, 'if-none-match': etag })).toBe(304);
  for (const none of ['2001-01-01', 'Sun, 99 Foo 2020 00:00:00 GMT', 'Sun, 22 Nov 2020 24:61:00 GMT'])
    expect([none, await statusOf(DIVISION, { 'if-unmodified-since': none })]).toEqual([none, 200]);
  // It has no time of its own.
  expect(await statusOf(`/board/${BOOK}`, { 'if-unmodified-since': date })).toBe(200);
});

it('leaves what is refused anyway as it is', async () => {
  expect(await statusOf('/v1/disclosure/divisions/990000', { 'if-match': '"other"' })).toBe(404);
  expect(await statusOf(`${DIVISION}/funds?limit=none`, { 'if-match': '"other"' })).toBe(400);
  expect(await statusOf('/board/990000', { 'if-match': '"other"' })).toBe(404);
});
