import { parseYuan, type Yuan } from '../domain/money.js';
import { grouped, inWan } from './figures.js';
import type { Lang } from './words.js';

const WIDTH = 480;
const HEIGHT = 220;
const FOOT = 28;
const HEAD = 26;

const LETTER = 7.5;

interface Years {
  years: readonly { year: number; amount: Yuan }[];
  lang: Lang;
}

/** Whether the figures stand beside each other; else they are better read below each other. */
export function fitAbreast({ years, lang }: Years): boolean {
  const longest = Math.max(0, ...years.map(({ amount }) => figureOf(amount, lang).length));
  return longest * LETTER * years.length <= WIDTH;
}

function figureOf(amount: Yuan, lang: Lang): string {
  return lang === 'zh' ? inWan(amount) : grouped(amount);
}

/** A bar for each year, with its figure above. */
export function YearChart({ years, lang }: Years) {
  const most = years.reduce((max, { amount }) => (parseYuan(amount) > max ? parseYuan(amount) : max), 1n);
  const step = WIDTH / Math.max(years.length, 1);
  const heightOf = (amount: Yuan) => (Number((parseYuan(amount) * 1000n) / most) / 1000) * (HEIGHT - HEAD - FOOT);
  const total = lang === 'zh' ? '逐年资金，万元' : 'Funds by year, yuan';
  return (
    <figure>
      <svg
        class="years"
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        role="img"
        aria-label={`${total}: ${years.map(({ year, amount }) => `${year} ${grouped(amount)}`).join(', ')}`}
      >
        <line x1="0" x2={WIDTH} y1={HEIGHT - FOOT} y2={HEIGHT - FOOT} />
        {years.map(({ year, amount }, index) => {
          const height = Math.max(heightOf(amount), 1);
          const middle = (index + 0.5) * step;
          const width = Math.min(step * 0.6, 72);
          return (
            <g key={year}>
              <rect x={middle - width / 2} y={HEIGHT - FOOT - height} width={width} height={height} />
              <text x={middle} y={HEIGHT - FOOT - height - 8}>
                {figureOf(amount, lang)}
              </text>
              <text x={middle} y={HEIGHT - 6}>
                {year}
              </text>
            </g>
          );
        })}
      </svg>
    </figure>
  );
}
