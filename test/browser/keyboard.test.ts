import type { Browser, Page } from 'playwright-core';
import { DESKTOP, inBrowser, KIOSK, launchBrowser, PHONE, Reader } from '../support/browser.js';
import { type DemoBoard, startDemoBoard } from '../support/demo-board.js';

const NOTICE = '/board/141034100216/notices/141034100216/N-INCOME-2019-H1';
/** The tabulator leads through the parts of a day too. */
const PARTS_OF_A_DAY = 5;

let board: DemoBoard;
let browser: Browser;

inBrowser('whoever has a keyboard alone', () => {
  beforeAll(async () => {
    board = await startDemoBoard(['maiji-2021', 'houjialou-2019']);
    browser = await launchBrowser();
  });

  afterAll(async () => {
    await browser?.close();
    await board?.app.close();
  });

  test.each([
    ['the start', '/board', DESKTOP],
    ['a home', '/board/620503', DESKTOP],
    ['a home on a telephone', '/board/620503', PHONE],
    ['a list with its filters', '/board/620503/assets?category=operating', DESKTOP],
    ['a list on a telephone', '/board/620503/projects', PHONE],
    ['a card', '/board/620503/assets/620503/AS-COLD-STORE', DESKTOP],
    ['a notice', NOTICE, DESKTOP],
    ['the form of an objection', `${NOTICE}/objection`, DESKTOP],
    ['a screen in the village', '/board/141034100216?kiosk=1', KIOSK],
  ])('goes through all of %s in its order, sees where he is, and comes out', async (_, path, options) => {
    const reader = await Reader.at(browser, board.url, options);
    await reader.open(path);
    await expectWalk(reader.page);
    await reader.close();
  });

  test('goes through a proof, its verdict too', async () => {
    const reader = await Reader.at(browser, board.url, DESKTOP);
    await reader.open('/verify/620503/3');
    await reader.verdict();
    await expectWalk(reader.page);
    await reader.close();
  });

  test('skips what every page begins with', async () => {
    const reader = await Reader.at(browser, board.url, DESKTOP);
    const { page } = reader;
    await reader.open('/board/620503/funds');
    await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement?.className)).toBe('skip');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement?.closest('main')?.id)).toBe('content');
    await reader.close();
  });

  test('narrows a list, opens a line of it and goes back', async () => {
    const reader = await Reader.at(browser, board.url, DESKTOP);
    const { page } = reader;
    await reader.open('/board/620503/assets');
    await page.focus('main input[name=q]');
    await page.keyboard.type('冷藏');
    await page.keyboard.press('Enter');
    await page.waitForURL((url) => url.searchParams.get('q') === '冷藏');
    await page.focus('main tbody th a');
    await page.keyboard.press('Enter');
    await page.waitForURL('**/assets/620503/*');
    await page.goBack();
    expect(await page.inputValue('main input[name=q]')).toBe('冷藏');
    await reader.close();
  });
});

/** Every control of the page is come by once, in the order in which it stands, and shows it; after the last the page is left. */
async function expectWalk(page: Page): Promise<void> {
  const all = await page.evaluate(() => {
    const controls = document.querySelectorAll<HTMLElement>('a[href], button, input, select, textarea, summary');
    const shown = [...controls].filter(
      (control) => control.checkVisibility({ visibilityProperty: true }) && control.getAttribute('type') !== 'hidden',
    );
    return shown.map((control, index) => {
      control.dataset.walk = String(index);
      return control.outerHTML.slice(0, 120);
    });
  });
  const walked: number[] = [];
  const faults: string[] = [];
  for (let steps = 0; steps < all.length * PARTS_OF_A_DAY; steps += 1) {
    await page.keyboard.press('Tab');
    const { index, fault } = await page.evaluate(lookAtFocus);
    if (index === undefined) break;
    if (walked.at(-1) === index) continue;
    walked.push(index);
    if (fault !== undefined) faults.push(`${fault}: ${all[index]}`);
  }
  expect(walked.map((index) => all[index])).toEqual(all);
  expect(faults).toEqual([]);
}

/** Runs in the page: which control has the focus, none where the page was left, and what is wrong with how that shows. */
function lookAtFocus(): { index?: number; fault?: string } {
  const focused = document.activeElement;
  if (!(focused instanceof HTMLElement) || focused.dataset.walk === undefined) return {};
  const index = Number(focused.dataset.walk);
  const { top, left, bottom, right } = focused.getBoundingClientRect();
  if (bottom <= 0 || right <= 0 || top >= innerHeight || left >= innerWidth) return { index, fault: 'is out of sight' };
  const { outlineStyle, outlineWidth, outlineColor } = getComputedStyle(focused);
  if (outlineStyle === 'none' || Number.parseFloat(outlineWidth) < 2) return { index, fault: 'shows no focus' };
  const channels = (color: string) => (color.match(/[\d.]+/g) ?? []).map(Number);
  const brightness = (color: string) => {
    const [red = 0, green = 0, blue = 0] = channels(color).map((value) => {
      const part = value / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const groundOf = (element: Element | null): string => {
    if (element === null) return 'rgb(255, 255, 255)';
    const { backgroundColor } = getComputedStyle(element);
    return channels(backgroundColor)[3] === 0 ? groundOf(element.parentElement) : backgroundColor;
  };
  // WCAG 1.4.11: the line stands outside of the control, on what is around it.
  const [one, other] = [brightness(outlineColor), brightness(groundOf(focused.parentElement))];
  const contrast = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
  return contrast < 3 ? { index, fault: `its focus has a contrast of ${contrast.toFixed(1)}` } : { index };
}
