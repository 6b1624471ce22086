import { formatYuan, parseYuan, type Yuan } from '../domain/money.js';
import type { Lang } from './words.js';

const FEN_IN_WAN = 1_000_000n;

/** `1250000.00` as `1,250,000.00`. */
export function grouped(amount: Yuan): string {
  const [yuan = '', fen = '00'] = amount.split('.');
  return `${yuan.replace(/\B(?=(\d{3})+$)/g, ',')}.${fen}`;
}

/** Ten thousands of yuan, exact: `125`, `30862.6147`; never rounded. */
export function inWan(amount: Yuan): string {
  const fen = parseYuan(amount);
  const sign = fen < 0n ? '-' : '';
  const size = fen < 0n ? -fen : fen;
  const rest = (size % FEN_IN_WAN).toString().padStart(6, '0').replace(/0+$/, '');
  const whole = (size / FEN_IN_WAN).toString().replace(/\B(?=(\d{3})+$)/g, ',');
  return sign + whole + (rest === '' ? '' : `.${rest}`);
}

/** A sum that stands out: in 万元, with the exact yuan below. English readers get yuan alone. */
export function BigMoney({ amount, lang }: { amount: Yuan; lang: Lang }) {
  if (lang === 'en') {
    return (
      <span class="big">
        {grouped(amount)}
        <span class="unit">yuan</span>
      </span>
    );
  }
  return (
    <>
      <span class="big">
        {inWan(amount)}
        <span class="unit">万元</span>
      </span>
      <span class="exact">{grouped(amount)} 元</span>
    </>
  );
}

/** Shares of a whole as bars, each with its figure; the widths are of the largest. */
export function Bars({ rows }: { rows: readonly { label: string; amount: Yuan; href?: string }[] }) {
  const most = rows.reduce((max, { amount }) => (parseYuan(amount) > max ? parseYuan(amount) : max), 1n);
  return (
    <dl class="bars">
      {rows.map(({ label, amount, href }) => (
        <div key={label}>
          <dt>{href === undefined ? label : <a href={href}>{label}</a>}</dt>
          <dd class="bar">
            <svg viewBox="0 0 1000 1" preserveAspectRatio="none" aria-hidden="true">
              <rect width={Number((parseYuan(amount) * 1000n) / most)} height="1" />
            </svg>
          </dd>
          <dd class="num">{grouped(amount)}</dd>
        </div>
      ))}
    </dl>
  );
}

export function sumYuan(items: Iterable<{ amount: Yuan }>): Yuan {
  let total = 0n;
  for (const { amount } of items) total += parseYuan(amount);
  return formatYuan(total);
}

/** The largest first. */
export function byAmount(a: { amount: Yuan }, b: { amount: Yuan }): number {
  const [left, right] = [parseYuan(a.amount), parseYuan(b.amount)];
  return left < right ? 1 : left > right ? -1 : 0;
}
