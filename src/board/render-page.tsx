import type { ComponentChildren, VNode } from 'preact';
import { render } from 'preact-render-to-string';
import { type Division, DivisionTable, type FormerDivision, levelOf, plainName } from '../divisions/division-table.js';
import type { DivisionCode } from '../domain/division.js';
import { Former } from './former.js';
import { markChinese } from './languages.js';
import { Kept, linkIn, type Setting, shownMoment, TABS, type Tab, tabTitle } from './page.js';
import { KIOSK_SCRIPT, STYLE } from './public-files.js';

/** What stands around the content of a page. */
export interface Frame {
  setting: Setting;
  title: string;
  /** That the page is about; none for the page above all. */
  division?: DivisionCode | undefined;
  tab?: Tab;
  /** What stands above the heading: the kind of thing that the page is about. */
  kicker?: string;
  /** What a page of a day past says of itself, where it is not just what it was. */
  moment?: string | undefined;
}

/** A village screen turns through these, each for as long as it takes to read from some steps away. */
const KIOSK_TURNS: readonly Tab[] = ['home', 'notices', 'funds', 'projects', 'assets', 'income'];
const KIOSK_SECONDS = 20;

/** The last element of every page. */
const END = 'end';

/** An attribute that Preact's types do not know yet. */
const BLOCKING = { blocking: 'render' };

/** A whole page as HTML. */
export function renderPage(frame: Frame, content: VNode): string {
  const html = render(<Page frame={frame}>{content}</Page>);
  return `<!doctype html>${frame.setting.lang === 'en' ? markChinese(html) : html}`;
}

function Page({ frame, children }: { frame: Frame; children: ComponentChildren }) {
  const { setting, title, division, tab, kicker, moment } = frame;
  const { lang, say, kiosk } = setting;
  const former = division === undefined ? undefined : DivisionTable.get().formerly(division);
  const path = pathTo(division, former);
  const here = path.at(-1);
  const name = here === undefined ? '' : plainName(here.name);
  const next = kiosk && here !== undefined ? kioskNext(setting, here, tab) : undefined;
  return (
    <html lang={lang === 'zh' ? 'zh-CN' : 'en'} class={kiosk ? 'kiosk' : undefined}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>{[title, name, say('明账', 'Mingzhang')].filter((part) => part !== '').join(' · ')}</title>
        <link rel="stylesheet" href={STYLE} />
        {/* A page is first painted whole: what comes in later would widen columns and push aside what is being read. */}
        <link rel="expect" href={`#${END}`} {...BLOCKING} />
        <link rel="icon" href="data:," />
        {next !== undefined && (
          <>
            <script src={KIOSK_SCRIPT} defer />
            <noscript>
              <meta http-equiv="refresh" content={`${KIOSK_SECONDS};url=${next}`} />
            </noscript>
          </>
        )}
      </head>
      <body
        {...(next !== undefined && { 'data-next': next, 'data-seconds': KIOSK_SECONDS })}
        data-keep={next !== undefined && isTurned(setting, here, tab) ? '' : undefined}
      >
        <a class="skip" href="#content">
          {say('跳到正文', 'Skip to content')}
        </a>
        {!kiosk && <Top setting={setting} here={here} />}
        {!kiosk && (
          <div class="wide">
            <Path setting={setting} path={path} />
          </div>
        )}
        <main id="content">
          <div class="wide head">
            <div class="title">
              {kicker !== undefined && <p class="kicker">{kicker}</p>}
              {kiosk && title !== '' && kicker === undefined && <p class="kicker">{name}</p>}
              <h1>{title === '' ? name : title}</h1>
            </div>
            {here !== undefined && !kiosk && <Tabs setting={setting} here={here} current={tab} />}
          </div>
          {former !== undefined && <Former setting={setting} former={former} />}
          <Moment setting={setting} said={moment} />
          <div class="wide body">{children}</div>
        </main>
        {kiosk ? <KioskFoot setting={setting} /> : <Foot setting={setting} />}
      </body>
    </html>
  );
}

function pathTo(division: DivisionCode | undefined, former: FormerDivision | undefined): Division[] {
  const path = division === undefined ? [] : DivisionTable.get().path(division);
  return former === undefined ? path : [...path, { ...former, level: levelOf(former.code) }];
}

function kioskNext(setting: Setting, here: Division, tab: Tab | undefined): string {
  const next = KIOSK_TURNS[(KIOSK_TURNS.indexOf(tab ?? 'home') + 1) % KIOSK_TURNS.length] ?? 'home';
  return linkIn(setting, pathOf(here, next));
}

/** Those that the screen turns through tell of nobody by name, so a screen may keep them. */
function isTurned({ url }: Setting, here: Division | undefined, tab: Tab | undefined): boolean {
  return here !== undefined && KIOSK_TURNS.some((turn) => turn === tab && url.pathname === pathOf(here, turn));
}

function pathOf({ code }: Division, tab: Tab): string {
  return tab === 'home' ? `/board/${code}` : `/board/${code}/${tab}`;
}

/** The script writes the time into it: that of the page which is shown, also when the network is gone. */
function KioskFoot({ setting: { say } }: { setting: Setting }) {
  return (
    <footer id={END}>
      <div class="wide">
        <span>{say('监督举报电话 12317', 'Hotline 12317')}</span>
        <span data-shown={say('本页取自 {time}', 'This page is of {time}')} />
        <span
          class="offline"
          role="status"
          data-offline={say('网络中断，以上是 {time} 的内容', 'No network: the above is of {time}')}
        />
      </div>
    </footer>
  );
}

function Top({ setting, here }: { setting: Setting; here: Division | undefined }) {
  const { lang, say, url } = setting;
  const other = new URL(url);
  if (lang === 'zh') other.searchParams.set('lang', 'en');
  else other.searchParams.delete('lang');
  return (
    <header class="top">
      <div class="wide">
        <a class="brand" href={linkIn(setting, '/board')}>
          {say('明账 · 公示栏', 'Mingzhang · Public board')}
        </a>
        <a
          href={other.pathname + other.search}
          hreflang={lang === 'zh' ? 'en' : 'zh-CN'}
          lang={lang === 'zh' ? 'en' : 'zh-CN'}
        >
          {lang === 'zh' ? 'English' : '中文'}
        </a>
        <search>
          <form action="/board/search">
            <input
              type="search"
              name="q"
              required
              aria-label={say('搜索', 'Search')}
              placeholder={say('地名、项目、资产…', 'Place, project, asset…')}
            />
            {here !== undefined && <input type="hidden" name="within" value={here.code} />}
            <Kept setting={setting} />
            <button type="submit">{say('搜索', 'Search')}</button>
          </form>
        </search>
      </div>
    </header>
  );
}

function Path({ setting, path }: { setting: Setting; path: readonly Division[] }) {
  if (path.length === 0) return null;
  return (
    <nav aria-label={setting.say('所在行政区划', 'Division')}>
      <ol class="path">
        <li>
          <a href={linkIn(setting, '/board')}>{setting.say('全国', 'All')}</a>
        </li>
        {path.map(({ code, name }) => (
          <li key={code}>
            <a href={linkIn(setting, `/board/${code}`)}>{plainName(name)}</a>
          </li>
        ))}
      </ol>
    </nav>
  );
}

function Tabs({ setting, here, current }: { setting: Setting; here: Division; current: Tab | undefined }) {
  return (
    <nav class="tabs" aria-label={setting.say('栏目', 'Sections')}>
      <ul>
        {TABS.map((tab) => (
          <li key={tab}>
            <a href={linkIn(setting, pathOf(here, tab))} aria-current={tab === current ? 'page' : undefined}>
              {tabTitle(setting, tab)}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}

function Moment({ setting, said }: { setting: Setting; said: string | undefined }) {
  const { asOf, say, url } = setting;
  if (asOf === undefined) return null;
  const now = new URL(url);
  now.searchParams.delete('asOf');
  now.searchParams.delete('after');
  return (
    <div class="moment" role="note">
      <div class="wide">
        {said ??
          say(`这是本页在 ${shownMoment(asOf)} 的样子。`, `This is the page as it stood on ${shownMoment(asOf)}.`)}{' '}
        <a href={now.pathname + now.search}>{say('看现在', 'See it now')}</a>
      </div>
    </div>
  );
}

function Foot({ setting }: { setting: Setting }) {
  const { say, asOf, url } = setting;
  return (
    <footer id={END}>
      <div class="wide">
        <span>
          {say(
            '谁分配、谁使用，谁公开；分配到哪里，公开到哪里。监督举报 12317',
            'Whoever allots or uses the money discloses it. Hotline 12317',
          )}
        </span>
        <span>
          {say('每个数字都可以对照签名的日志核对', 'Every figure can be checked against the signed log')} ·{' '}
          <a href="/docs">API</a>
        </span>
        <form action={url.pathname}>
          {[...url.searchParams]
            .filter(([name]) => name !== 'asOf' && name !== 'after')
            .map(([name, value]) => (
              <input key={name} type="hidden" name={name} value={value} />
            ))}
          <label>
            {say('看某一天的本页：', 'This page on a day: ')}
            <input type="date" name="asOf" value={asOf?.slice(0, 10)} />
          </label>{' '}
          <button type="submit">{say('查看', 'Show')}</button>
        </form>
      </div>
    </footer>
  );
}
