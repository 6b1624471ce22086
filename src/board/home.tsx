import type { DivisionSummary, Line } from '../disclosure/lines.js';
import type { SumsOfBooks } from '../disclosure/sums-with-below.js';
import { DivisionTable, plainName } from '../divisions/division-table.js';
import { ASSET_CLASSES } from '../domain/assets/assets.js';
import type { DivisionCode } from '../domain/division.js';
import { FUND_LEVELS } from '../domain/funds/register-fund.js';
import { Bars, BigMoney, grouped, sumYuan } from './figures.js';
import { MoneyFlow } from './money-flow.js';
import { linkIn, type Setting } from './page.js';
import { StandingNotices } from './standing-notices.js';
import { ASSET_CLASS_WORDS, FUND_LEVEL_WORDS, placeName, wordOf } from './words.js';
import { fitAbreast, YearChart } from './year-chart.js';

interface SummaryProps {
  setting: Setting;
  summary: DivisionSummary;
}

interface HomeProps extends SummaryProps {
  /** Those that stand on the day, the first to end first. */
  notices: readonly Line<'notice'>[];
  day: string;
  /** Books below that are not in the sums, since they and the book above both tell of what was dispatched between them. */
  apart: readonly DivisionCode[];
  /** Of the divisions right below that have such books. */
  sumsApart: readonly DivisionSummary[];
  /** All books, each yuan once. */
  together: SumsOfBooks | null;
}

/** What came in, where it went, what it became; what is posted now; and the way down. */
export function Home({ setting, summary, notices, day, apart, sumsApart, together }: HomeProps) {
  const { say } = setting;
  if (summary.books.length === 0 && apart.length === 0) {
    return (
      <p class="empty">
        {say(
          '这里还没有公开的账目。可看上一级，或换一天看。',
          'Nothing is disclosed here yet. Look one level up, or on another day.',
        )}
      </p>
    );
  }
  return (
    <>
      <Key setting={setting} summary={summary} />
      <Apart setting={setting} summary={summary} apart={apart} together={together} />
      <StandingNotices setting={setting} division={summary.division} notices={notices} day={day} />
      <MoneyFlow setting={setting} division={summary.division} money={summary.money} />
      {summary.money.length > 0 && (
        <div class="split">
          <CameIn setting={setting} summary={summary} />
          <ByYear setting={setting} summary={summary} />
        </div>
      )}
      <div class="split">
        <Became setting={setting} summary={summary} />
        <Below setting={setting} summary={summary} sumsApart={sumsApart} />
      </div>
      <p class="as-of quiet">
        {say('数字截至', 'The figures are up to')}{' '}
        {summary.books.map(({ book, seq }) => (
          <span key={book}>
            {say(`账套 ${book} 第 ${seq} 号记录`, `entry ${seq} of book ${book}`)}
            {'　'}
          </span>
        ))}
        <a href={linkIn(setting, `/board/${summary.division}/files`)}>
          {say('全部数据的每日文件', 'All of it as files, a set a day')}
        </a>
      </p>
    </>
  );
}

function Key({ setting: { lang, say }, summary: { money, counts } }: SummaryProps) {
  const dispatched = money.filter(({ outcome }) => outcome === 'transit');
  const households = counts.filter(({ kind }) => kind === 'household').reduce((total, { count }) => total + count, 0);
  const figures = [
    { label: say('收到资金', 'Funds received'), items: money },
    ...(dispatched.length > 0 ? [{ label: say('下达下级', 'Dispatched below'), items: dispatched }] : []),
    { label: say('安排使用', 'Put to use'), items: money.filter(({ outcome }) => isInUse(outcome)) },
    { label: say('形成资产', 'Assets made'), items: money.filter(({ outcome }) => outcome.startsWith('asset:')) },
  ];
  return (
    <dl class="key">
      {figures.map(({ label, items }) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>
            <BigMoney amount={sumYuan(items)} lang={lang} />
          </dd>
        </div>
      ))}
      <div>
        <dt>{say('补贴到户', 'Households paid')}</dt>
        <dd>
          <span class="big">
            {households.toLocaleString('en')}
            <span class="unit">{say('户', 'households')}</span>
          </span>
          <span class="exact">
            {grouped(sumYuan(money.filter(({ outcome }) => outcome === 'paid')))} {say('元', 'yuan')}
          </span>
        </dd>
      </div>
    </dl>
  );
}

/** Whose money the figures are of, where books below keep accounts of their own; and what all of them are together. */
function Apart({ setting: { say }, summary, apart, together }: SummaryProps & Pick<HomeProps, 'apart' | 'together'>) {
  if (apart.length === 0) return null;
  const counted = summary.books.map(({ book }) => placeName(book)).join('、');
  const of = (which: (outcome: string) => boolean) =>
    grouped(sumYuan((together?.money ?? []).filter(({ outcome }) => which(outcome))));
  const [all, used, assets] = [of(() => true), of(isInUse), of((outcome) => outcome.startsWith('asset:'))];
  return (
    <p class="note quiet">
      {say(
        `以上是${counted}本级账套的数字。下级还有 ${apart.length} 个账套单独记账，见“下级区划”。`,
        `These figures are of the book of ${counted}. ${apart.length} books below keep accounts of their own: see the divisions below.`,
      )}
      {together !== null &&
        say(
          `本级和下级合计（下达并已到账的只算一次）：收到资金 ${all} 元，安排使用 ${used} 元，形成资产 ${assets} 元。`,
          ` All of them together, with what was dispatched and arrived counted once: received ${all} yuan, put to use ${used}, assets made ${assets}.`,
        )}
    </p>
  );
}

function CameIn({ setting, summary }: SummaryProps) {
  const { say, lang } = setting;
  const levels = Map.groupBy(summary.money, ({ level }) => level);
  return (
    <section aria-labelledby="levels">
      <header>
        <h2 id="levels">{say('资金来源', 'Sources')}</h2>
        <span class="quiet">{say('按层级，元', 'By level, yuan')}</span>
      </header>
      <Bars
        rows={FUND_LEVELS.flatMap((level) => {
          const items = levels.get(level);
          if (items === undefined) return [];
          const href = linkIn(setting, `/board/${summary.division}/funds`, { level });
          return [{ label: wordOf(FUND_LEVEL_WORDS, level, lang), amount: sumYuan(items), href }];
        })}
      />
    </section>
  );
}

function ByYear({ setting: { say, lang }, summary }: SummaryProps) {
  const years = [...Map.groupBy(summary.money, ({ year }) => year)]
    .map(([year, items]) => ({ year, amount: sumYuan(items) }))
    .sort((a, b) => a.year - b.year);
  const isChart = fitAbreast({ years, lang });
  return (
    <section aria-labelledby="years">
      <header>
        <h2 id="years">{say('逐年资金', 'Funds by year')}</h2>
        <span class="quiet">{say(isChart ? '按预算年度，万元' : '按预算年度，元', 'By fiscal year, yuan')}</span>
      </header>
      {isChart ? (
        <YearChart lang={lang} years={years} />
      ) : (
        <Bars rows={years.map(({ year, amount }) => ({ label: String(year), amount }))} />
      )}
    </section>
  );
}

function Became({ setting, summary }: SummaryProps) {
  const { say, lang } = setting;
  const path = `/board/${summary.division}/assets`;
  return (
    <section aria-labelledby="became">
      <header>
        <h2 id="became">{say('形成的资产', 'Assets made')}</h2>
        <a href={linkIn(setting, path)}>{say('资产台账', 'Register')}</a>
      </header>
      <table>
        <thead>
          <tr>
            <th scope="col">{say('类别', 'Class')}</th>
            <th scope="col" class="num">
              {say('数量', 'Count')}
            </th>
            <th scope="col" class="num">
              {say('价值（元）', 'Value, yuan')}
            </th>
          </tr>
        </thead>
        <tbody>
          {ASSET_CLASSES.map((assetClass) => (
            <tr key={assetClass}>
              <th scope="row">
                <a href={linkIn(setting, path, { category: assetClass })}>
                  {wordOf(ASSET_CLASS_WORDS, assetClass, lang)}
                </a>
              </th>
              <td class="num">{countOf(summary, 'asset', assetClass)}</td>
              <td class="num">
                {grouped(sumYuan(summary.money.filter(({ outcome }) => outcome === `asset:${assetClass}`)))}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

/** Those that have something first; the others fold away, since a county has hundreds of villages. */
function Below({ setting, summary, sumsApart }: SummaryProps & Pick<HomeProps, 'sumsApart'>) {
  const { say } = setting;
  const apart = sumsApart.map(({ division, money }) => ({ code: division, money }));
  const sums = new Map([...summary.children, ...apart].map(({ code, money }) => [code, money]));
  const known = DivisionTable.get().children(summary.division);
  const codes = new Set([...known.map(({ code }) => code), ...sums.keys()]);
  const names = new Map(known.map(({ code, name }) => [code, plainName(name)]));
  const [first, others] = [[...codes].filter((code) => sums.has(code)), [...codes].filter((code) => !sums.has(code))];
  // Nothing can be unfolded on a screen on a wall.
  if (codes.size === 0 || (setting.kiosk && first.length === 0)) return null;
  const item = (code: DivisionCode) => {
    const sum = sums.get(code);
    return (
      <li key={code}>
        <a href={linkIn(setting, `/board/${code}`)}>{names.get(code) ?? code}</a>
        {sum !== undefined && <span class="num">{grouped(sumYuan(sum))}</span>}
      </li>
    );
  };
  return (
    <section aria-labelledby="below">
      <header>
        <h2 id="below">{say('下级区划', 'Divisions below')}</h2>
        <span class="quiet">{say('收到资金，元', 'Funds received, yuan')}</span>
      </header>
      {first.length > 0 && <ul class="drill">{first.map(item)}</ul>}
      {others.length > 0 && (
        <details open={first.length === 0 && others.length <= 40}>
          <summary>{say(`其余 ${others.length} 个，暂无账目`, `${others.length} more, without accounts yet`)}</summary>
          <ul class="drill">{others.map(item)}</ul>
        </details>
      )}
    </section>
  );
}

/** For something, and no longer on its way there. */
function isInUse(outcome: string): boolean {
  return ['project', 'wip', 'expense', 'paid'].includes(outcome) || outcome.startsWith('asset:');
}

function countOf({ counts }: DivisionSummary, kind: string, category: string): number {
  return counts
    .filter((item) => item.kind === kind && item.category === category)
    .reduce((total, { count }) => total + count, 0);
}
