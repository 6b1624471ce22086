import type { Browser } from 'playwright-core';
import { startApp, type TestApp } from '../support/app.js';
import { BoardOfBook } from '../support/board.js';
import { inBrowser, launchBrowser, Reader } from '../support/browser.js';

const BOOK = '440103';
const PAGES = ['', '/funds', '/allocations', '/projects', '/assets', '/funds/440103/F-1', '/projects/440103/P-1'];

let app: TestApp;
let browser: Browser;
let url: string;

inBrowser('sums of any size', () => {
  beforeAll(async () => {
    app = await startApp();
    await app.app.listen(0, '127.0.0.1');
    url = await app.app.getUrl();
    const board = await BoardOfBook.open(app, BOOK, '荔湾区财政局');
    const fund = { name: '中央财政衔接推进乡村振兴补助资金', level: 'central', nature: 'special', fiscalYear: 2021 };
    const [long, amount] = ['高标准农田建设及配套水利设施提升改造工程（一期）', '999999999999.99'];
    for (const id of ['F-1', 'F-2', 'F-3']) await board.post('funds', { id, ...fund, amount });
    const project = { category: '基础设施建设', division: BOOK, responsibleUnit: '农业农村和水务局乡村建设中心' };
    await board.post('projects', { id: 'P-1', name: long, ...project, plannedAmount: amount });
    await board.post('projects', { id: 'P-2', name: '道路', ...project, plannedAmount: '264416100.00' });
    for (const fund of ['F-1', 'F-2', 'F-3'])
      await board.post('allocations', { to: 'project:P-1', lines: [{ fund, amount: '900000000000.01' }] });
    await board.post('payments', { project: 'P-1', kind: 'capital', payee: '水利公司', amount });
    const owners = [{ kind: 'county', id: BOOK, name: '荔湾区农业农村和水务局', share: '1' }];
    const asset = { class: 'operating', category: '水利设施', division: BOOK, custodian: '乡村建设促进中心', owners };
    await board.post('assets', { id: 'AS-1', name: '泵站', ...asset, project: 'P-1', amount });
    await board.settled();
    browser = await launchBrowser();
  });

  afterAll(async () => {
    await browser?.close();
    await app?.close();
  });

  test.each([360, 768, 1000, 1100, 1280])('stand whole on every page, %i px wide', async (width) => {
    const reader = await Reader.at(browser, url, { viewport: { width, height: 900 } });
    const faults: string[] = [];
    for (const path of PAGES) {
      await reader.open(`/board/${BOOK}${path}`);
      faults.push(...(await reader.looks()).map((fault) => `${path} ${fault}`));
    }
    await reader.close();
    expect(faults).toEqual([]);
  });

  test('stand whole where somebody has letters twice as large', async () => {
    const reader = await Reader.at(browser, url, { viewport: { width: 1280, height: 900 } });
    const faults: string[] = [];
    for (const path of PAGES) {
      await reader.open(`/board/${BOOK}${path}`);
      await reader.page.evaluate(() => {
        document.documentElement.style.fontSize = '225%';
      });
      faults.push(...(await reader.overflows()).map((fault) => `${path} ${fault}`));
    }
    await reader.close();
    expect(faults).toEqual([]);
  });

  test.each([360, 1280])(
    'stand whole where somebody has wide spaces between letters, words and lines, %i px wide',
    async (width) => {
      const reader = await Reader.at(browser, url, { viewport: { width, height: 900 } });
      const faults: string[] = [];
      for (const path of PAGES) {
        await reader.open(`/board/${BOOK}${path}`);
        // As WCAG 1.4.12 has it.
        await reader.page.evaluate(() => {
          const spaces = new CSSStyleSheet();
          spaces.replaceSync(
            '* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important } p { margin-bottom: 2em !important }',
          );
          document.adoptedStyleSheets = [spaces];
        });
        faults.push(...(await reader.overflows()).map((fault) => `${path} ${fault}`));
      }
      await reader.close();
      expect(faults).toEqual([]);
    },
  );

  test('stand in a table where it has room, and else on cards', async () => {
    const reader = await Reader.at(browser, url, { viewport: { width: 1280, height: 900 } });
    const shapeOf = (path: string) => {
      const row = reader.page.locator('table.cards tbody tr').first();
      return reader.open(`/board/${BOOK}${path}`).then(() => row.evaluate((tr) => getComputedStyle(tr).display));
    };
    expect(await shapeOf('/projects?q=道路')).toBe('table-row');
    await reader.page.setViewportSize({ width: 1000, height: 900 });
    expect(await shapeOf('/funds')).toBe('table-row');
    expect(await shapeOf('/projects')).toBe('grid');
    await reader.close();
  });

  test.each(['', '/funds/440103/F-1', '/assets/440103/AS-1'])(
    'stand apart in the drawings of %s, for a telephone and for a desk',
    async (path) => {
      const reader = await Reader.at(browser, url, { viewport: { width: 1280, height: 900 } });
      const drawing = path === '' ? '/money.svg' : `${path}/flow.svg`;
      const faults: string[] = [];
      for (const query of ['', '?shape=narrow', '?lang=en', '?lang=en&shape=narrow']) {
        await reader.open(`/board/${BOOK}${drawing}${query}`);
        faults.push(...(await overlaps(reader)).map((fault) => `${query} ${fault}`));
      }
      await reader.close();
      expect(faults).toEqual([]);
    },
  );
});

/** Texts of an open drawing that stand on others, or beyond its edge. */
function overlaps({ page }: Reader): Promise<string[]> {
  return page.evaluate(() => {
    const { clientWidth, clientHeight } = document.documentElement;
    const { width, height } = document.documentElement.getBoundingClientRect();
    const [right, bottom] = [Math.max(width, clientWidth), Math.max(height, clientHeight)];
    const texts = Array.from(document.querySelectorAll('text'), (text) => {
      const box = text.getBoundingClientRect();
      return { said: text.textContent, left: box.left, right: box.right, top: box.top + 2, bottom: box.bottom - 2 };
    });
    const faults = texts
      .filter((one) => one.left < 0 || one.top < 0 || one.right > right || one.bottom > bottom)
      .map(({ said }) => `${said} is cut off`);
    for (const [index, one] of texts.entries()) {
      for (const other of texts.slice(index + 1)) {
        const isApart =
          one.right <= other.left || other.right <= one.left || one.bottom <= other.top || other.bottom <= one.top;
        if (!isApart) faults.push(`${one.said} stands on ${other.said}`);
      }
    }
    return texts.length === 0 ? ['nothing is drawn'] : faults;
  });
}
