import supertest from 'supertest';
import { fitAbreast } from '../../src/board/year-chart.js';
import { startApp, type TestApp } from '../support/app.js';
import { BoardOfBook, words } from '../support/board.js';

const BOOK = '640122';
const VILLAGE = '640122101201';
const HOSTILE = '养殖"><script>alert(1)</script>&amp;圈棚';

let app: TestApp;
let board: BoardOfBook;
let post: BoardOfBook['post'];
let page: BoardOfBook['page'];
let beforeAssets: Date;

beforeAll(async () => {
  app = await startApp();
  board = await BoardOfBook.open(app, BOOK, '贺兰县财政局');
  post = board.post.bind(board);
  page = board.page.bind(board);
  const fund = { nature: 'special', fiscalYear: 2016, documents: ['宁财农〔2016〕12号'] };
  await post('funds', { id: 'F-1', name: '中央专项', level: 'central', amount: '1234567.89', ...fund });
  await post('funds', { id: 'F-2', name: '县级配套', level: 'county', amount: '100000.00', ...fund });
  const project = { category: '产业扶持', division: VILLAGE, responsibleUnit: '农业局' };
  await post('projects', { id: 'P-1', name: HOSTILE, ...project, plannedAmount: '900000.00' });
  await post('projects', { id: 'P-2', name: '道路', ...project, category: '基础设施', plannedAmount: '1.00' });
  await post('allocations', { to: 'project:P-1', lines: [{ fund: 'F-1', amount: '800000.01' }] });
  const wrong = await post('allocations', { to: 'project:P-2', lines: [{ fund: 'F-2', amount: '5.00' }] });
  await post('reversals', { seq: wrong.seq, reason: '项目有误' });
  await new Promise((resolve) => setTimeout(resolve, 5));
  beforeAssets = new Date();
  await new Promise((resolve) => setTimeout(resolve, 5));
  await post('payments', { project: 'P-1', kind: 'capital', payee: '建筑公司', amount: '600000.00' });
  const asset = { class: 'operating', category: '设施', division: VILLAGE, project: 'P-1' };
  const owners = [{ kind: 'village', id: VILLAGE, name: '村集体', share: '1' }];
  await post('assets', { id: 'AS-1', name: '圈棚', ...asset, amount: '600000.00', owners });
  await board.settled();
});
afterAll(() => app.close());

it('shows on the home page what the balances of the book add up to', async () => {
  const auditor = await app.token('auditor', [BOOK]);
  const { body } = await app.get(`/v1/books/${BOOK}/balances?limit=500`, auditor).expect(200);
  const of = (kind: string) =>
    body.items
      .filter(({ account }: { account: string }) => account.startsWith(kind))
      .reduce((sum: number, { amount }: { amount: string }) => sum + Math.round(Number(amount) * 100), 0);
  expect([of('source:'), of('asset:'), of('project:')]).toEqual([-133_456_789, 60_000_000, 20_000_001]);
  const text = words(await page(`/board/${BOOK}`));
  expect(text).toContain('收到资金 133.456789 万元 1,334,567.89 元');
  expect(text).toContain('安排使用 80.000001 万元 800,000.01 元');
  expect(text).toContain('形成资产 60 万元 600,000.00 元');
  expect(text).toContain('中央 1,234,567.89');
});

it('shows a village only what came to it, and leads there from above', async () => {
  expect(words(await page(`/board/${VILLAGE}`))).toContain('收到资金 80.000001 万元 800,000.01 元');
  expect(await page('/board/640122101')).toContain(`href="/board/${VILLAGE}"`);
  expect(await page('/board')).toContain(`href="/board/${BOOK}"`);
});

it('puts the figures of years below each other where they have no room beside each other', () => {
  const years = (count: number) =>
    Array.from({ length: count }, (_, index) => ({ year: 2014 + index, amount: '266021200.00' }));
  expect([5, 12].map((count) => fitAbreast({ years: years(count), lang: 'zh' }))).toEqual([true, false]);
});

it('leads whoever asks for the service alone to the board', async () => {
  const { status, headers } = await app.get('/');
  expect([status, headers.location]).toEqual([302, '/board']);
});

it('draws the flow of money as SVG of its own, never inside the page', async () => {
  const { status, headers, body } = await app.get(`/board/${BOOK}/money.svg`).buffer(true).parse(asBytes);
  expect([status, headers['content-type']]).toEqual([200, 'image/svg+xml; charset=utf-8']);
  expect(String(body)).toContain('1,234,567.89');
  expect(await page(`/board/${BOOK}`)).not.toMatch(/ style=|<style|onload=|<script/);
});

it('escapes what comes from outside, in lists, searches and the language switch', async () => {
  for (const path of [
    `/board/${BOOK}/projects`,
    `/board/search?within=${BOOK}&q=${encodeURIComponent('"><script>')}`,
    `/board/${BOOK}/projects?q=${encodeURIComponent('"><script>alert(1)</script>')}`,
  ]) {
    const html = await page(path);
    expect(html).not.toContain('<script>alert');
    expect(html).not.toContain('"><script');
  }
  expect(await page(`/board/${BOOK}/projects`)).toContain('&lt;script>alert(1)&lt;/script>&amp;amp;圈棚');
});

it('narrows and orders a list, tells its sum, and strikes out what was reversed', async () => {
  const narrowed = words(await page(`/board/${BOOK}/projects?category=${encodeURIComponent('基础设施')}&level=&q=`));
  expect(narrowed).toContain('道路');
  expect(narrowed).not.toContain('圈棚');
  const allocations = await page(`/board/${BOOK}/allocations`);
  expect(allocations).toContain('class="gone"');
  expect(words(allocations)).toContain('合计 1 条 800,000.01');
  const first = await page(`/board/${BOOK}/funds?sort=-amount&limit=1`);
  expect(words(first)).toContain('本页小计 1 条 1,234,567.89');
  const next = /rel="next" href="([^"]*)"/.exec(first)?.[1]?.replaceAll('&amp;', '&') ?? '';
  expect(words(await page(`${next}&limit=1`))).toContain('县级配套');
});

it('links each line to its proof, and each list to its files with the same filter', async () => {
  const html = await page(`/board/${BOOK}/projects?category=x&asOf=2100-01-01`);
  expect(html).toContain('/v1/disclosure/divisions/640122/projects?');
  expect(html.replaceAll('&amp;', '&')).toContain('&asOf=2100-01-01T23%3A59%3A59.999%2B08%3A00&format=csv');
  const csv = /href="(\/v1\/disclosure[^"]*format=csv)"/.exec(
    await page(`/board/${BOOK}/funds?level=central&sort=-amount`),
  );
  const { text } = await app.get((csv?.[1] ?? '').replaceAll('&amp;', '&')).expect(200);
  expect(text).toContain('中央专项');
  expect(text).not.toContain('县级配套');
  expect(await page(`/board/${BOOK}/projects`)).toContain(`href="/verify/${BOOK}/3"`);
});

it('shows a page as it stood at an instant or at the end of a day in Shanghai', async () => {
  const then = words(await page(`/board/${BOOK}?asOf=${beforeAssets.toISOString()}`));
  expect(then).toContain('形成资产 0 万元');
  expect(then).toContain('收到资金 133.456789 万元');
  const today = new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 10);
  expect(words(await page(`/board/${BOOK}?asOf=${today}`))).toContain('形成资产 60 万元');
  expect(words(await page(`/board/${BOOK}?asOf=2015-01-01`))).toContain('这里还没有公开的账目');
  expect(words(await page('/board?asOf=2015-01-01'))).toContain('还没有账套');
  expect(words(await page('/board'))).toContain('银川市 贺兰县');
});

it('keeps language, day and filter on the way', async () => {
  const html = await page(`/board/${BOOK}/funds?lang=en&asOf=2100-01-01&level=county`);
  expect(html).toContain('<html lang="en">');
  expect(html).toContain(`href="/board/${BOOK}/projects?asOf=2100-01-01&amp;lang=en"`);
  expect(html).toContain(`href="/board/${BOOK}/funds?asOf=2100-01-01&amp;level=county"`);
});

it('answers what it cannot show with a page, and says which part of the address is wrong', async () => {
  for (const [path, status, said] of [
    ['/board/999999', 404, '没有这一页'],
    ['/board/640122/nothing', 404, '没有这一页'],
    ['/board/640122/a/b/c/d', 404, '没有这一页'],
    ['/board/640122/funds?year=abc', 400, 'year 应为 1900 至 2100 的整数'],
    ['/board/640122?asOf=2016-02-30', 400, 'asOf 应为日历上的一天'],
    ['/board/640122/funds?level=king', 400, 'level 应为后列之一'],
    ['/board/640122/funds?after=nonsense', 400, 'after 不是此列表的游标'],
    ['/board/640122/funds?q=a&q=b', 400, 'q 只能填一次'],
    ['/board/%zz', 400, '这个网址看不懂'],
    ['/board/%E4%B8/money.svg', 400, '这个网址看不懂'],
    [`/verify/640122/${'9'.repeat(300)}`, 414, '这个网址太长'],
    ['/board/assets/nothing.css', 404, '没有这一页'],
    ['/board/assets/%00', 404, '没有这一页'],
  ] as const) {
    const { status: answered, text, headers } = await app.get(path);
    expect([path, answered, headers['content-type']]).toEqual([path, status, 'text/html; charset=utf-8']);
    expect(text).toContain(said);
    expect(headers['content-security-policy']).toContain("default-src 'none'");
  }
  const { text } = await app.get('/board/640122/funds?year=abc');
  expect(text).toContain('的整数 <span lang="en">must be a whole number from 1900 to 2100.</span>');
});

const http = () => supertest(app.app.getHttpServer());

it('answers what is sent where nothing is taken with a page', async () => {
  const { status, text, headers } = await http().post(`/board/${BOOK}/funds?lang=en`).send({});
  expect([status, headers.allow, headers['content-type']]).toEqual([405, 'GET, HEAD', 'text/html; charset=utf-8']);
  expect(words(text)).toContain('This address can only be read');
  for (const [type, body, wanted, said] of [
    ['application/json', '{', 400, '请回到原来的页面'],
    ['text/plain', 'x', 415, '送来的内容看不懂'],
    ['application/x-www-form-urlencoded', 'a'.repeat(2_000_000), 413, '送来的内容太长'],
  ] as const) {
    const answer = await http().post('/board/objections').set('content-type', type).send(body);
    expect([type, answer.status, answer.headers['content-type']]).toEqual([type, wanted, 'text/html; charset=utf-8']);
    expect(words(answer.text)).toContain(said);
  }
});

it('takes no word of a hostile reader for anything but a word', async () => {
  const odd = ['constructor', '__proto__', '%00', 'a'.repeat(5_000), '%F0%9F%98%80', '-1', '1e9', '%252e', '[]'];
  const pages = ['', '/funds', '/payouts', '/assets', '/notices', '/compliance', '/files', '/money.svg'];
  const names = ['asOf', 'after', 'q', 'sort', 'year', 'category', 'owner', 'state', 'book', 'lang', 'limit', 'shape'];
  const paths = odd.flatMap((word) => [
    `/board/${word}`,
    `/board/${BOOK}/${word}`,
    `/board/${BOOK}/${word}/${BOOK}/F-1/flow.svg`,
    `/board/${BOOK}/funds/${BOOK}/${word}`,
    `/board/${BOOK}/notices/${word}/${word}.pdf`,
    `/verify/${word}/notices/${word}`,
    `/board/search?q=${word}&within=${word}`,
    ...pages.map((path, index) => `/board/${BOOK}${path}?${names[index]}=${word}&${names.at(-1 - index)}=${word}`),
  ]);
  for (const path of paths) {
    const { status, headers } = await app.get(path);
    expect([200, 400, 404, 414]).toContain(status);
    const isPage = headers['content-type'] === 'text/html; charset=utf-8';
    if (!isPage) expect([path, status]).toEqual([expect.stringContaining('.svg'), 200]);
  }
});

it('names what followed a code that is no longer in use', async () => {
  // 通县 of Beijing became 通州区 in 1997.
  const html = await page('/board/110223');
  expect(html).toContain('href="/board/110112"');
  expect(words(html)).toContain('不再使用');
});

it('finds places by name and code, and lines by their title', async () => {
  expect(await page(`/board/search?q=${encodeURIComponent('贺兰县')}`)).toContain(`href="/board/${BOOK}"`);
  expect(await page(`/board/search?q=${BOOK}`)).toContain(`href="/board/${BOOK}"`);
  const found = await page(`/board/search?within=${BOOK}&q=${encodeURIComponent('圈棚')}`);
  expect(found).toContain(`href="/board/${BOOK}/assets/${BOOK}/AS-1"`);
  const person = await page(`/board/search?within=${BOOK}&q=${encodeURIComponent('马小明')}`);
  expect(words(person)).toContain('这里不搜人名');
  expect(person).toContain(`href="/board/${BOOK}/payouts"`);
});

it('loads nothing from elsewhere, answers 304 while nothing changed, and anew once it did', async () => {
  const { headers, text } = await app.get(`/board/${BOOK}/funds`).expect(200);
  expect(headers['content-security-policy']).toMatch(/^default-src 'none'; style-src 'self'; script-src 'self'/);
  expect([headers['x-content-type-options'], headers['referrer-policy']]).toEqual(['nosniff', 'same-origin']);
  expect(text).not.toMatch(/(?:src|href|action)="https?:/);
  const etag = headers.etag ?? '';
  await app.get(`/board/${BOOK}/funds`).set('if-none-match', etag).expect(304);
  const more = { id: 'F-3', name: '市级', level: 'city', nature: 'special', fiscalYear: 2017, amount: '3.00' };
  await post('funds', more);
  await board.settled();
  const { text: after } = await app.get(`/board/${BOOK}/funds`).set('if-none-match', etag).expect(200);
  expect(after).toContain('市级');
});

it('shows a screen on a wall nothing to press, and where it turns next', async () => {
  const html = await page(`/board/${BOOK}?kiosk=1`);
  expect(html).toContain(`data-next="/board/${BOOK}/notices?kiosk=1"`);
  expect(html).toMatch(/<script src="\/board\/assets\/kiosk\.js\?v=[0-9a-f]{16}" defer/);
  expect(html).toContain('http-equiv="refresh"');
  expect(html).not.toContain('<nav');
});

it('sends the first page and all it loads in less than 100 KB', async () => {
  const html = await page(`/board/${BOOK}`);
  const loaded = [...html.matchAll(/(?:src|href)="(\/board\/(?:assets\/|[^"]*\.svg)[^"]*)"/g)].map(([, path]) => path);
  expect(loaded.length).toBeGreaterThan(1);
  let bytes = Buffer.byteLength(html);
  for (const path of loaded) {
    const { status, body } = await app
      .get((path ?? '').replaceAll('&amp;', '&'))
      .buffer(true)
      .parse(asBytes);
    expect([path, status]).toEqual([path, 200]);
    bytes += (body as Buffer).length;
  }
  expect(bytes).toBeLessThan(100_000);
});

type Parser = (response: NodeJS.ReadableStream, done: (error: Error | null, body: unknown) => void) => void;

const asBytes = ((response, done) => {
  const chunks: Buffer[] = [];
  response.on('data', (chunk: Buffer) => chunks.push(Buffer.from(chunk)));
  response.on('end', () => done(null, Buffer.concat(chunks)));
}) as Parser as never;

it('lets a list be narrowed to the year that it is in China, and to the latest that money is for', async () => {
  const years = async (query: string) => {
    const [, choices = ''] =
      (await page(`/board/${BOOK}/funds${query}`)).match(/<select name="year">(.*?)<\/select>/s) ?? [];
    return [...choices.matchAll(/value="(\d+)"/g)].map(([, year]) => Number(year));
  };
  const now = Number(new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 4));
  expect(await years('')).toEqual(Array.from({ length: now - 2015 }, (_, index) => now - index));
  expect(await years('?asOf=2019-12-31T15:59:00Z')).toEqual([2019]);
  expect(await years('?asOf=2019-12-31T16:01:00Z')).toEqual([2020]);
  const fund = { name: '后年预算', level: 'county', nature: 'special', fiscalYear: now + 2, amount: '1.00' };
  await post('funds', { id: 'F-9', ...fund });
  await board.settled();
  expect((await years('')).slice(0, 3)).toEqual([now + 2, now + 1, now]);
});
