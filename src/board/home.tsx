import type { DivisionSummary, Line } from '../disclosure/lines.js';
import { DivisionTable, plainName } from '../divisions/division-table.js';
import { type DivisionCode, isWithin } from '../domain/division.js';
import { ASSET_CLASSES, FUND_LEVELS } from '../domain/kinds.js';
import { Section } from './cards/card-parts.js';
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
  /** Of the division's own books, where books below keep accounts of their own: a part of the summary. */
  own: DivisionSummary | undefined;
}

/** What came in, where it went, what it became; what is posted now; and the way down. */
export function Home({ setting, summary, own, notices, day }: HomeProps) {
  const { say } = setting;
  if (summary.books.length === 0) {
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
      {own === undefined ? (
        <Key setting={setting} summary={summary} />
      ) : (
        <WholeAndOwn setting={setting} summary={summary} own={own} />
      )}
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
        <Below setting={setting} summary={summary} />
      </div>
      <AsOf setting={setting} summary={summary} />
    </>
  );
}

/** More are folded away. */
const MOST_BOOKS = 8;

/** Of what the figures are: each book up to its last entry. */
function AsOf({ setting, summary: { division, books } }: SummaryProps) {
  const { say } = setting;
  const item = ({ book, seq }: DivisionSummary['books'][number]) => (
    <li key={book}>{say(`${placeName(book)}账套 ${book} 第 ${seq} 号记录`, `entry ${seq} of book ${book}`)}</li>
  );
  const [first, others] = [books.slice(0, MOST_BOOKS), books.slice(MOST_BOOKS)];
  return (
    <div class="as-of quiet">
      <span>{say('数字截至', 'The figures are up to')}</span>
      <ul>{first.map(item)}</ul>
      {others.length > 0 && (
        <details>
          <summary>{say(`其余 ${others.length} 个账套`, `${others.length} more books`)}</summary>
          <ul>{others.map(item)}</ul>
        </details>
      )}
      <a href={linkIn(setting, `/board/${division}/files`)}>
        {say('全部数据的每日文件', 'All of it as files, a set a day')}
      </a>
    </div>
  );
}

/** All that came into the place; and beside it what its own books say, which stands in it. */
function WholeAndOwn({ setting, summary, own }: SummaryProps & { own: DivisionSummary }) {
  const { say } = setting;
  const name = placeName(summary.division);
  const isOwn = own.books.some(({ book }) => isWithin(summary.division, book));
  return (
    <>
      <Section
        id="whole"
        title={say(`${name}合计`, `${name} in all`)}
        note={say(
          `本级和下级共 ${summary.books.length} 个账套；上级下达、下级到账的同一笔钱只算一次`,
          `${summary.books.length} books, of here and below; money that one dispatched and another received counts once`,
        )}
      >
        <Key setting={setting} summary={summary} transit={say('下达在途', 'On its way below')} />
      </Section>
      {isOwn && (
        <Section
          id="own"
          title={say(`其中：${name}本级`, `Of this: ${name} itself`)}
          note={say('只算本级账套，下达给下级的在下级使用', 'Its own book alone; what it dispatched is used below')}
        >
          <Key setting={setting} summary={own} isPart />
        </Section>
      )}
    </>
  );
}

interface KeyProps extends SummaryProps {
  /** What money is called that left and stands in no other of the books. */
  transit?: string;
  /** Beside sums that it is a part of. */
  isPart?: boolean;
}

function Key({ setting: { lang, say }, summary: { money, counts }, transit, isPart = false }: KeyProps) {
  const dispatched = money.filter(({ outcome }) => outcome === 'transit');
  const households = counts.filter(({ kind }) => kind === 'household').reduce((total, { count }) => total + count, 0);
  const figures = [
    { label: say('收到资金', 'Funds received'), items: money },
    ...(dispatched.length > 0 ? [{ label: transit ?? say('下达下级', 'Dispatched below'), items: dispatched }] : []),
    { label: say('安排使用', 'Put to use'), items: money.filter(({ outcome }) => isInUse(outcome)) },
    { label: say('形成资产', 'Assets made'), items: money.filter(({ outcome }) => outcome.startsWith('asset:')) },
  ];
  return (
    <dl class={isPart ? 'key within' : 'key'}>
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
function Below({ setting, summary }: SummaryProps) {
  const { say } = setting;
  const sums = new Map(summary.children.map(({ code, money }) => [code, money]));
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
        <a href={linkIn(setting, `/board/${code}`)}>{names.get(code) ?? placeName(code)}</a>
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
