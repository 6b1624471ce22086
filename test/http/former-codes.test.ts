import { startApp, type TestApp } from '../support/app.js';
import { BoardOfBook, words } from '../support/board.js';
import { noticeBody } from '../support/notices.js';

/** 潼南县, since 2015 潼南区: 500152. */
const [FORMER, PRESENT] = ['500223', '500152'];
const LISTS = [
  'funds',
  'allocations',
  'integrations',
  'projects',
  'payouts',
  'assets',
  'income',
  'notices',
  'compliance',
];

let app: TestApp;

beforeAll(async () => {
  app = await startApp();
  const board = await BoardOfBook.open(app, FORMER, '潼南县财政局');
  const fund = { name: '扶贫资金', level: 'county', nature: 'special', fiscalYear: 2014, amount: '100.00' };
  await board.post('funds', { id: 'F-1', ...fund });
  const place = { division: `${FORMER}101` };
  await board.post('projects', {
    id: 'P-1',
    name: '村组道路',
    category: '基础设施',
    responsibleUnit: '交通局',
    plannedAmount: '50.00',
    ...place,
  });
  const owners = [{ kind: 'township', id: place.division, name: '镇政府', share: '1' }];
  const opening = [{ level: 'county', nature: 'special', amount: '9.00' }];
  await board.post('assets', {
    id: 'AS-1',
    name: '泵站',
    class: 'public',
    category: '水利',
    owners,
    opening,
    ...place,
  });
  await board.post('notices', { ...noticeBody('loans', {}), id: 'N-1', division: FORMER, level: 'county' });
  await board.settled();
});
afterAll(() => app.close());

it('answers all that is asked of a former code, and names what took its place', async () => {
  const title = `title*=UTF-8''${encodeURIComponent('潼南区')}`;
  const at = `/v1/disclosure/divisions/${FORMER}`;
  const files = LISTS.flatMap((list) => ['json', 'csv', 'xlsx'].map((format) => `${list}?format=${format}`));
  for (const path of ['', ...[...files, 'feed.json', 'feed.atom', 'files'].map((name) => `/${name}`)]) {
    const { headers } = await app.get(at + path).expect(200);
    const [bare] = path.split('?');
    expect(headers.link).toBe(`</v1/disclosure/divisions/${PRESENT}${bare}>; rel="successor-version"; ${title}`);
    expect(headers['access-control-expose-headers']).toContain('Link');
  }
  const encoded = await app.get(`/v1/disclosure/divisions/%35${FORMER.slice(1)}/funds`).expect(200);
  expect(encoded.headers.link).toBe(`</v1/disclosure/divisions/${PRESENT}/funds>; rel="successor-version"; ${title}`);
  const { body } = await app.get(`${at}/funds`).expect(200);
  expect(body.items).toContainEqual(expect.objectContaining({ id: 'F-1', book: FORMER, divisionName: '潼南县' }));
  const said = '区划代码 500223 自 2015 年起不再使用，现在是：潼南区（500152）';
  expect((await app.get(`${at}/feed.json`)).body.description).toBe(said);
  const { text, body: atom } = await app.get(`${at}/feed.atom`);
  expect(text ?? String(atom)).toContain(`<subtitle>${said}</subtitle>`);
  const present = await app.get(`/v1/disclosure/divisions/${PRESENT}/feed.json`).expect(200);
  expect(present.headers.link).toBeUndefined();
  expect(present.body.description).toBeUndefined();
});

it('names the successor of a former town too, and again from what is kept', async () => {
  const at = `/v1/disclosure/divisions/${FORMER}101`;
  for (let time = 0; time < 3; time += 1)
    expect((await app.get(at).expect(200)).headers.link).toContain(`</v1/disclosure/divisions/${PRESENT}101>;`);
});

it('shows on every page of a former code what was recorded under it, below what took its place', async () => {
  const cards = [`funds/${FORMER}/F-1`, `projects/${FORMER}/P-1`, `assets/${FORMER}/AS-1`, `notices/${FORMER}/N-1`];
  for (const path of [
    '',
    ...[...LISTS, ...cards, 'files', `notices/${FORMER}/N-1/objection`].map((name) => `/${name}`),
  ]) {
    const { text } = await app.get(`/board/${FORMER}${path}`).expect(200);
    expect([path, words(text)]).toEqual([path, expect.stringContaining('自 2015 年起不再使用')]);
    expect(text).toContain(`href="/board/${PRESENT}"`);
  }
  expect(words((await app.get(`/board/${FORMER}/funds`)).text)).toContain('扶贫资金');
  await app.get(`/board/${FORMER}/money.svg`).expect(200);
  await app.get(`/board/${FORMER}/notices/${FORMER}/N-1.pdf`).expect(200);
  await app.get(`/board/${FORMER}/none`).expect(404);
});

it('finds what took the place of a code by that code', async () => {
  const { body } = await app.get(`/v1/disclosure/divisions?q=${FORMER}`).expect(200);
  expect(body.items.map(({ code }: { code: string }) => code)).toEqual([PRESENT]);
  expect((await app.get(`/v1/disclosure/divisions?q=${FORMER}&within=640000`).expect(200)).body.items).toEqual([]);
  expect(words((await app.get(`/board/search?q=${FORMER}`).expect(200)).text)).toContain('潼南区');
});
