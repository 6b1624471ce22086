import type { DivisionSummary } from '../disclosure/lines.js';
import type { DivisionCode } from '../domain/division.js';
import { type Fen, formatYuan, parseYuan, type Yuan } from '../domain/money.js';
import { type Sankey, sankeyColor, sankeySize, setDepths } from '../drawing/sankey.js';
import { byAmount, grouped, sumYuan } from './figures.js';
import { linkIn, type Setting } from './page.js';
import { FUND_LEVEL_WORDS, type Lang, OUTCOME_WORDS, wordOf } from './words.js';

type Money = DivisionSummary['money'];

/** Further uses are drawn as one, so that labels stay apart. */
const MOST_USES = 8;

/** Who gave the money, what for, and what became of it. Where money is not for anything yet, it goes straight to where it stands. */
export function flowOf(money: Money, lang: Lang): Sankey {
  const largest = [...Map.groupBy(money.filter(hasUse), ({ use }) => use)]
    .map(([use, items]) => ({ use, amount: sumYuan(items) }))
    .sort(byAmount);
  const shown = new Set(largest.slice(0, largest.length > MOST_USES + 1 ? MOST_USES : undefined).map(({ use }) => use));
  const rest = largest.length - shown.size;
  const nodes = new Map<string, Sankey['nodes'][number] & { amountFen: Fen }>();
  const links = new Map<string, Sankey['links'][number]>();
  const node = (name: string, label: string, color: string) => {
    const known = nodes.get(name) ?? { name, label, color: sankeyColor(color), figures: '', depth: 0, amountFen: 0n };
    nodes.set(name, known);
    return known;
  };
  const link = (source: string, target: string, amountFen: Fen) => {
    const known = links.get(`${source} ${target}`) ?? { source, target, amountFen: 0n };
    known.amountFen += amountFen;
    links.set(`${source} ${target}`, known);
  };
  for (const item of money) {
    const amountFen = parseYuan(item.amount);
    const from = node(`level ${item.level}`, wordOf(FUND_LEVEL_WORDS, item.level, lang), 'source');
    const to = node(
      `outcome ${item.outcome}`,
      wordOf(OUTCOME_WORDS, item.outcome, lang),
      item.outcome.split(':')[0] ?? '',
    );
    from.amountFen += amountFen;
    to.amountFen += amountFen;
    if (!hasUse(item)) {
      link(from.name, to.name, amountFen);
      continue;
    }
    const isShown = shown.has(item.use);
    const others = lang === 'zh' ? `其他 ${rest} 类` : `${rest} other uses`;
    const use = node(isShown ? `use ${item.use}` : 'others', isShown ? useWords(item.use, lang) : others, 'project');
    use.amountFen += amountFen;
    link(from.name, use.name, amountFen);
    link(use.name, to.name, amountFen);
  }
  setDepths(nodes, links.values());
  return {
    nodes: [...nodes.values()].map(({ amountFen, ...rest }) => ({ ...rest, figures: grouped(formatYuan(amountFen)) })),
    links: [...links.values()],
  };
}

interface MoneyFlowProps {
  setting: Setting;
  division: DivisionCode;
  money: Money;
}

/** The drawing, and the same in a table for those who cannot see it. */
export function MoneyFlow({ setting, division, money }: MoneyFlowProps) {
  const { say, lang } = setting;
  if (money.length === 0) return null;
  const path = `/board/${division}/money.svg`;
  return (
    <section aria-labelledby="flow">
      <header>
        <h2 id="flow">{say('钱从哪里来，用到哪里，变成什么', 'Where money came from, went, and what it became')}</h2>
        <span class="quiet">{say('单位：元', 'In yuan')}</span>
      </header>
      <Drawing
        setting={setting}
        path={path}
        sankey={flowOf(money, lang)}
        alt={say('资金流向图，数字见下表', 'Flow of money; the figures are in the table below')}
      />
      <details>
        <summary>{say('以表格看', 'As a table')}</summary>
        <FlowTable setting={setting} money={money} />
      </details>
    </section>
  );
}

interface DrawingProps {
  setting: Setting;
  path: string;
  sankey: Sankey;
  alt: string;
}

/**
 * Keeps its place free while it loads. Narrow screens get a drawing of their own, and so does a village screen, where its
 * letters are large. Elsewhere it leads to itself alone, to be looked at more closely.
 */
export function Drawing({ setting, path, sankey, alt }: DrawingProps) {
  const [wide, narrow] = [sankeySize(sankey, 'wide'), sankeySize(sankey, 'narrow')];
  const source = linkIn(setting, path, { shape: 'narrow' });
  if (setting.kiosk)
    return (
      <figure class="flow">
        <img src={source} width={narrow.width} height={narrow.height} alt={alt} />
      </figure>
    );
  return (
    <figure class="flow">
      <a href={linkIn(setting, path)}>
        <picture>
          <source media="(max-width: 60rem)" srcset={source} width={narrow.width} height={narrow.height} />
          <img src={linkIn(setting, path)} width={wide.width} height={wide.height} alt={alt} />
        </picture>
      </a>
    </figure>
  );
}

function FlowTable({ setting: { say, lang }, money }: Pick<MoneyFlowProps, 'setting' | 'money'>) {
  const rows = [...Map.groupBy(money, ({ level, use, outcome }) => JSON.stringify([level, use, outcome])).values()]
    .flatMap((items) => (items[0] === undefined ? [] : [{ ...items[0], amount: sumYuan(items) }]))
    .sort(byAmount);
  return (
    <table class="cards">
      <thead>
        <tr>
          <th scope="col">{say('来源层级', 'From')}</th>
          <th scope="col">{say('用途', 'For')}</th>
          <th scope="col">{say('现状', 'Became')}</th>
          <th scope="col" class="num">
            {say('金额（元）', 'Yuan')}
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ level, use, outcome, amount }) => (
          <tr key={`${level} ${use} ${outcome}`}>
            <th scope="row">{wordOf(FUND_LEVEL_WORDS, level, lang)}</th>
            <td data-label={say('用途', 'For')}>{use === outcome ? '—' : useWords(use, lang)}</td>
            <td data-label={say('现状', 'Became')}>{wordOf(OUTCOME_WORDS, outcome, lang)}</td>
            <td class="num" data-label={say('金额（元）', 'Yuan')}>
              {grouped(amount)}
            </td>
          </tr>
        ))}
      </tbody>
      <tfoot>
        <tr>
          <th scope="row" colSpan={3}>
            {say('合计', 'Total')}
          </th>
          <td class="num">{grouped(sumYuan(money))}</td>
        </tr>
      </tfoot>
    </table>
  );
}

/** For something: else the outcome alone says where it stands. */
function hasUse({ use, outcome }: { use: string; outcome: string; amount?: Yuan }): boolean {
  return use !== outcome;
}

function useWords(use: string, lang: Lang): string {
  if (use === 'opening') return lang === 'zh' ? '期初已有' : 'Older than the book';
  return use;
}
