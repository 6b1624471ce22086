import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer as createHttpServer } from 'node:http';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BrowserContext } from 'playwright-core';
import { inBrowser, KIOSK, launchBrowser, launchKept, Reader } from '../support/browser.js';
import { type DemoBoard, startDemoBoard } from '../support/demo-board.js';
import { freePort } from '../support/free-port.js';

const SCREEN = '/board/141034100216?kiosk=1';

let board: DemoBoard;
let folder: string;
let network: Network;
let context: BrowserContext;

/** The way from the screen to the service, which can be cut. */
class Network {
  private readonly sockets = new Set<Socket>();
  private server: Server | undefined;

  constructor(
    private readonly service: number,
    readonly port: number,
  ) {}

  async up(): Promise<void> {
    this.server = createServer((screen) => {
      const service = connect(this.service, '127.0.0.1');
      for (const socket of [screen, service]) {
        this.sockets.add(socket);
        socket.on('error', () => socket.destroy());
      }
      screen.pipe(service).pipe(screen);
    }).listen(this.port, '127.0.0.1');
    await once(this.server, 'listening');
  }

  /** Something on the way answers all by itself, with this status. */
  async answering(status: number): Promise<void> {
    this.server = createHttpServer((_request, response) => {
      response.writeHead(status, { connection: 'close', 'content-type': 'text/plain' }).end('not now');
    }).listen(this.port, '127.0.0.1');
    await once(this.server, 'listening');
  }

  async down(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    this.sockets.clear();
    const closed = this.server && once(this.server, 'close');
    this.server?.close();
    await closed;
  }
}

/** The screen is switched on: a browser with what it kept, and the page that it always opens. Nobody set its zone. */
async function switchOn() {
  context = await launchKept(folder, { ...KIOSK, timezoneId: 'UTC' });
  const [first] = context.pages();
  const page = first ?? (await context.newPage());
  await page.goto(`http://127.0.0.1:${network.port}${SCREEN}`, { waitUntil: 'load' });
  return page;
}

const HOUR_MS = 3_600_000;

/** The instant of such words as 本页取自 2026/11/3 15:09:26. */
function chinaTime(words: string | null): number {
  const [year, month, day, time] = words?.match(/\d\d:\d\d:\d\d|\d+/g) ?? [];
  return Date.parse(`${year}-${month?.padStart(2, '0')}-${day?.padStart(2, '0')}T${time}+08:00`);
}

interface Watched {
  /** So often the browser said that it has no room. */
  refused: number;
  /** Turns that were to come at the same time, at the most. */
  mostWaiting: number;
}

/** Runs in the page before anything of its own: it waits a fiftieth of the time, and nothing can be kept. */
function hurryWithoutRoom(): void {
  const watched: Watched = { refused: 0, mostWaiting: 0 };
  Object.assign(window, watched);
  const seen = window as unknown as Watched;
  const wait = setTimeout;
  let waiting = 0;
  const hurry = (then: () => void, milliseconds = 0) => {
    if (milliseconds < 1_000) return wait(then, milliseconds);
    waiting += 1;
    seen.mostWaiting = Math.max(seen.mostWaiting, waiting);
    return wait(() => {
      waiting -= 1;
      then();
    }, milliseconds / 50);
  };
  Object.assign(window, { setTimeout: hurry });
  caches.open = () => {
    seen.refused += 1;
    return Promise.reject(new DOMException('no room', 'QuotaExceededError'));
  };
}

inBrowser('a screen in the village', () => {
  beforeAll(async () => {
    board = await startDemoBoard(['houjialou-2019']);
    folder = await mkdtemp(join(tmpdir(), 'mingzhang-kiosk-'));
    network = new Network(Number(new URL(board.url).port), await freePort());
    await network.up();
  });

  afterAll(async () => {
    await context?.close();
    await network?.down();
    await board?.app.close();
    if (folder !== undefined) await rm(folder, { recursive: true, force: true });
  });

  test('that is switched on without network shows the last good page with its time, and goes on with the network', async () => {
    let page = await switchOn();
    const figures = await page.textContent('.key');
    await page.evaluate(async (screen) => {
      await navigator.serviceWorker.ready;
      while ((await caches.match(screen)) === undefined) await new Promise((next) => setTimeout(next, 50));
    }, SCREEN);
    expect(await page.textContent('.offline')).toBe('');
    expect(Math.abs(chinaTime(await page.textContent('[data-shown]')) - Date.now())).toBeLessThan(HOUR_MS);
    await context.close();
    await network.down();

    page = await switchOn();
    expect(await page.textContent('.key')).toBe(figures);
    expect(await page.textContent('.offline')).toMatch(/^网络中断，以上是 20\d\d\/\d+\/\d+ \d\d:\d\d:\d\d 的内容$/);
    expect(await page.textContent('[data-shown]')).toBe('');
    const drawings = page.locator('img');
    expect(
      await drawings.evaluateAll((all) => all.map((image) => (image as HTMLImageElement).naturalWidth > 0)),
    ).toEqual([true]);

    await network.up();
    // Where it is as soon as it is there, since it goes on by itself.
    const next = await page.waitForFunction(() =>
      document.querySelector('.offline')?.textContent === '' ? location.pathname : undefined,
    );
    expect(await next.jsonValue()).toBe('/board/141034100216/notices');
  });

  test.each([
    ['asked too often', 429],
    ['out of order', 503],
  ])('that is switched on while the service is %s shows the last good page with its time', async (_, status) => {
    await context.close();
    await network.down();
    await network.answering(status);
    const page = await switchOn();
    expect(await page.textContent('h1')).toBe('后加楼村');
    expect(await page.textContent('.offline')).toMatch(/^网络中断，以上是 20\d\d\/\d+\/\d+ \d\d:\d\d:\d\d 的内容$/);
    // Asked again by the page itself, it is not given up for what came instead.
    const asked = await page.evaluate(async () => (await fetch(document.body.dataset.next ?? '')).status);
    expect(asked).toBe(status);
    expect(await page.textContent('h1')).toBe('后加楼村');
    await network.down();
    await network.up();
  });

  test('that has no room to keep a page turns on at its pace, and does not say that the network is gone', async () => {
    const browser = await launchBrowser();
    try {
      const screen = await Reader.at(browser, board.url, KIOSK);
      await screen.context.addInitScript(hurryWithoutRoom);
      await screen.open(SCREEN);
      await screen.page.waitForFunction(() => (window as unknown as Watched).refused >= 4);
      // What follows upon a refusal has followed once another turn is over.
      expect(await screen.page.evaluate(() => (window as unknown as Watched).mostWaiting)).toBe(1);
      expect(await screen.page.textContent('.offline')).toBe('');
    } finally {
      await browser.close();
    }
  });

  test('keeps no page that may name persons, and no page for anybody else', async () => {
    const page = context.pages()[0] ?? (await context.newPage());
    const notice = '/board/141034100216/notices/141034100216/N-PV-CARE-2019-H1-141034100216';
    const url = `http://127.0.0.1:${network.port}`;
    await page.goto(`${url}${notice}?kiosk=1`, { waitUntil: 'networkidle' });
    await page.goto(`${url}/board/141034100216`, { waitUntil: 'networkidle' });
    const kept = await page.evaluate(async () => (await (await caches.open('kiosk')).keys()).map(({ url }) => url));
    const pages = kept.map((address) => new URL(address)).filter(({ pathname }) => !pathname.includes('/assets/'));
    expect(pages.length).toBeGreaterThan(0);
    expect(pages.map(({ pathname }) => pathname)).not.toContain(notice);
    expect(pages.every(({ searchParams }) => searchParams.get('kiosk') === '1')).toBe(true);
    await network.down();
    await expect(page.goto(`${url}/board/141034100216`)).rejects.toThrow(/ERR_/);
  });
});
