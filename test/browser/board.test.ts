import type { Browser } from 'playwright-core';
import { DESKTOP, inBrowser, KIOSK, launchBrowser, PHONE, Reader } from '../support/browser.js';
import { type DemoBoard, startDemoBoard } from '../support/demo-board.js';

/** A first page with its style and drawings must open on a slow telephone. */
const MOST_BYTES = 100_000;

let board: DemoBoard;
let browser: Browser;

inBrowser('the board in a browser', () => {
  beforeAll(async () => {
    board = await startDemoBoard(['maiji-2021', 'houjialou-2019', 'mishan-2025', 'moudi-2022']);
    browser = await launchBrowser();
  }, 120_000);

  afterAll(async () => {
    await browser?.close();
    await board?.app.close();
  });

  /** A page of each kind that can be reached from the home of a division, with what is wrong with it. */
  async function walk(reader: Reader, start: string): Promise<Map<string, string[]>> {
    const seen = new Map<string, string[]>();
    const waiting = [start];
    for (let path = waiting.shift(); path !== undefined; path = waiting.shift()) {
      const kind = kindOf(path);
      if (seen.has(kind)) continue;
      reader.complaints.length = 0;
      const status = await reader.open(path);
      const faults = status === 404 ? [] : [...(await reader.faults()), ...reader.complaints];
      seen.set(
        kind,
        faults.map((fault) => `${path} ${fault}`),
      );
      waiting.push(...(await reader.links()).filter(isPage));
    }
    return seen;
  }

  test.each([
    ['a telephone', PHONE, '/board/620503'],
    ['a telephone, in English', PHONE, '/board/141034100216?lang=en'],
    ['a desk', DESKTOP, '/board/620503'],
    ['a screen in the village', KIOSK, '/board/620503105?kiosk=1'],
  ])(
    'every kind of page is accessible, stands still and fits on %s',
    async (_, options, start) => {
      const reader = await Reader.at(browser, board.url, options);
      const seen = await walk(reader, start);
      await reader.close();
      expect([...seen.values()].flat()).toEqual([]);
      expect(seen.size).toBeGreaterThan(5);
    },
    120_000,
  );

  test('the first page comes in less than 100 KB, and from our host alone', async () => {
    const reader = await Reader.at(browser, board.url, PHONE);
    expect(await reader.open('/board/620503')).toBe(200);
    expect(await reader.bytesOfPage()).toBeLessThan(MOST_BYTES);
    expect(reader.complaints).toEqual([]);
    await reader.close();
  });
});

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
