import { type Fen, formatYuan, parseYuan } from '../../domain/money.js';
import type { Trace, TraceNode } from '../../views/trace/trace.js';
import { nodeLabel, traceTitle } from './trace-labels.js';

/** Ends that come from the same places are drawn one by one up to so many, else as one. */
const MOST_ENDS_DRAWN = 20;
const LONGEST_LABEL = 16;
/** A label stands in the column of its node. */
const WIDTH_OF_COLUMN = 240;
const LEAST_COLUMNS = 4;
const HEIGHT_OF_NODE = 56;
/** The height of a label, which stands beside a node however thin that is. */
const GAP = 34;
// In single quotes: it stands inside attributes of the SVG, where ECharts escapes nothing.
const FONT = "'Noto Sans SC', 'Noto Sans CJK SC', 'Microsoft YaHei', 'PingFang SC', sans-serif";

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
};
const COLOR_OF_PEOPLE = '#b5485d';

interface Drawing {
  /** `depth` counts columns from the left. */
  nodes: { name: string; label: string; amountFen: Fen; standsFen: Fen; color: string; depth: number }[];
  links: { source: string; target: string; amountFen: Fen }[];
}

/** A Sankey drawing as SVG; widths follow the amounts, the figures in the labels are exact. */
export async function sankeySvg(trace: Trace): Promise<string> {
  // Loaded with the first drawing: most services never make one.
  const [{ init, use }, { SankeyChart }, { TitleComponent }, { SVGRenderer }] = await Promise.all([
    import('echarts/core.js'),
    import('echarts/charts.js'),
    import('echarts/components.js'),
    import('echarts/renderers.js'),
  ]);
  use([SankeyChart, TitleComponent, SVGRenderer]);
  const { nodes, links } = drawingOf(trace);
  const inColumn = Map.groupBy(nodes, ({ depth }) => depth);
  const tallest = Math.max(1, ...[...inColumn.values()].map((column) => column.length));
  const width = Math.max(LEAST_COLUMNS, inColumn.size) * WIDTH_OF_COLUMN + 48;
  const chart = init(null, null, { renderer: 'svg', ssr: true, width, height: 160 + tallest * HEIGHT_OF_NODE });
  try {
    chart.setOption({
      animation: false,
      backgroundColor: '#ffffff',
      textStyle: { fontFamily: FONT },
      title: { text: traceTitle(trace), subtext: subtitle(trace, nodes.length), left: 24, top: 12 },
      series: [
        {
          type: 'sankey',
          top: 90,
          bottom: 24,
          left: 24,
          right: WIDTH_OF_COLUMN,
          nodeGap: GAP,
          silent: true,
          emphasis: { disabled: true },
          label: { color: '#222222', fontFamily: FONT, fontSize: 12, lineHeight: 15, textBorderWidth: 0 },
          lineStyle: { color: 'gradient', opacity: 0.35 },
          data: nodes.map(({ name, label, amountFen, standsFen, color }) => ({
            name,
            itemStyle: { color },
            // A function: braces in a name would be a template of ECharts.
            label: { formatter: () => `${label}\n${figures(amountFen, standsFen)}` },
          })),
          links: links.map(({ source, target, amountFen }) => ({ source, target, value: Number(amountFen) / 100 })),
        },
      ],
    });
    return chart.renderToSVGString();
  } finally {
    chart.dispose();
  }
}

function subtitle({ seq }: Trace, nodes: number): string {
  if (nodes === 0) return `第 ${seq} 号分录时没有留存资金`;
  return `单位：元；截至第 ${seq} 号分录；同一资金在同一账户内先进先出`;
}

function drawingOf(trace: Trace): Drawing {
  const drawn = gathered(trace);
  const nodes = new Map<string, Drawing['nodes'][number]>();
  for (const node of trace.nodes) {
    const { name, label } = drawn.get(node.id) ?? { name: node.id, label: nodeLabel(node) };
    const made = { name, label: short(label), amountFen: 0n, standsFen: 0n, color: color(node), depth: 0 };
    const known = nodes.get(name) ?? made;
    nodes.set(name, known);
    known.amountFen += parseYuan(node.issued) + parseYuan(node.in);
    known.standsFen += parseYuan(node.stands);
  }
  const links = new Map<string, Drawing['links'][number]>();
  for (const { from: source, to, amount } of trace.edges) {
    const target = drawn.get(to)?.name ?? to;
    const link = links.get(`${source} ${target}`) ?? { source, target, amountFen: 0n };
    link.amountFen += parseYuan(amount);
    links.set(`${source} ${target}`, link);
  }
  // A node stands one column after the last that leads to it; each pass gets at least one column right, and there is no cycle.
  for (let isMoved = true; isMoved; ) {
    isMoved = false;
    for (const { source, target } of links.values()) {
      const [from, to] = [nodes.get(source), nodes.get(target)];
      if (from === undefined || to === undefined || to.depth > from.depth) continue;
      to.depth = from.depth + 1;
      isMoved = true;
    }
  }
  return { nodes: [...nodes.values()], links: [...links.values()] };
}

/** What came; and what of it stays, where some went on. */
function figures(amountFen: Fen, standsFen: Fen): string {
  const isPartly = standsFen > 0n && standsFen < amountFen;
  return isPartly ? `${shown(amountFen)}（留存 ${shown(standsFen)}）` : shown(amountFen);
}

/** Ends that are too many to be drawn one by one, with the node that stands for them. */
function gathered({ nodes, edges }: Trace): Map<string, { name: string; label: string }> {
  const sources = new Map<string, Set<string>>();
  const inner = new Set(edges.map(({ from }) => from));
  for (const { from, to } of edges) {
    if (!inner.has(to)) sources.set(to, (sources.get(to) ?? new Set()).add(from));
  }
  const kinds = new Map(nodes.map(({ id, kind }) => [id, kind]));
  const groups = Map.groupBy(sources, ([id, from]) => [kinds.get(id), ...[...from].sort()].join(' '));
  return new Map(
    [...groups].flatMap(([name, ends]) => {
      if (ends.length <= MOST_ENDS_DRAWN) return [];
      const kind = kinds.get(ends[0]?.[0] ?? '') ?? '';
      const label = `${nodeLabel({ kind, ref: null, name: null, step: null })} ${ends.length} ${kind === 'beneficiary' ? '户' : '处'}`;
      return ends.map(([id]) => [id, { name, label }] as const);
    }),
  );
}

/** With a comma at every third digit, as people read it. */
function shown(amountFen: Fen): string {
  return formatYuan(amountFen).replace(/\B(?=(?:\d{3})+\.)/g, ',');
}

function short(label: string): string {
  const characters = [...label];
  return characters.length > LONGEST_LABEL ? `${characters.slice(0, LONGEST_LABEL - 1).join('')}…` : label;
}

function color({ kind }: TraceNode): string {
  return COLORS[kind] ?? COLOR_OF_PEOPLE;
}
