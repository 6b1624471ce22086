import type { Browser, Page } from 'playwright-core';
import { TABS } from '../../src/board/page.js';
import { DESKTOP, inBrowser, KIOSK, launchBrowser, PHONE, Reader, TABLET } from '../support/browser.js';
import { type DemoBoard, startDemoBoard } from '../support/demo-board.js';
import { pageRoutes, routeOf } from '../support/page-routes.js';

/** A first page with its style and drawings must open on a slow telephone. */
const MOST_BYTES = 100_000;

let board: DemoBoard;
let browser: Browser;

inBrowser('the board in a browser', () => {
  beforeAll(async () => {
    board = await startDemoBoard(['maiji-2021', 'houjialou-2019', 'mishan-2025', 'moudi-2022']);
    browser = await launchBrowser();
  });

  afterAll(async () => {
    await browser?.close();
    await board?.app.close();
  });

  /** A page of each kind that can be reached from there, by its path, with what is wrong with it. */
  async function walk(reader: Reader, judge: 'faults' | 'looks', ...starts: string[]): Promise<Map<string, string[]>> {
    const seen = new Map<string, string[]>();
    const kinds = new Set<string>();
    const waiting = [...starts];
    for (let path = waiting.shift(); path !== undefined; path = waiting.shift()) {
      const kind = kindOf(path);
      if (kinds.has(kind)) continue;
      kinds.add(kind);
      reader.complaints.length = 0;
      await reader.open(path);
      const faults = [...(await reader[judge]()), ...reader.complaints];
      seen.set(
        new URL(path, board.url).pathname,
        faults.map((fault) => `${path} ${fault}`),
      );
      waiting.push(...(await reader.links()).filter(isPage));
    }
    return seen;
  }

  test.each([
    ['is accessible, stands still and fits on a telephone', 'faults', PHONE, 'zh'],
    ['stands still and fits on a telephone, in English', 'looks', PHONE, 'en'],
    ['stands still and fits on a desk', 'looks', DESKTOP, 'zh'],
    ['is accessible, stands still and fits on a desk, in English', 'faults', DESKTOP, 'en'],
  ] as const)('every kind of page that there is %s', async (_, judge, options, lang) => {
    const reader = await Reader.at(browser, board.url, options);
    const query = lang === 'en' ? '?lang=en' : '';
    const starts = [`/board/620503${query}`, `/board/search${query === '' ? '?' : `${query}&`}q=花牛`];
    const seen = await walk(reader, judge, ...starts);
    await reader.close();
    expect([...seen.values()].flat()).toEqual([]);
    // Whoever adds a page finds it missing here until a link leads to it.
    const routes = pageRoutes(board.app).filter((route) => route !== '/board/*');
    const walked = new Set([...seen.keys()].map((path) => routeOf(path, routes)));
    expect(routes.filter((route) => !walked.has(route))).toEqual([]);
    expect(TABS.slice(1).filter((tab) => !seen.has(`/board/620503/${tab}`))).toEqual([]);
  });

  test.each([
    ['stands still and fits on a tablet', 'looks', TABLET, '/board/620503'],
    ['is accessible, stands still and fits on a screen in the village', 'faults', KIOSK, '/board/620503105?kiosk=1'],
  ] as const)('what can be reached %s', async (_, judge, options, start) => {
    const reader = await Reader.at(browser, board.url, options);
    const seen = await walk(reader, judge, start);
    await reader.close();
    expect([...seen.values()].flat()).toEqual([]);
    expect(seen.size).toBeGreaterThan(5);
  });

  describe('a page', () => {
    let readers: { reader: Reader; lang: string }[];

    beforeAll(async () => {
      readers = [
        { reader: await Reader.at(browser, board.url, PHONE), lang: 'zh' },
        { reader: await Reader.at(browser, board.url, DESKTOP), lang: 'en' },
      ];
    });

    afterAll(() => Promise.all((readers ?? []).map(({ reader }) => reader.close())));

    test.each([
      ['that is not there', '/board/nowhere', 404],
      ['whose address is wrong', '/board/620503/funds?year=x&asOf=y', 400],
      ['of an entry that is not there', '/verify/620503/999999', 404],
      ['of a place without accounts', '/board/110101', 200],
      ['of a list without lines', '/board/620503/income?q=nothing-has-this-name', 200],
      ['of a place that is another now', '/board/110103', 200],
      ['of a search that finds nothing', '/board/search?q=nothing-has-this-name&within=620503', 200],
      ['of a day long ago', '/board/620503/assets?asOf=2010-01-01', 200],
    ])('%s is accessible and fits, in both languages', async (_, path, status) => {
      const faults: string[] = [];
      for (const { reader, lang } of readers) {
        expect(await reader.open(`${path}${path.includes('?') ? '&' : '?'}lang=${lang}`)).toBe(status);
        faults.push(...(await reader.faults()).map((fault) => `${lang} ${fault}`));
      }
      expect(faults).toEqual([]);
    });
  });

  test.each([
    ['a telephone', PHONE],
    ['a desk', DESKTOP],
  ])('on %s that is twenty times as slow a page is painted once it is whole', async (_, options) => {
    const reader = await Reader.at(browser, board.url, options);
    await reader.slowDown(20);
    const faults: string[] = [];
    for (const tab of ['projects', 'income', 'assets']) {
      await reader.open(`/board/620503/${tab}`);
      faults.push(...(await reader.shifts()));
    }
    await reader.close();
    expect(faults).toEqual([]);
  });

  test('a villager goes from the money to a project to an asset, and proves it on the spot', async () => {
    const reader = await Reader.at(browser, board.url, PHONE);
    const { page } = reader;
    await reader.open('/board/620503');
    for (const way of [/^\/board\/620503\/funds$/, /\/funds\/620503\/LINKING-CENTRAL$/]) await follow(page, way);
    await reader.open('/board/620503/projects');
    for (const way of [
      /\/projects\/620503\/P-INDUSTRY$/,
      /\/assets\/620503\/AS-COLD-STORE$/,
      /^\/verify\/620503\/\d+$/,
    ])
      await follow(page, way);
    expect(await reader.verdict()).toContain('good');
    expect(reader.complaints).toEqual([]);
    await reader.close();
  });

  test('an entry that was reversed later is called so, with the entry that did it', async () => {
    const reader = await Reader.at(browser, board.url, PHONE);
    const { page } = reader;
    await reader.open('/board/620503/projects/620503/P-INDUSTRY');
    await page.locator('tr.gone a.proof').first().click();
    expect(await reader.verdict()).toContain('noted');
    expect(await page.textContent('#verdict h2')).toContain('后来有冲销');
    expect(await reader.faults()).toEqual([]);
    // Its number is of the order in which the demo came in.
    const reversal = (await page.getAttribute('#verdict li a', 'href')) ?? '';
    expect(reversal).toMatch(/^\/verify\/620503\/\d+$/);
    await page.click('#verdict li a');
    await page.waitForURL(`**${reversal}`);
    expect(await reader.verdict()).toContain('good');
    expect(await page.textContent('main h2#entry')).toBe('冲销');
    expect(reader.complaints).toEqual([]);
    await reader.close();
  });

  test('the page changes its language and its day', async () => {
    const reader = await Reader.at(browser, board.url, DESKTOP);
    const { page } = reader;
    await reader.open('/board/620503');
    await page.click('header a[hreflang=en]');
    await page.waitForSelector('html[lang=en]');
    await reader.open('/board/620503?asOf=2020-01-01');
    expect(await page.textContent('.moment')).toContain('2020-01-01');
    expect(reader.complaints).toEqual([]);
    await reader.close();
  });

  test('the first page comes in less than 100 KB, and from our host alone', async () => {
    const reader = await Reader.at(browser, board.url, PHONE);
    expect(await reader.open('/board/620503')).toBe(200);
    expect(await reader.bytesOfPage()).toBeLessThan(MOST_BYTES);
    expect(reader.complaints).toEqual([]);
    await reader.close();
  });
});

/** The first link that leads there, whatever it says. */
async function follow(page: Page, way: RegExp): Promise<void> {
  const links = page.locator('a[href]');
  const paths = await links.evaluateAll((all) => all.map((link) => new URL((link as HTMLAnchorElement).href).pathname));
  const index = paths.findIndex((path) => way.test(path));
  if (index < 0) throw new Error(`${page.url()} has no link to ${way}`);
  await links.nth(index).click();
  await page.waitForURL(({ pathname }) => pathname === paths[index]);
}

/** Pages that differ in what they are about and not in how they are made are one kind. */
function kindOf(path: string): string {
  const { pathname } = new URL(path, 'http://board');
  return pathname
    .split('/')
    .map((part) => (/^[a-z-]+$/.test(part) ? part : '*'))
    .join('/');
}

/** Not files, which a browser loads and does not show. */
function isPage(path: string): boolean {
  const { pathname } = new URL(path, 'http://board');
  return /^\/(board|verify)(\/|$)/.test(pathname) && !/\.[a-z]+$/.test(pathname);
}
