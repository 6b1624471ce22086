import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { PATIENT_MS } from './patient.js';

/** Debian's; playwright's own browsers are not downloaded. */
const CHROMIUM = '/usr/bin/chromium';

/** Chromium is no package of npm: where the machine has none that runs, these tests say so and are skipped. */
const runs = spawnSync(CHROMIUM, ['--version']).status === 0;
export const inBrowser = (name: string, tests: () => void) => (runs ? describe : describe.skip)(name, tests);
if (!runs) console.warn(`There is no ${CHROMIUM} that runs: tests in a browser are skipped.`);

const LAUNCH = {
  executablePath: CHROMIUM,
  timeout: PATIENT_MS,
  args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
};
const HERE: BrowserContextOptions = { locale: 'zh-CN', timezoneId: 'Asia/Shanghai' };

export function launchBrowser(): Promise<Browser> {
  return chromium.launch(LAUNCH);
}

/** A browser that keeps in the folder what pages keep, for the next time it is started. */
export async function launchKept(folder: string, options: BrowserContextOptions): Promise<BrowserContext> {
  return patient(await chromium.launchPersistentContext(folder, { ...LAUNCH, ...HERE, ...options }));
}

function patient(context: BrowserContext): BrowserContext {
  context.setDefaultTimeout(PATIENT_MS);
  return context;
}

interface Axe {
  run(
    context: Document,
    options: { resultTypes: ['violations'] },
  ): Promise<{ violations: { id: string; nodes: { target: string[] }[] }[] }>;
}
const axeSource = readFileSync(fileURLToPath(import.meta.resolve('axe-core/axe.min.js')), 'utf8');

export const PHONE: BrowserContextOptions = { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true };
export const TABLET: BrowserContextOptions = { viewport: { width: 768, height: 1024 }, hasTouch: true };
export const DESKTOP: BrowserContextOptions = { viewport: { width: 1280, height: 900 } };
export const KIOSK: BrowserContextOptions = { viewport: { width: 1080, height: 1920 } };

/** Somebody with a browser, who notices everything that goes wrong in it. */
export class Reader {
  /** Addresses asked of any host but ours, errors of scripts, answers of 400 and above. */
  readonly complaints: string[] = [];
  /** Bytes of each answer since the last page was opened, by address. */
  private bytes = new Map<string, Promise<number>>();

  private constructor(
    readonly context: BrowserContext,
    readonly page: Page,
    readonly url: string,
  ) {}

  static async at(browser: Browser, url: string, options: BrowserContextOptions): Promise<Reader> {
    const context = patient(await browser.newContext({ ...HERE, ...options }));
    await context.addInitScript(watchShifts);
    const reader = new Reader(context, await context.newPage(), url);
    reader.watch();
    return reader;
  }

  async open(path: string): Promise<number> {
    this.bytes = new Map();
    const response = await this.page.goto(new URL(path, this.url).href, { waitUntil: 'load' });
    return response?.status() ?? 0;
  }

  /** Of the page with all that it loaded. */
  async bytesOfPage(): Promise<number> {
    return (await Promise.all(this.bytes.values())).reduce((sum, bytes) => sum + bytes, 0);
  }

  /** What is wrong with the page that is open: what axe finds, and what is wrong with its looks. */
  async faults(): Promise<string[]> {
    await this.page.evaluate(axeSource);
    const found = await this.page.evaluate(async () => {
      // What it found to be right, which is most of what it tells, stays in the page: passing it on is a third of the work.
      const { violations } = await (window as unknown as { axe: Axe }).axe.run(document, {
        resultTypes: ['violations'],
      });
      return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`);
    });
    return [...found, ...(await this.looks())];
  }

  /** What does not fit, what does not say its language, what moved while the page loaded: a tenth of the work of `faults`. */
  async looks(): Promise<string[]> {
    return [...(await this.overflows()), ...(await this.unsaid()), ...(await this.shifts())];
  }

  /** Texts in a language that neither the page nor anything around them says (WCAG 3.1.2): a screen reader reads them wrong. */
  unsaid(): Promise<string[]> {
    return this.page.evaluate(() => {
      const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
      const faults: string[] = [];
      for (let node = texts.nextNode(); node !== null; node = texts.nextNode()) {
        const text = node.textContent?.trim() ?? '';
        const lang = node.parentElement?.closest('[lang]')?.getAttribute('lang')?.slice(0, 2);
        const isCode = node.parentElement?.closest('pre, code, noscript, script') !== null;
        if (lang !== 'zh' && /\p{Script=Han}/u.test(text)) faults.push(`does not say that it is Chinese: ${text}`);
        if (lang !== 'en' && !isCode && /(?:[a-z]{2,} ){3}[a-z]{2,}/i.test(text))
          faults.push(`does not say that it is English: ${text}`);
      }
      return faults;
    });
  }

  /** What sticks out sideways, and figures that are broken over lines. */
  overflows(): Promise<string[]> {
    return this.page.evaluate(() => {
      const { scrollWidth, clientWidth } = document.scrollingElement ?? document.documentElement;
      const broken = [...document.querySelectorAll('body *')].filter(({ childNodes: [text, ...more] }) => {
        if (!(text instanceof Text) || more.length > 0 || !/^\s*-?\d[\d,.]*\s*$/.test(text.data)) return false;
        const range = document.createRange();
        range.selectNodeContents(text);
        return new Set([...range.getClientRects()].map(({ top }) => Math.round(top))).size > 1;
      });
      return [
        ...(scrollWidth > clientWidth ? [`scrolls ${scrollWidth - clientWidth} px sideways`] : []),
        ...broken.map(({ textContent }) => `breaks ${textContent}`),
      ];
    });
  }

  /** What moved on the open page since it was first painted. */
  async shifts(): Promise<string[]> {
    const { pathname } = new URL(this.page.url());
    const moved = await this.page.evaluate(async () => {
      // What has moved is told after the next frame.
      await new Promise((next) => requestAnimationFrame(() => setTimeout(next, 0)));
      return (window as { shifts?: string[] }).shifts ?? [];
    });
    return moved.map((shift) => `${pathname} shifts ${shift}`);
  }

  /** What a page of proof says at last, as the class of its verdict: `good`, `noted`, `bad` or `unsure`. */
  async verdict(): Promise<string> {
    await this.page.waitForSelector('#verdict.good, #verdict.noted, #verdict.bad, #verdict.unsure:not(:has(p))');
    return (await this.page.locator('#verdict').getAttribute('class')) ?? '';
  }

  /** Makes the browser so many times slower, as it is beside others on a busy machine and on a cheap telephone. */
  async slowDown(rate: number): Promise<void> {
    const session = await this.context.newCDPSession(this.page);
    await session.send('Emulation.setCPUThrottlingRate', { rate });
  }

  /** Addresses on our host that the page leads to, as paths with their query. */
  links(): Promise<string[]> {
    return this.page.evaluate(() =>
      Array.from(document.querySelectorAll('a[href]'), (link) => new URL((link as HTMLAnchorElement).href))
        .filter(({ origin }) => origin === location.origin)
        .map(({ pathname, search }) => pathname + search),
    );
  }

  close(): Promise<void> {
    return this.context.close();
  }

  private watch(): void {
    const { origin } = new URL(this.url);
    this.page.on('request', (request) => {
      const { protocol, origin: asked } = new URL(request.url());
      if (protocol !== 'data:' && asked !== origin) this.complaints.push(`asks ${asked}`);
    });
    this.page.on('response', (response) => {
      if (response.status() >= 400) this.complaints.push(`${response.status()} ${new URL(response.url()).pathname}`);
      this.bytes.set(
        response.url(),
        response.body().then(
          ({ length }) => length,
          () => 0,
        ),
      );
    });
    this.page.on('pageerror', (error) => this.complaints.push(error.message));
    this.page.on('console', (message) => {
      if (message.type() === 'error') this.complaints.push(message.text());
    });
  }
}

/** Runs in the page before anything of its own. */
function watchShifts(): void {
  type Shift = PerformanceEntry & { value: number; sources: { node: Node | null }[] };
  const shifts: string[] = [];
  Object.assign(window, { shifts });
  new PerformanceObserver((list) => {
    for (const { value, sources } of list.getEntries() as Shift[])
      shifts.push(`by ${value}: ${sources.map(({ node }) => node?.textContent?.trim().slice(0, 40)).join(' | ')}`);
  }).observe({ type: 'layout-shift', buffered: true });
}
