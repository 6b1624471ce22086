import { LIST_OF, type LineKind } from '../disclosure/lines.js';
import type { Lang, Say } from './words.js';

/** What every page needs to know of the request that asks for it. */
export interface Setting {
  lang: Lang;
  say: Say;
  /** The page's own address, with its query but without what is in this setting. */
  url: URL;
  /** The day (whose end counts) or instant that the page is asked as of; undefined for now. */
  asOf: string | undefined;
  kiosk: boolean;
}

export const TABS = [
  'home',
  'notices',
  'funds',
  'allocations',
  'integrations',
  'projects',
  'payouts',
  'assets',
  'income',
  'compliance',
] as const;
export type Tab = (typeof TABS)[number];

const TAB_WORDS: Record<Tab, [zh: string, en: string]> = {
  home: ['总览', 'Overview'],
  notices: ['公告公示', 'Notices'],
  funds: ['资金', 'Funds'],
  allocations: ['分配', 'Allocations'],
  integrations: ['统筹整合', 'Integration'],
  projects: ['项目', 'Projects'],
  payouts: ['补贴发放', 'Payouts'],
  assets: ['资产台账', 'Assets'],
  income: ['资产收益', 'Income'],
  compliance: ['公开情况', 'Compliance'],
};

/** The tab that shows the lines of a kind. */
export const TAB_OF: Record<LineKind, Tab> = LIST_OF;

export function tabTitle({ say }: Setting, tab: Tab): string {
  return say(...TAB_WORDS[tab]);
}

/** A link that keeps language, day and kiosk of the page that it stands on. */
export function linkIn(
  { lang, asOf, kiosk }: Setting,
  path: string,
  query: Record<string, string | undefined> = {},
): string {
  const parameters = new URLSearchParams();
  const all = { ...query, asOf, lang: lang === 'en' ? 'en' : undefined, kiosk: kiosk ? '1' : undefined };
  for (const [name, value] of Object.entries(all)) if (value !== undefined && value !== '') parameters.set(name, value);
  const text = parameters.toString();
  return text === '' ? path : `${path}?${text}`;
}

/** A form keeps language and day of the page that it stands on. */
export function Kept({ setting: { lang, asOf, kiosk } }: { setting: Setting }) {
  return (
    <>
      {lang === 'en' && <input type="hidden" name="lang" value="en" />}
      {asOf !== undefined && <input type="hidden" name="asOf" value={asOf} />}
      {kiosk && <input type="hidden" name="kiosk" value="1" />}
    </>
  );
}

export function shownMoment(asOf: string): string {
  return asOf.replace('T', ' ');
}
