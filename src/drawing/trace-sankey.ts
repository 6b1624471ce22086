import { type Fen, formatYuan, parseYuan } from '../domain/money.js';
import type { Trace } from '../views/trace/trace.js';
import { drawSankey, type Sankey, sankeyColor, setDepths } from './sankey.js';
import { nodeLabel, traceTitle } from './trace-labels.js';

/** Ends that come from the same places are drawn one by one up to so many, else as one. */
const MOST_ENDS_DRAWN = 20;

/** A Sankey drawing as SVG; widths follow the amounts, the figures in the labels are exact. */
export async function sankeySvg(trace: Trace): Promise<string> {
  return drawSankey({
    title: traceTitle(trace),
    subtitle: subtitle(trace),
    ...sankeyOf(trace),
  });
}

function subtitle({ seq, nodes }: Trace): string {
  if (nodes.length === 0) return `第 ${seq} 号记录时没有留存资金`;
  return `单位：元；截至第 ${seq} 号记录；同一资金在同一账户内先进先出`;
}

/** The traced money as nodes and links, with ends that are too many drawn as one. */
export function sankeyOf(trace: Trace): Pick<Sankey, 'nodes' | 'links'> {
  const drawn = gathered(trace);
  const nodes = new Map<string, Sankey['nodes'][number] & { amountFen: Fen; standsFen: Fen }>();
  for (const node of trace.nodes) {
    const { name, label } = drawn.get(node.id) ?? { name: node.id, label: nodeLabel(node) };
    const color = sankeyColor(node.kind);
    const made = { name, label, figures: '', amountFen: 0n, standsFen: 0n, color, depth: 0 };
    const known = nodes.get(name) ?? made;
    nodes.set(name, known);
    known.amountFen += parseYuan(node.issued) + parseYuan(node.in);
    known.standsFen += parseYuan(node.stands);
  }
  const links = new Map<string, Sankey['links'][number]>();
  for (const { from: source, to, amount } of trace.edges) {
    const target = drawn.get(to)?.name ?? to;
    const link = links.get(`${source} ${target}`) ?? { source, target, amountFen: 0n };
    link.amountFen += parseYuan(amount);
    links.set(`${source} ${target}`, link);
  }
  setDepths(nodes, links.values());
  return {
    // What came; and what of it stays, where some went on.
    nodes: [...nodes.values()].map(({ amountFen, standsFen, ...node }) => ({
      ...node,
      figures: shown(amountFen),
      ...(standsFen > 0n && standsFen < amountFen && { remark: `（留存 ${shown(standsFen)}）` }),
    })),
    links: [...links.values()],
  };
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
