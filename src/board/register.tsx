import type { ComponentChildren } from 'preact';
import type { DivisionSummary } from '../disclosure/lines.js';
import { DivisionTable, levelOf, plainName } from '../divisions/division-table.js';
import type { Owner } from '../domain/assets/owners.js';
import type { DivisionLevel } from '../domain/division.js';
import { ASSET_CLASSES } from '../domain/kinds.js';
import { formatYuan, parseYuan, type Yuan } from '../domain/money.js';
import type { Words } from '../domain/words.js';
import { grouped, sumYuan } from './figures.js';
import { linkIn, type Setting } from './page.js';
import { ASSET_CLASS_WORDS, type Lang, OWNER_WORDS, placeName, wordOf } from './words.js';

interface Sum {
  count: number;
  amount: Yuan;
}

/** Assets by whose they are. One that owners of several kinds share is counted once, as shared, so that the sums agree. */
export interface ByOwner extends Sum {
  owner: string;
}

const LEDGER_WORDS: Record<DivisionLevel, Words> = {
  province: { zh: '台账汇总', en: 'All ledgers' },
  city: { zh: '台账汇总', en: 'All ledgers' },
  county: { zh: '总台账', en: 'General ledger' },
  town: { zh: '分台账', en: 'Sub-ledger' },
  village: { zh: '分台账', en: 'Sub-ledger' },
};

interface RegisterProps {
  setting: Setting;
  summary: DivisionSummary;
  /** Undefined where there are more assets than are looked through for one page. */
  byOwner: readonly ByOwner[] | undefined;
}

/** The general ledger of a county, the sub-ledger of a town or village, all ledgers of a city: totals by class and by owner, and the ledgers below. */
export function Register({ setting, summary, byOwner }: RegisterProps) {
  const { say, lang } = setting;
  const ledger = LEDGER_WORDS[levelOf(summary.division)][lang];
  const name = placeName(summary.division);
  const classes = ASSET_CLASSES.map((assetClass) => ({
    label: wordOf(ASSET_CLASS_WORDS, assetClass, lang),
    href: linkIn(setting, `/board/${summary.division}/assets`, { category: assetClass }),
    ...ofClass(summary, assetClass),
  }));
  return (
    <>
      <div class="split">
        <Totals
          setting={setting}
          id="by-class"
          title={`${name} ${ledger}`}
          head={say('类别', 'Class')}
          rows={classes}
        />
        {byOwner !== undefined && (
          <Totals
            setting={setting}
            id="by-owner"
            title={say('归谁所有', 'Whose they are')}
            head={say('所有权人', 'Owner')}
            rows={byOwner.map(({ owner, count, amount }) => ({ label: ownerWords(owner, lang), count, amount }))}
          />
        )}
      </div>
      <Ledgers setting={setting} summary={summary} />
    </>
  );
}

interface TotalsProps {
  setting: Setting;
  id: string;
  title: string;
  head: string;
  rows: readonly (Sum & { label: string; href?: string })[];
}

function Totals({ setting, id, title, head, rows }: TotalsProps) {
  const { say } = setting;
  const all = total(rows);
  return (
    <section aria-labelledby={id}>
      <header>
        <h2 id={id}>{title}</h2>
      </header>
      <table>
        <thead>
          <tr>
            <th scope="col">{head}</th>
            <SumHeads setting={setting} />
          </tr>
        </thead>
        <tbody>
          {rows.map(({ label, href, count, amount }) => (
            <tr key={label}>
              <th scope="row">{href === undefined ? label : <a href={href}>{label}</a>}</th>
              <td class="num">{count}</td>
              <td class="num">{grouped(amount)}</td>
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row">{say('合计', 'In all')}</th>
            <td class="num">{all.count}</td>
            <td class="num">{grouped(all.amount)}</td>
          </tr>
        </tfoot>
      </table>
    </section>
  );
}

function SumHeads({ setting: { say } }: { setting: Setting }) {
  return (
    <>
      <th scope="col" class="num">
        {say('数量', 'Count')}
      </th>
      <th scope="col" class="num">
        {say('原值（元）', 'Value, yuan')}
      </th>
    </>
  );
}

/** Sub-ledgers, with what lies in no division below, so that they add to the ledger above. */
function Ledgers({ setting, summary }: { setting: Setting; summary: DivisionSummary }) {
  const { say, lang } = setting;
  const table = DivisionTable.get();
  const rows = summary.children
    .map(({ code, ...sums }) => ({ code, classes: classesOf({ ...summary, ...sums }) }))
    .filter(({ classes }) => total(classes).count > 0);
  if (rows.length === 0) return null;
  const here = classesOf(summary).map((whole, at) =>
    without(whole, total(rows.map(({ classes }) => classes[at] ?? NONE))),
  );
  return (
    <section aria-labelledby="ledgers">
      <header>
        <h2 id="ledgers">{say('下级台账', 'Ledgers below')}</h2>
        <span class="quiet">{say('件数、元', 'Count, yuan')}</span>
      </header>
      <table class="cards">
        <thead>
          <tr>
            <th scope="col">{say('区划', 'Division')}</th>
            {ASSET_CLASSES.map((assetClass) => (
              <th key={assetClass} scope="col" class="num">
                {wordOf(ASSET_CLASS_WORDS, assetClass, lang)}
              </th>
            ))}
            <SumHeads setting={setting} />
          </tr>
        </thead>
        <tbody>
          {rows.map(({ code, classes }) => (
            <Ledger key={code} setting={setting} classes={classes}>
              <a href={linkIn(setting, `/board/${code}/assets`)}>{plainName(table.find(code)?.name ?? code)}</a>
            </Ledger>
          ))}
          {total(here).count > 0 && (
            <Ledger setting={setting} classes={here}>
              {say('本级直接管理', 'Held here')}
            </Ledger>
          )}
        </tbody>
      </table>
    </section>
  );
}

interface LedgerProps {
  setting: Setting;
  children: ComponentChildren;
  /** Of each class, in their order. */
  classes: readonly Sum[];
}

function Ledger({ setting: { say, lang }, children, classes }: LedgerProps) {
  const { count, amount } = total(classes);
  return (
    <tr>
      <th scope="row">{children}</th>
      {ASSET_CLASSES.map((assetClass, at) => (
        <td key={assetClass} class="num" data-label={wordOf(ASSET_CLASS_WORDS, assetClass, lang)}>
          {grouped((classes[at] ?? NONE).amount)}
        </td>
      ))}
      <td class="num" data-label={say('数量', 'Count')}>
        {count}
      </td>
      <td class="num" data-label={say('原值（元）', 'Value, yuan')}>
        {grouped(amount)}
      </td>
    </tr>
  );
}

/** What owners of an asset count as: their kind, or `shared` where there are several. */
export function ownerGroup(owners: readonly Owner[]): string {
  const kinds = new Set(owners.map(({ kind }) => kind));
  const [only] = kinds;
  return only !== undefined && kinds.size === 1 ? only : 'shared';
}

function ownerWords(owner: string, lang: Lang): string {
  if (owner === 'shared') return lang === 'zh' ? '多类所有权人共有' : 'Shared between kinds';
  return wordOf(OWNER_WORDS, owner, lang);
}

const NONE: Sum = { count: 0, amount: formatYuan(0n) };

function total(sums: readonly Sum[]): Sum {
  return { count: sums.reduce((counted, { count }) => counted + count, 0), amount: sumYuan(sums) };
}

function without(whole: Sum, part: Sum): Sum {
  return { count: whole.count - part.count, amount: formatYuan(parseYuan(whole.amount) - parseYuan(part.amount)) };
}

/** In the order of `ASSET_CLASSES`. */
function classesOf(summary: DivisionSummary): Sum[] {
  return ASSET_CLASSES.map((assetClass) => ofClass(summary, assetClass));
}

function ofClass({ counts, money }: DivisionSummary, assetClass: string): Sum {
  return {
    count: counts
      .filter(({ kind, category }) => kind === 'asset' && category === assetClass)
      .reduce((counted, { count }) => counted + count, 0),
    amount: sumYuan(money.filter(({ outcome }) => outcome === `asset:${assetClass}`)),
  };
}
