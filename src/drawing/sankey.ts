import type { Fen } from '../domain/money.js';
import { figureLetters, shortened } from './letters.js';

/** What a Sankey drawing shows; the widths follow the amounts, the figures are texts and so exact. */
export interface Sankey {
  title?: string;
  subtitle?: string;
  /** `remark` stands behind the figures, or below them where columns are narrow. */
  nodes: { name: string; label: string; figures: string; remark?: string; color: string; depth: number }[];
  links: { source: string; target: string; amountFen: Fen }[];
}

/** `wide` for a desk or paper; `narrow` for a telephone, at the size that it has there. */
export type SankeyShape = 'wide' | 'narrow';

interface Measures {
  /** A label stands in the column of its node; where there are many columns they are narrower, down to the least or to the widest figure. */
  column: number;
  leastColumn: number;
  width: number;
  leastColumns: number;
  margin: number;
  /** In letters of Chinese. */
  longestLabel: number;
  fontSize: number;
  node: number;
  bar: number;
}

const MEASURES: Record<SankeyShape, Measures> = {
  wide: {
    column: 240,
    leastColumn: 165,
    width: 1180,
    leastColumns: 4,
    margin: 24,
    longestLabel: 16,
    fontSize: 12,
    node: 56,
    bar: 20,
  },
  narrow: {
    column: 110,
    leastColumn: 110,
    width: 330,
    leastColumns: 3,
    margin: 2,
    longestLabel: 8,
    fontSize: 11,
    node: 52,
    bar: 8,
  },
};
const LINE = 15;
/** The height of a label of two lines, which stands beside a node however thin that is. */
const GAP = 34;
const HALF_A_LABEL = 24;
const HEIGHT_OF_TITLE = 90;
/** Between a node and its label; ECharts keeps as much. */
const BEFORE_LABEL = 5;
// In single quotes: it stands inside attributes of the SVG, where ECharts escapes nothing.
const FONT = "'Noto Sans SC', 'Noto Sans CJK SC', 'Microsoft YaHei', 'PingFang SC', sans-serif";

/** How large the drawing will be, so that a page can keep the place free. */
export function sankeySize(sankey: Sankey, shape: SankeyShape): { width: number; height: number } {
  const { title, nodes } = sankey;
  const { leastColumns, margin, node } = MEASURES[shape];
  const inColumn = Map.groupBy(nodes, ({ depth }) => depth);
  const column = columnOf(sankey, shape);
  const tallest = Math.max(1, ...[...inColumn.values()].map((items) => items.length));
  const head = title === undefined ? margin : HEIGHT_OF_TITLE;
  const height = head + 70 + tallest * (node + (hasThirdLine(sankey, shape) ? LINE : 0));
  return { width: Math.max(leastColumns, inColumn.size) * column + 2 * margin, height };
}

/** A drawing without a title stands in a page, whose width it keeps to where it can: a figure is never drawn over the next column. */
function columnOf({ title, nodes }: Sankey, shape: SankeyShape): number {
  const { column, leastColumn, width } = MEASURES[shape];
  const least = Math.max(leastColumn, besideLabels(shape) + widest(nodes.flatMap(linesOf), shape));
  if (title !== undefined) return Math.max(least, column);
  const columns = new Set(nodes.map(({ depth }) => depth)).size;
  return Math.max(least, Math.min(column, Math.floor(width / Math.max(columns, 1))));
}

/** Where a remark has no room beside the figures it stands below them. */
function hasThirdLine(sankey: Sankey, shape: SankeyShape): boolean {
  const abreast = sankey.nodes.flatMap((node) => (node.remark === undefined ? [] : linesOf(node).join('')));
  return widest(abreast, shape) > roomOf(sankey, shape);
}

/** Of a column for its labels. */
function roomOf(sankey: Sankey, shape: SankeyShape): number {
  return columnOf(sankey, shape) - besideLabels(shape);
}

function besideLabels(shape: SankeyShape): number {
  return MEASURES[shape].bar + BEFORE_LABEL + MEASURES[shape].margin;
}

function linesOf({ figures, remark }: Sankey['nodes'][number]): string[] {
  return remark === undefined ? [figures] : [figures, remark];
}

function widest(lines: readonly string[], shape: SankeyShape): number {
  return Math.ceil(Math.max(0, ...lines.map(figureLetters)) * MEASURES[shape].fontSize);
}

/** The drawing as SVG. */
export async function drawSankey(sankey: Sankey, shape: SankeyShape = 'wide'): Promise<string> {
  // Loaded with the first drawing: most services never make one.
  const [{ init, use }, { SankeyChart }, { TitleComponent }, { SVGRenderer }] = await Promise.all([
    import('echarts/core.js'),
    import('echarts/charts.js'),
    import('echarts/components.js'),
    import('echarts/renderers.js'),
  ]);
  use([SankeyChart, TitleComponent, SVGRenderer]);
  const { margin, fontSize, bar } = MEASURES[shape];
  const { title, subtitle, nodes, links } = sankey;
  const column = columnOf(sankey, shape);
  const longestLabel = Math.min(MEASURES[shape].longestLabel, roomOf(sankey, shape) / fontSize);
  const [gap, below] = hasThirdLine(sankey, shape) ? [GAP + LINE, '\n'] : [GAP, ''];
  const chart = init(null, null, { renderer: 'svg', ssr: true, ...sankeySize(sankey, shape) });
  try {
    chart.setOption({
      animation: false,
      backgroundColor: '#ffffff',
      textStyle: { fontFamily: FONT },
      ...(title !== undefined && { title: { text: title, subtext: subtitle ?? '', left: margin, top: 12 } }),
      series: [
        {
          type: 'sankey',
          top: title === undefined ? Math.max(margin, HALF_A_LABEL) : HEIGHT_OF_TITLE,
          bottom: 24,
          left: margin,
          right: column,
          nodeGap: gap,
          nodeWidth: bar,
          silent: true,
          emphasis: { disabled: true },
          label: { color: '#222222', fontFamily: FONT, fontSize, lineHeight: LINE, textBorderWidth: 0 },
          lineStyle: { color: 'gradient', opacity: 0.35 },
          data: nodes.map(({ name, label, figures, remark, color }) => ({
            name,
            itemStyle: { color },
            // A function: braces in a name would be a template of ECharts.
            label: {
              formatter: () =>
                `${shortened(label, longestLabel)}\n${figures}${remark === undefined ? '' : below + remark}`,
            },
          })),
          links: links.map(({ source, target, amountFen }) => ({ source, target, value: Number(amountFen) / 100 })),
        },
      ],
    });
    return sameEachTime(chart.renderToSVGString());
  } finally {
    chart.dispose();
  }
}

/** ECharts counts its ids on from drawing to drawing: as they are, the same drawing would be new to whoever has it. */
function sameEachTime(svg: string): string {
  const ids = new Map<string, string>();
  return svg.replace(/(?<=id="|url\(#|class="|^\.)zr\d+-[a-z]+-?\d+/gm, (id) => {
    const same = ids.get(id) ?? `d${ids.size}`;
    ids.set(id, same);
    return same;
  });
}

/** Sets each node one column after the last that leads to it; there is no cycle, so each pass moves at least one for good. */
export function setDepths(
  nodes: ReadonlyMap<string, { depth: number }>,
  links: Iterable<Sankey['links'][number]>,
): void {
  const all = [...links];
  for (let isMoved = true; isMoved; ) {
    isMoved = false;
    for (const { source, target } of all) {
      const [from, to] = [nodes.get(source), nodes.get(target)];
      if (from === undefined || to === undefined || to.depth > from.depth) continue;
      to.depth = from.depth + 1;
      isMoved = true;
    }
  }
}

const COLORS: Record<string, string> = {
  source: '#8a5a2b',
  book: '#8c8c8c',
  bureau: '#3b6ea8',
  department: '#3b6ea8',
  pool: '#6b5ca5',
  project: '#2f8f83',
  transit: '#b0862b',
  wip: '#5c8f3a',
  expense: '#a8563b',
  paid: '#b5485d',
  asset: '#3f7d3f',
  income: '#3f7d3f',
  collective: '#6f7a2c',
};
const COLOR_OF_PEOPLE = '#b5485d';

export function sankeyColor(kind: string): string {
  return COLORS[kind] ?? COLOR_OF_PEOPLE;
}
