import { startApp, type TestApp } from '../support/app.js';
import { BoardOfBook, words } from '../support/board.js';
import { noticeBody } from '../support/notices.js';

const BOOK = '640121';
/** More than a page of the board asks for. */
const OTHERS = 201;

let app: TestApp;
let board: BoardOfBook;

beforeAll(async () => {
  app = await startApp();
  board = await BoardOfBook.open(app, BOOK, '永宁县财政局');
  const project = { category: '产业', division: BOOK, responsibleUnit: '农业局', plannedAmount: '9.00' };
  for (const id of ['P-1', 'P-2']) await board.post('projects', { id, name: `项目${id}`, ...project });
  const today = new Date().toISOString().slice(0, 10);
  const first = noticeBody('project_before', { project: 'P-1' }, { title: '养殖园区开工前公示', publicFrom: today });
  // The last of the list, which is in the order of dates and then of ids.
  await board.post('notices', { ...first, id: 'A-1' });
  const other = noticeBody('project_before', { project: 'P-2' }, { title: '道路开工前公示' });
  await Promise.all(Array.from({ length: OTHERS }, (_, n) => board.post('notices', { ...other, id: `B-${n}` })));
  await board.settled();
});
afterAll(() => app.close());

it('shows the notices of a project however many later ones its book has', async () => {
  const text = words(await board.page(`/board/${BOOK}/projects/${BOOK}/P-1`));
  expect(text).toContain('养殖园区开工前公示');
  expect(text).not.toContain('道路开工前公示');
});

it('shows on the home page what stands, however many later notices are closed', async () => {
  expect(words(await board.page(`/board/${BOOK}`))).toContain('养殖园区开工前公示');
});
