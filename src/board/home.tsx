import type { DivisionSummary } from '../disclosure/lines.js';
import { DivisionTable, plainName } from '../divisions/division-table.js';
import { ASSET_CLASSES } from '../domain/assets/assets.js';
import { formatYuan, parseYuan, type Yuan } from '../domain/money.js';
import { Bars, BigMoney, grouped } from './figures.js';
import { linkIn, type Setting } from './page.js';
import { ASSET_CLASS_WORDS, FUND_LEVEL_WORDS, wordOf } from './words.js';
import { YearChart } from './year-chart.js';

interface HomeProps {
  setting: Setting;
  summary: DivisionSummary;
}

/** What came in, where it went, what it became; and the way down. */
export function Home({ setting, summary }: HomeProps) {
  return (
    <>
      <Key setting={setting} summary={summary} />
      <div class="split">
        <CameIn setting={setting} summary={summary} />
        <ByYear setting={setting} summary={summary} />
      </div>
      <div class="split">
        <Became setting={setting} summary={summary} />
        <Below setting={setting} summary={summary} />
      </div>
    </>
  );
}

function Key({ setting: { lang, say }, summary }: HomeProps) {
  return (
    <dl class="key">
      <div>
        <dt>{say('收到资金', 'Funds received')}</dt>
        <dd>
          <BigMoney amount={sum(summary.money)} lang={lang} />
        </dd>
      </div>
      <div>
        <dt>{say('安排使用', 'Put to use')}</dt>
        <dd>
          <BigMoney amount={sum(summary.money.filter(({ outcome }) => isInUse(outcome)))} lang={lang} />
        </dd>
      </div>
      <div>
        <dt>{say('形成资产', 'Assets made')}</dt>
        <dd>
          <BigMoney amount={sum(summary.money.filter(({ outcome }) => outcome.startsWith('asset:')))} lang={lang} />
        </dd>
      </div>
      <div>
        <dt>{say('补贴到户', 'Households paid')}</dt>
        <dd>
          <span class="big">
            {countOf(summary, 'household').toLocaleString('en')}
            <span class="unit">{say('户', 'households')}</span>
          </span>
          <span class="exact">
            {grouped(sum(summary.money.filter(({ outcome }) => outcome === 'paid')))} {say('元', 'yuan')}
          </span>
        </dd>
      </div>
    </dl>
  );
}

function CameIn({ setting, summary }: HomeProps) {
  const { say, lang } = setting;
  const levels = Map.groupBy(summary.money, ({ level }) => level);
  return (
    <section aria-labelledby="levels">
      <header>
        <h2 id="levels">{say('资金来源（按层级，元）', 'Sources by level, yuan')}</h2>
      </header>
      <Bars
        rows={[...levels].map(([level, items]) => ({
          label: wordOf(FUND_LEVEL_WORDS, level, lang),
          amount: sum(items),
          href: linkIn(setting, `/board/${summary.division}/funds`, { level }),
        }))}
      />
    </section>
  );
}

function ByYear({ setting: { say, lang }, summary }: HomeProps) {
  const years = Map.groupBy(summary.money, ({ year }) => year);
  return (
    <section aria-labelledby="years">
      <header>
        <h2 id="years">{say('逐年资金', 'Funds by year')}</h2>
      </header>
      <YearChart
        lang={lang}
        years={[...years].map(([year, items]) => ({ year, amount: sum(items) })).sort((a, b) => a.year - b.year)}
      />
    </section>
  );
}

function Became({ setting, summary }: HomeProps) {
  const { say, lang } = setting;
  return (
    <section aria-labelledby="became">
      <header>
        <h2 id="became">{say('形成的资产', 'Assets made')}</h2>
        <a href={linkIn(setting, `/board/${summary.division}/assets`)}>{say('资产台账', 'Register')}</a>
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
                <a href={linkIn(setting, `/board/${summary.division}/assets`, { category: assetClass })}>
                  {wordOf(ASSET_CLASS_WORDS, assetClass, lang)}
                </a>
              </th>
              <td class="num">{countOf(summary, 'asset', assetClass)}</td>
              <td class="num">
                {grouped(sum(summary.money.filter(({ outcome }) => outcome === `asset:${assetClass}`)))}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Below({ setting, summary }: HomeProps) {
  const { say } = setting;
  if (summary.children.length === 0) return null;
  const table = DivisionTable.get();
  return (
    <section aria-labelledby="below">
      <header>
        <h2 id="below">{say('下级区划（安排资金，元）', 'Divisions below, yuan')}</h2>
      </header>
      <ul class="drill">
        {summary.children.map(({ code, money }) => (
          <li key={code}>
            <a href={linkIn(setting, `/board/${code}`)}>{plainName(table.find(code)?.name ?? code)}</a>
            <span class="num">{grouped(sum(money))}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** For something, and no longer on its way there. */
function isInUse(outcome: string): boolean {
  return ['project', 'wip', 'expense', 'paid'].includes(outcome) || outcome.startsWith('asset:');
}

function countOf({ counts }: DivisionSummary, kind: string, category?: string): number {
  return counts
    .filter((item) => item.kind === kind && (category === undefined || item.category === category))
    .reduce((total, { count }) => total + count, 0);
}

function sum(items: readonly { amount: Yuan }[]): Yuan {
  return formatYuan(items.reduce((total, { amount }) => total + parseYuan(amount), 0n));
}
