import pg from 'pg';
import { KeptPublic } from '../../src/http/disclosure/kept-public.js';
import { VIEWS } from '../../src/views/all-views.js';
import { disclosureView } from '../../src/views/disclosure/disclosure.js';
import { Follower } from '../../src/views/engine/follower.js';
import { startApp, type TestApp } from '../support/app.js';
import { PATIENT_MS } from '../support/patient.js';
import { until } from '../support/until.js';

const BOOK = '640121';
const VILLAGE = '640121100201';
const DIVISION = `/v1/disclosure/divisions/${BOOK}`;
const fund = { name: '县级资金', level: 'county', nature: 'special', fiscalYear: 2016 };

let app: TestApp;
let clerk: string;
let database: pg.Client;
let funds = 0;

async function post(path: string, body: object): Promise<string> {
  const { body: answer, status } = await app.post(`/v1/books/${BOOK}/${path}`, clerk, body);
  if (status !== 201) throw new Error(`${path}: ${JSON.stringify(answer)}`);
  await app.app.get(Follower).waitFor(disclosureView, BOOK, answer.seq, PATIENT_MS);
  return answer.id;
}

beforeAll(async () => {
  app = await startApp();
  clerk = await app.token('clerk', ['6401']);
  const admin = await app.token('admin', ['6401']);
  await app.post('/v1/books', admin, { id: BOOK, name: '永宁县财政局', level: 'county' }).expect(201);
  database = new pg.Client({ connectionString: app.databaseUrl });
  await database.connect();
});
afterAll(async () => {
  await database.end();
  await app.close();
});

/** Another fund, and the title of its line changed by hand, which only an answer that is made anew tells of. */
async function changedByHand(path: string): Promise<Record<'first' | 'second' | 'anew', string>> {
  funds += 1;
  await post('funds', { ...fund, id: `F-${funds}`, amount: '100.00' });
  const first = (await app.get(path).expect(200)).text;
  await database.query(`update views.disclosure_lines set title = '改过的' where book = $1`, [BOOK]);
  await database.query(`update views.disclosure_money set amount_fen = 4242 where book = $1`, [BOOK]);
  const second = (await app.get(path).expect(200)).text;
  const anew = (await app.get(path).set('cache-control', 'no-cache').expect(200)).text;
  return { first, second, anew };
}

it.each([
  DIVISION,
  `${DIVISION}/funds`,
  `${DIVISION}/feed.json`,
  `${DIVISION}/feed.atom`,
  `${DIVISION}/compliance`,
  `/board/${BOOK}`,
  `/board/${BOOK}/funds`,
])('gives %s again, byte for byte, until an entry comes', async (path) => {
  const { first, second, anew } = await changedByHand(path);
  expect(second).toBe(first);
  if (path !== `${DIVISION}/compliance`) expect(anew).not.toBe(first);
  funds += 1;
  await post('funds', { ...fund, id: `F-${funds}`, amount: '7.00' });
  expect((await app.get(path).expect(200)).text).not.toBe(first);
});

it('says of a kept answer what it said of the first, and of what the reader has no more than that', async () => {
  const resetOf = ({ headers }: { headers: Record<string, string> }) => Number(headers['ratelimit-reset']);
  let [first, again] = [await app.get(`${DIVISION}/funds`).expect(200), await app.get(`${DIVISION}/funds`).expect(200)];
  // Where a minute ended between the two, the reader has as much again.
  while (resetOf(again) > resetOf(first)) [first, again] = [again, await app.get(`${DIVISION}/funds`).expect(200)];
  const apart = ['x-request-id', 'ratelimit-remaining', 'ratelimit-reset', 'date'];
  const told = ({ headers }: typeof first) =>
    Object.fromEntries(Object.entries(headers).filter(([name]) => !apart.includes(name)));
  expect(told(again)).toEqual(told(first));
  expect(Number(again.headers['ratelimit-remaining'])).toBe(Number(first.headers['ratelimit-remaining']) - 1);
  const { etag = '' } = again.headers;
  for (const tag of [etag, etag.replace('W/', ''), `"other", ${etag}`, '*']) {
    const known = await app.get(`${DIVISION}/funds`).set('if-none-match', tag).expect(304);
    expect([known.text, known.headers.etag, known.headers['last-modified']]).toEqual(['', etag, undefined]);
    expect(known.headers['access-control-allow-origin']).toBe('*');
    expect(known.headers['content-type']).toBeUndefined();
  }
  await app.get(`${DIVISION}/funds`).set('if-none-match', '"other"').expect(200);
});

it('makes what names persons anew each time, since they may be erased', async () => {
  const person = { name: '测试人甲', idNumber: '11010519491231002X', bankAccount: '62220200001234567' };
  const beneficiary = await post('beneficiaries', { ...person, division: VILLAGE, categories: ['脱贫户'] });
  await post('payouts', { policy: '交通补贴', period: '2016', beneficiary, amount: '1.00' });
  const path = `${DIVISION}/payouts`;
  const shown = await app.get(path).expect(200);
  expect(shown.text).toContain(person.name);
  const { statusCode } = await app.app.inject({
    method: 'DELETE',
    url: `/v1/books/${BOOK}/beneficiaries/${beneficiary}/personal-data`,
    headers: { authorization: `Bearer ${await app.token('admin', ['6401'])}` },
  });
  expect(statusCode).toBe(200);
  const known = shown.headers.etag ?? '';
  const { text } = await app.get(path).set('if-none-match', known).expect(200);
  expect(text).not.toContain(person.name);
});

it('makes a fund and its drawing anew where they tell of a book that does not bear on the division, and keeps others', async () => {
  const admin = await app.token('admin', ['6401']);
  for (const [id, level] of [
    ['640100', 'city'],
    ['640122', 'county'],
  ])
    await app.post('/v1/books', admin, { id, name: `${id} 财政局`, level }).expect(201);
  const postTo = async (book: string, path: string, body: object) => {
    const { body: answer } = await app.post(`/v1/books/${book}/${path}`, clerk, body).expect(201);
    await Promise.all(VIEWS.map((view) => app.app.get(Follower).waitFor(view, book, answer.seq, PATIENT_MS)));
  };
  await postTo('640100', 'funds', { ...fund, id: 'C-1', level: 'city', amount: '9.00' });
  await postTo('640100', 'funds', { ...fund, id: 'C-2', level: 'city', amount: '4.00' });
  const sent = { toBook: '640122', lines: [{ fund: 'C-1', amount: '5.00' }] };
  await postTo('640100', 'dispatches', { id: 'D-1', ...sent });
  const card = `/board/${BOOK}/funds/640100/C-1`;
  const drawing = `${card}/flow.svg`;
  // A new book is seen a second late.
  await until(async () => (await app.get(card)).status === 200);
  const onTheWay = (await app.get(card).expect(200)).text;
  const drawn = (await app.get(drawing).expect(200)).body.toString();
  expect(onTheWay).toContain('在途');
  await postTo('640122', 'arrivals', { fromBook: '640100', dispatch: 'D-1' });
  const arrived = (await app.get(card).expect(200)).text;
  expect([arrived.includes('已到账'), arrived.includes('在途')]).toEqual([true, false]);
  expect((await app.get(drawing).expect(200)).body.toString()).not.toBe(drawn);
  const kept = app.app.get(KeptPublic);
  for (const path of [card, drawing]) expect([path, kept.find(path)]).toEqual([path, undefined]);
  for (const path of [`/board/${BOOK}/funds/640100/C-2`, `/board/${BOOK}/funds/640100/C-2/flow.svg`]) {
    const { text, body } = await app.get(path).expect(200);
    expect([path, kept.find(path)?.bytes.toString()]).toEqual([path, text ?? body.toString()]);
  }
});
