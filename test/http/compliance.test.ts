import { parse } from 'csv-parse/sync';
import type { Shortcoming } from '../../src/disclosure/compliance.js';
import { startApp, type TestApp } from '../support/app.js';
import { noticeBody } from '../support/notices.js';

const county = '/v1/books/640121';
const village = '640121100201';

let app: TestApp;
let clerk: string;
let seq: Record<string, number>;

async function post(path: string, body: object): Promise<{ id: string; seq: number }> {
  const { body: answer, status } = await app.post(path, clerk, body);
  if (status !== 201) throw new Error(`${path}: ${JSON.stringify(answer)}`);
  return answer;
}

async function compliance(query = '', division = '640121') {
  const revision = await app.revision('640121');
  await app.get(`/v1/disclosure/divisions/640121/funds?book=640121&minSeq=${revision}`).expect(200);
  return app.get(`/v1/disclosure/divisions/${division}/compliance?${query}`).expect(200);
}

async function told(query = '', division = '640121'): Promise<string[]> {
  const { body } = await compliance(query, division);
  return (body.items as Shortcoming[]).map(({ kind, type, seq: entry, dueOn }) => `${kind} ${type} ${entry} ${dueOn}`);
}

const fund = (id: string, effectiveDate: string) => ({
  ...{ id, name: '扶贫专项资金', level: 'central', nature: 'special', fiscalYear: 2016, amount: '500.00' },
  effectiveDate,
});
const result = (id: string, entry: number, publicFrom: string) => ({
  ...noticeBody('allocation_result', { entries: [entry] }, { level: 'county', division: '640121' }),
  ...{ id, publicFrom },
});

beforeAll(async () => {
  app = await startApp();
  clerk = await app.token('clerk', ['640121']);
  const admin = await app.token('admin', ['640121']);
  await app.post('/v1/books', admin, { id: '640121', name: '永宁县财政局', level: 'county' }).expect(201);
  const funds: [string, number][] = [];
  for (const [id, day] of [
    ['F-never', '2016-07-01'],
    ['F-late', '2016-07-01'],
    ['F-in-time', '2016-07-01'],
    ['F-today', new Date().toISOString().slice(0, 10)],
  ] as const)
    funds.push([id, (await post(`${county}/funds`, fund(id, day))).seq]);
  seq = Object.fromEntries(funds);
  await post(`${county}/notices`, result('N-late', seq['F-late'] ?? 0, '2016-08-01'));
  await post(`${county}/notices`, result('N-in-time', seq['F-in-time'] ?? 0, '2016-07-29'));
});
afterAll(() => app.close());

it('names what was never disclosed and what came too late, by twenty working days', async () => {
  expect(await told()).toEqual([
    `undisclosed allocation_result ${seq['F-never']} 2016-07-29`,
    `late allocation_result ${seq['F-late']} 2016-07-29`,
  ]);
  expect(await told('kind=late')).toHaveLength(1);
  // Nothing of it lies in the village.
  expect(await told('', village)).toEqual([]);
});

it('asks for the notice again that was withdrawn, and for none of an entry that was reversed', async () => {
  await post(`${county}/notices/N-in-time/withdrawals`, { reason: '误发' });
  expect(await told('kind=undisclosed')).toHaveLength(2);
  await post(`${county}/notices`, result('N-again', seq['F-in-time'] ?? 0, '2016-07-28'));
  expect(await told('kind=undisclosed')).toHaveLength(1);
  await post(`${county}/reversals`, { seq: seq['F-never'], reason: '重复登记' });
  expect(await told('kind=undisclosed')).toEqual([]);
});

it('names the unit that answers for a project, the village for its subsidies and its register', async () => {
  const project = { category: '产业', division: village, responsibleUnit: '农业局', plannedAmount: '250.00' };
  const effectiveDate = '2016-03-01';
  await post(`${county}/projects`, { id: 'P-1', name: '村组道路', ...project, effectiveDate });
  for (const stage of ['approved', 'started', 'completed'])
    await post(`${county}/projects/P-1/stages`, { stage, effectiveDate });
  const person = { name: '测试人甲', idNumber: '11010519491231002X', bankAccount: '62220200001234567' };
  const body = { ...person, division: village, categories: ['脱贫户'] };
  const { id: beneficiary } = await post(`${county}/beneficiaries`, body);
  const payout = { policy: '交通补贴', period: '2016', beneficiary, amount: '40.00', effectiveDate };
  await post(`${county}/payouts`, payout);
  const { body: found } = await compliance('kind=undisclosed');
  expect(found.items.map(({ type, unit, division, title }: Shortcoming) => [type, unit, division, title])).toEqual([
    ['project_library', null, '640121', '项目库建设'],
    ['project_after', '农业局', village, '村组道路'],
    ['household_subsidy', null, village, '交通补贴 2016'],
  ]);
  expect((await compliance(`unit=${encodeURIComponent('农业局')}`)).body.total).toBe(1);
  expect(found.counts).toContainEqual({ kind: 'undisclosed', division: village, unit: '农业局', count: 1 });

  await post(`${county}/notices`, {
    ...noticeBody('household_subsidy', { policy: '交通补贴', period: '2016' }),
    publicFrom: '2016-03-05',
  });
  await post(`${county}/notices`, { ...noticeBody('project_after', { project: 'P-1' }), publicFrom: '2016-03-05' });
  const library = noticeBody('project_library', {}, { level: 'county', division: '640121' });
  await post(`${county}/notices`, { ...library, publicFrom: '2016-03-05' });
  expect(await told('kind=undisclosed')).toEqual([]);
  // Of the two on the board of the village nobody has shown a photo.
  expect(await told('kind=no_photo', village)).toHaveLength(2);
});

it('names notices that hang too short', async () => {
  const { seq: entry } = await post(`${county}/notices`, {
    ...noticeBody('loans', {}),
    id: 'N-short',
    days: 7,
    publicFrom: '2019-07-15',
  });
  const { body } = await compliance('kind=too_short');
  expect(body.items).toMatchObject([
    { notice: 'N-short', seq: entry, days: 3, since: '2019-07-15', dueOn: '2019-07-24' },
  ]);
});

it('shows the same on a page', async () => {
  const { body } = await compliance();
  const { text } = await app.get('/board/640121/compliance').expect(200);
  for (const { title, dueOn } of body.items as Shortcoming[]) {
    expect(text).toContain(title);
    expect(text).toContain(dueOn);
  }
  expect((await app.get('/board/640121/compliance?lang=en').expect(200)).text).toContain('Not long enough');
});

it('gives the same as CSV, by pages, and says when nothing has changed', async () => {
  const { body, headers } = await compliance();
  const csv = await compliance('format=csv');
  const rows = parse(csv.text, { bom: true }) as string[][];
  expect(rows).toHaveLength(1 + body.total);
  const walked: Shortcoming[] = [];
  for (let after = ''; ; ) {
    const { body: page } = await compliance(`limit=2${after}`);
    walked.push(...page.items);
    if (page.next === null) break;
    after = `&after=${page.next}`;
  }
  expect(walked).toEqual(body.items);
  await app
    .get('/v1/disclosure/divisions/640121/compliance?')
    .set('if-none-match', headers.etag ?? '')
    .expect(304);
  expect((await app.get('/v1/disclosure/divisions/640121/compliance?atSeq=1').expect(400)).body.code).toBe(
    'invalid_request',
  );
});
