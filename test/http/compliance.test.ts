import { parse } from 'csv-parse/sync';
import type { Finding } from '../../src/disclosure/compliance/finding.js';
import { startApp, type TestApp } from '../support/app.js';
import { noticeBody } from '../support/notices.js';
import { recordStatements } from '../support/recorded-statements.js';

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
  return (body.items as Finding[]).map(({ kind, type, seq: entry, dueOn }) => `${kind} ${type} ${entry} ${dueOn}`);
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
  expect(await told('shortcoming=true')).toEqual([
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
  expect(found.items.map(({ type, unit, division, title }: Finding) => [type, unit, division, title])).toEqual([
    ['project_library', null, '640121', '项目库建设'],
    ['project_after', '农业局', village, '村组道路'],
    ['household_subsidy', null, village, '交通补贴 2016'],
  ]);
  expect((await compliance(`unit=${encodeURIComponent('农业局')}`)).body.total).toBe(1);
  const counted = { kind: 'undisclosed', shortcoming: true, division: village, unit: '农业局', count: 1 };
  expect(found.counts).toContainEqual(counted);

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

it('has for the record what was corrected, withdrawn and objected to, and nothing of it as a shortcoming', async () => {
  const loans = { ...noticeBody('loans', {}), publicFrom: '2019-07-15', effectiveDate: '2019-07-14' };
  await post(`${county}/notices`, { ...loans, id: 'N-wrong', title: '贷款公告' });
  const correction = { ...loans, id: 'N-right', title: '贷款公告（更正）', effectiveDate: '2019-07-20' };
  const corrected = await post(`${county}/notices`, { ...correction, replaces: 'N-wrong', reason: '利率有误' });
  await post(`${county}/notices`, { ...loans, id: 'N-mistake', title: '误发的公告' });
  const withdrawals = `${county}/notices/N-mistake/withdrawals`;
  const withdrawn = await post(withdrawals, { reason: '重复发布', effectiveDate: '2019-07-16' });
  const file = (key: string, body: object) =>
    app.post('/v1/disclosure/books/640121/objections', clerk, body, key).expect(201);
  const statement = { text: '本人未收到', name: '测试人甲', phone: '13995012345' };
  const { body: open } = await file('o-1', { kind: 'objection', notice: 'N-right', ...statement });
  const { body: closed } = await file('o-2', { kind: 'report', ...statement });
  const answer = { outcome: 'noted', answer: '已核实。' };
  const answered = await post(`${county}/objections/${closed.objection}/answers`, answer);

  const { body, text } = await compliance('shortcoming=false');
  const today = new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 10);
  const told = { shortcoming: false, book: '640121', unit: null, entries: 1 };
  const notice = { ...told, division: village, type: 'loans', objection: null, outcome: null, dueOn: null };
  const filed = { ...told, since: today, reason: null, replaces: null };
  const since = '2019-07-14';
  const others = body.items.filter(({ notice: id, kind }: Finding) => id !== 'N-in-time' && kind !== 'recorded_late');
  expect(others).toMatchObject([
    {
      ...{ ...notice, kind: 'corrected', since, doneOn: '2019-07-15', days: 1, reason: '利率有误' },
      ...{ title: '贷款公告（更正）', notice: 'N-right', replaces: 'N-wrong', seq: corrected.seq },
    },
    {
      ...{ ...notice, kind: 'withdrawn', since, doneOn: '2019-07-16', days: 2, reason: '重复发布' },
      ...{ title: '误发的公告', notice: 'N-mistake', replaces: null, seq: withdrawn.seq },
    },
    {
      ...{ ...filed, kind: 'objection_open', division: village, type: 'loans', notice: 'N-right', outcome: null },
      ...{ title: '贷款公告（更正）', objection: 'objection', dueOn: open.dueOn, doneOn: null, seq: open.seq },
    },
    {
      ...{ ...filed, kind: 'objection_answered', division: '640121', type: null, notice: null, outcome: 'noted' },
      ...{ title: '举报', objection: 'report', dueOn: closed.dueOn, doneOn: today, days: 0, seq: answered.seq },
    },
  ]);
  // The last day and today both count.
  expect(body.items.find(({ kind }: Finding) => kind === 'objection_open').days).toBe(
    (Date.parse(open.dueOn) - Date.parse(today)) / 86_400_000 + 1,
  );
  const { body: amiss } = await compliance('shortcoming=true');
  expect(amiss.items.every(({ shortcoming }: { shortcoming: boolean }) => shortcoming)).toBe(true);
  expect(amiss.total + body.total).toBe((await compliance()).body.total);
  expect(body.counts).toContainEqual({
    ...{ kind: 'objection_answered', shortcoming: false, division: '640121', unit: null, count: 1 },
  });
  const csv = (await compliance('format=csv')).text;
  expect(csv).toContain('备查,公告已更正,');
  const page = (await app.get('/board/640121/compliance').expect(200)).text;
  for (const secret of Object.values(statement))
    for (const told of [text, csv, page]) expect(told).not.toContain(secret);
  expect(page).toContain(`href="/board/640121/notices/640121/N-wrong"`);
});

it('has for the record which notices entered the book long after they were public, and no other', async () => {
  const { body } = await compliance('kind=recorded_late');
  const today = new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 10);
  const days = (Date.parse(today) - Date.parse('2016-07-29')) / 86_400_000;
  const inTime = { since: '2016-07-29', doneOn: today, days, dueOn: null, shortcoming: false };
  expect(body.items).toContainEqual(expect.objectContaining({ ...inTime, notice: 'N-in-time' }));
  await post(`${county}/notices`, { ...noticeBody('loans', {}), id: 'N-of-today', publicFrom: today });
  expect((await compliance('kind=recorded_late')).body.items).toEqual(body.items);
});

it('looks through a book once for all who ask, and at no answer to an objection', async () => {
  await compliance();
  const asked = recordStatements();
  try {
    for (const query of ['limit=1', 'kind=late', 'format=csv', 'unit=x']) await compliance(query);
    await compliance('', village);
    await app.get('/board/640121/compliance').expect(200);
    const texts = () => asked.statements().map(({ text }) => text);
    expect(texts().filter((text) => text.includes('views.disclosure_duties'))).toEqual([]);
    await post(`${county}/funds`, fund('F-more', '2016-07-01'));
    expect((await compliance('kind=undisclosed')).body.items).toContainEqual(
      expect.objectContaining({ since: '2016-07-01' }),
    );
    const read = texts().filter((text) => /from views.disclosure_(duties|objections)/.test(text));
    expect(read).toHaveLength(3);
    expect(read.filter((text) => /\banswer\b/.test(text))).toEqual([]);
  } finally {
    asked.stop();
  }
});

it('shows the same on a page', async () => {
  const { body } = await compliance();
  const { text } = await app.get('/board/640121/compliance').expect(200);
  for (const { title, dueOn, doneOn, reason } of body.items as Finding[]) {
    for (const told of [title, dueOn, doneOn, reason]) expect(text).toContain(told ?? '');
  }
  expect((await app.get('/board/640121/compliance?lang=en').expect(200)).text).toContain('Not long enough');
});

it('gives the same as CSV, by pages, and says when nothing has changed', async () => {
  const { body, headers } = await compliance();
  const csv = await compliance('format=csv');
  const rows = parse(csv.text, { bom: true }) as string[][];
  expect(rows).toHaveLength(1 + body.total);
  const walked: Finding[] = [];
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
