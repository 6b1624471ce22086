import jsqr from 'jsqr';
import type { Browser, Page } from 'playwright-core';
import { DESKTOP, inBrowser, launchBrowser, PHONE, Reader } from '../support/browser.js';
import { type DemoBoard, startDemoBoard } from '../support/demo-board.js';

const NOTICE = '/board/141034100216/notices/141034100216/N-INCOME-2019-H1';
const CLEANING = '/verify/141034100216/notices/N-PV-CLEANING-2019-H1-141034100216';
const OPENING = '/verify/141034100216/0';
/** A sheet of A4 without its margins, at 96 dots to the inch. */
const A4 = { width: 673, height: 986 };

let board: DemoBoard;
let browser: Browser;

/** What a telephone reads of a code that it is held before. */
async function readCode(page: Page): Promise<string | undefined> {
  const picture = (await page.locator('svg.qr').screenshot()).toString('base64');
  const blank = await page.context().newPage();
  const { data, width, height } = await blank.evaluate(async (base64) => {
    const image = new Image();
    image.src = `data:image/png;base64,${base64}`;
    await image.decode();
    const drawn = new OffscreenCanvas(image.width, image.height).getContext('2d');
    drawn?.drawImage(image, 0, 0);
    const pixels = drawn?.getImageData(0, 0, image.width, image.height).data ?? [];
    return { data: [...pixels], width: image.width, height: image.height };
  }, picture);
  await blank.close();
  return jsqr.default(Uint8ClampedArray.from(data), width, height)?.data;
}

inBrowser('notices in a browser', () => {
  beforeAll(async () => {
    board = await startDemoBoard(['maiji-2021', 'houjialou-2019', 'mishan-2025', 'moudi-2022']);
    browser = await launchBrowser();
  });

  afterAll(async () => {
    await browser?.close();
    await board?.app.close();
  });

  test('a figure that was changed on its way turns the proof red', async () => {
    const reader = await Reader.at(browser, board.url, PHONE);
    const notice = CLEANING;
    await reader.open(notice);
    expect(await reader.verdict()).toContain('good');
    await reader.context.route(`**${notice}`, async (route) => {
      const response = await route.fetch();
      await route.fulfill({ response, body: (await response.text()).replace('>1,500.00<', '>1,600.00<') });
    });
    await reader.open(notice);
    expect(await reader.verdict()).toContain('bad');
    expect(await reader.page.locator('.changed').textContent()).toContain('1,600.00');
    expect(await reader.faults()).toEqual([]);
    await reader.context.unroute(`**${notice}`);
    // What stands once above the rows is said of each of them.
    await reader.context.route(`**${notice}`, async (route) => {
      const response = await route.fetch();
      await route.fulfill({ response, body: (await response.text()).replace('>环境卫生公益岗位<', '>保洁<') });
    });
    await reader.open(notice);
    expect(await reader.verdict()).toContain('bad');
    expect(await reader.page.locator('.changed').textContent()).toBe('保洁');
    await reader.context.unroute(`**${notice}`);
    // In English too, and what it quotes says that it is Chinese.
    await reader.context.route(`**${notice}?lang=en`, async (route) => {
      const response = await route.fetch();
      const text = await response.text();
      await route.fulfill({ response, body: text.replace(/(data-column="policy"[^>]*>)环境卫生公益岗位</, '$1保洁<') });
    });
    await reader.open(`${notice}?lang=en`);
    expect(await reader.verdict()).toContain('bad');
    expect(await reader.page.locator('#verdict [lang=zh-CN]').allTextContents()).toEqual(['保洁', '环境卫生公益岗位']);
    expect(await reader.unsaid()).toEqual([]);
    await reader.close();
  });

  test.each([
    ['the sum below the rows', CLEANING, /(data-sum="[^"]*">)[\d,]+/, '1.00'],
    ['the sum in words', CLEANING, /(data-capitals="[^"]*">)[^<]+/, '壹元整'],
    ['the entries of a row', CLEANING, /(data-entries="[^"]*"><a [^>]*>)\d+/, '999'],
    ['the type of an entry', OPENING, /(data-path="type">)[^<]+/, 'entry.reversed'],
    ['the bytes of an entry', OPENING, /(data-bytes[^>]*>)\{/, '{ '],
  ])('%s that was changed on its way turns the proof red', async (_, path, where, instead) => {
    const reader = await Reader.at(browser, board.url, PHONE);
    await reader.open(path);
    expect(await reader.verdict()).toContain('good');
    await reader.context.route(`**${path}`, async (route) => {
      const response = await route.fetch();
      const text = await response.text();
      const changed = text.replace(where, `$1${instead}`);
      expect(changed).not.toBe(text);
      await route.fulfill({ response, body: changed });
    });
    await reader.open(path);
    expect(await reader.verdict()).toContain('bad');
    expect(await reader.page.locator('.changed').textContent()).toContain(instead);
    await reader.close();
  });

  test.each([
    ['the bytes of an entry', OPENING, 'data-bytes', '页面没有显示记录的原文'],
    ['a posting', '/verify/620503/3', 'data-path="postings[0].amount"', '页面没有显示第 1 条分录'],
  ])('%s that the page does not show turns the proof red', async (_, path, mark, said) => {
    const reader = await Reader.at(browser, board.url, PHONE);
    await reader.context.route(`**${path}`, async (route) => {
      const response = await route.fetch();
      const text = await response.text();
      expect(text).toContain(mark);
      await route.fulfill({ response, body: text.replace(mark, '') });
    });
    await reader.open(path);
    expect(await reader.verdict()).toContain('bad');
    expect(await reader.page.textContent('#verdict')).toContain(said);
    await reader.close();
  });

  test('every notice on a board is found to be what the log says', async () => {
    const reader = await Reader.at(browser, board.url, DESKTOP);
    const found = new Map<string, string>();
    for (const division of ['620503', '141034100216', '532323101']) {
      const { body } = await board.app.get(`/v1/disclosure/divisions/${division}/notices?limit=200`).expect(200);
      for (const { book, id } of body.items) {
        const path = `/verify/${book}/notices/${id}`;
        await reader.open(path);
        found.set(path, await reader.verdict());
      }
    }
    expect(found.has('/verify/620503/notices/N-HOUSEHOLDS-2021')).toBe(true);
    expect([...found].filter(([, state]) => !state.includes('good'))).toEqual([]);
    await reader.close();
  });

  test('anybody files an objection by the form and follows it by its code', async () => {
    const reader = await Reader.at(browser, board.url, PHONE);
    const { page } = reader;
    await reader.open('/board/141034100216/notices/141034100216/N-INCOME-2019-H1/objection');
    await page.fill('#text', '收益总额与村里公布的不一致。');
    await page.fill('#name', '演示人');
    expect(await reader.faults()).toEqual([]);
    await page.click('main button[type=submit]');
    const code = (await page.textContent('.filed-code code')) ?? '';
    expect(code).toMatch(/^[a-z0-9-]{30,}$/);
    expect(await reader.faults()).toEqual([]);
    await reader.open('/board/objections');
    await page.fill('main input:not([type=hidden])', code);
    await page.click('main button[type=submit]');
    await page.waitForSelector('main dl');
    expect(await page.textContent('main')).not.toContain('演示人');
    expect([await reader.faults(), reader.complaints]).toEqual([[], []]);
    await reader.close();
  });

  test.each([
    ['a telephone', PHONE, 'screen'],
    ['a desk', DESKTOP, 'screen'],
    ['paper', { viewport: A4 }, 'print'],
  ] as const)('the code on %s leads to the proof of the notice, and names the key', async (_, options, media) => {
    const reader = await Reader.at(browser, board.url, options);
    const { page } = reader;
    await reader.open(NOTICE);
    await page.emulateMedia({ media });
    const code = new URL((await readCode(page)) ?? '');
    expect(code.pathname).toBe('/verify/141034100216/notices/N-INCOME-2019-H1');
    await reader.open(code.pathname + code.hash);
    expect(await reader.verdict()).toContain('good');
    expect(await page.textContent('#verdict')).toContain('密钥与您扫的纸上印的是同一把');
    await reader.close();
  });

  test.each([
    ['another', '0'.repeat(32), 'bad'],
    ['a part of one', '0'.repeat(31), 'unsure'],
    ['none', 'zz', 'unsure'],
  ])('an address that names %s as the key is not green', async (_, fingerprint, verdict) => {
    const reader = await Reader.at(browser, board.url, DESKTOP);
    await reader.open(`/verify/141034100216/notices/N-INCOME-2019-H1#key=${fingerprint}`);
    expect(await reader.verdict()).toContain(verdict);
    await reader.close();
  });

  test('a notice prints on A4 with all of its rows, and nothing that only a screen needs', async () => {
    const reader = await Reader.at(browser, board.url, { viewport: A4 });
    const { page } = reader;
    await reader.open(NOTICE);
    await page.emulateMedia({ media: 'print' });
    expect(await reader.overflows()).toEqual([]);
    for (const unwanted of ['.top', '.tabs', '.ways', 'footer'])
      expect([unwanted, await page.locator(unwanted).isVisible()]).toEqual([unwanted, false]);
    for (const wanted of ['h1', '.rows thead', '.rows tfoot', '.capitals', 'svg.qr', '.hotline'])
      expect([wanted, await page.locator(wanted).first().isVisible()]).toEqual([wanted, true]);
    const styles = await page.evaluate(() => {
      const styleOf = (which: string) => getComputedStyle(document.querySelector(which) ?? document.body);
      return [styleOf('.rows tbody tr').breakInside, styleOf('.rows thead').display];
    });
    expect(styles).toEqual(['avoid', 'table-header-group']);
    expect((await page.pdf({ format: 'A4' })).subarray(0, 5).toString()).toBe('%PDF-');
    await reader.close();
  });

  test('a notice that was withdrawn says so on its page, on its proof and no longer hangs on the board', async () => {
    const book = '141034100216';
    const reader = await Reader.at(browser, board.url, PHONE);
    const { page } = reader;
    const { body } = await board.app.get(`/v1/disclosure/divisions/${book}/notices?state=standing`).expect(200);
    const { id: standing, title } = body.items[0];
    await reader.open(`/board/${book}`);
    expect(await page.textContent('main')).toContain(title);
    const publisher = await board.app.token('publisher', [book]);
    await board.app
      .post(`/v1/books/${book}/notices/${standing}/withdrawals`, publisher, { reason: '误发' })
      .expect(201);
    await reader.open(`/board/${book}/notices/${book}/${standing}`);
    expect(await page.textContent('.mark.bad')).toContain('撤回原因：误发');
    expect(await reader.faults()).toEqual([]);
    await page.click('.mark.bad a.proof');
    expect(await reader.verdict()).toContain('good');
    expect(await page.textContent('main')).toContain('误发');
    await reader.open(`/verify/${book}/notices/${standing}`);
    expect(await reader.verdict()).toContain('noted');
    expect(await page.textContent('#verdict h2')).toContain('后来撤回了');
    expect(await reader.faults()).toEqual([]);
    await reader.open(`/board/${book}`);
    expect(await page.textContent('main')).not.toContain(title);
    expect(reader.complaints).toEqual([]);
    await reader.close();
  });

  test('a correction and what it corrects lead to each other, and the proof of the old one says so', async () => {
    const reader = await Reader.at(browser, board.url, PHONE);
    const { page } = reader;
    const at = (id: string) => `/board/230382208207/notices/230382/${id}`;
    await reader.open(at('N-GREENHOUSE'));
    await page.click('.mark a');
    await page.waitForURL(`**${at('N-GREENHOUSE-2')}`);
    expect(await page.locator('.was').allTextContents()).toEqual([expect.stringContaining('结余4.07万元')]);
    expect(await reader.faults()).toEqual([]);
    await page.click('.mark a');
    await page.waitForURL(`**${at('N-GREENHOUSE')}`);
    await reader.open('/verify/230382/notices/N-GREENHOUSE');
    expect(await reader.verdict()).toContain('noted');
    expect(await page.textContent('#verdict h2')).toContain('后来更正了');
    expect([await reader.faults(), reader.complaints]).toEqual([[], []]);
    await reader.close();
  });
});
