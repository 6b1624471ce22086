import type { Fen } from '../../domain/money.js';
import type { Hop, Parcel, Place } from './parcels.js';

/** A place on the way of money. `inFen + issuedFen = outFen + standsFen`, for each fund. */
export interface GraphNode {
  id: string;
  place: Place;
  /** Set where money came back to a place: how many steps from the source it was then. */
  step: number | null;
  inFen: Fen;
  outFen: Fen;
  /** What begins here: at a source, or in a book that is closed to the asker. */
  issuedFen: Fen;
  /** What stays here. */
  standsFen: Fen;
}

export interface GraphEdge {
  from: string;
  to: string;
  fund: string;
  becomes: string | null;
  type: string;
  amountFen: Fen;
  entries: { book: string; seq: number; amountFen: Fen }[];
}

export interface Graph {
  nodes: GraphNode[];
  edges: GraphEdge[];
}

/**
 * The ways of all parcels in one graph without a cycle, from sources to where money stands. A place is one node, but where
 * money went to and fro the places between which it did are one node for each number of steps from the source.
 */
export function graphOf(parcels: readonly Parcel[]): Graph {
  const amounts = amountsOf(parcels);
  const turning = placesOnCycles(amounts.keys());
  const nodes = new Map<string, GraphNode>();
  const nodeAt = (place: Place, step: number): GraphNode => {
    const id = turning.has(place) ? `${place}@${step}` : place;
    const known = nodes.get(id);
    if (known !== undefined) return known;
    const made = { id, place, step: turning.has(place) ? step : null };
    const node = { ...made, inFen: 0n, outFen: 0n, issuedFen: 0n, standsFen: 0n };
    nodes.set(id, node);
    return node;
  };
  const edges = new Map<string, GraphEdge>();
  for (const [hop, amountFen] of [...amounts].sort(([a], [b]) => a.depth - b.depth || a.seq - b.seq)) {
    const from = nodeAt(hop.from, hop.depth - 1);
    const to = nodeAt(hop.to, hop.depth);
    if (hop.parent === undefined) from.issuedFen += amountFen;
    from.outFen += amountFen;
    to.inFen += amountFen;
    addToEdge(edges, from.id, to.id, hop, amountFen);
  }
  for (const { amountFen, hop } of parcels) nodeAt(hop.to, hop.depth).standsFen += amountFen;
  return { nodes: [...nodes.values()], edges: [...edges.values()] };
}

/** What went each step: the sum of the parcels whose way holds it. */
function amountsOf(parcels: readonly Parcel[]): Map<Hop, Fen> {
  const amounts = new Map<Hop, Fen>();
  for (const parcel of parcels) {
    for (let hop: Hop | undefined = parcel.hop; hop !== undefined; hop = hop.parent) {
      amounts.set(hop, (amounts.get(hop) ?? 0n) + parcel.amountFen);
    }
  }
  return amounts;
}

function addToEdge(edges: Map<string, GraphEdge>, from: string, to: string, hop: Hop, amountFen: Fen): void {
  const { book, seq, type, fund, becomes = null } = hop;
  const key = [from, to, fund, becomes, type].join('|');
  const edge = edges.get(key) ?? { from, to, fund, becomes, type, amountFen: 0n, entries: [] };
  edges.set(key, edge);
  edge.amountFen += amountFen;
  const last = edge.entries.at(-1);
  if (last?.book === book && last.seq === seq) last.amountFen += amountFen;
  else edge.entries.push({ book, seq, amountFen });
}

/** The places that lie on a cycle, or between two: what is left when those without a way in, or out, are taken off in turn. */
function placesOnCycles(hops: Iterable<Hop>): Set<Place> {
  const out = new Map<Place, Set<Place>>();
  const into = new Map<Place, Set<Place>>();
  for (const { from, to } of hops) {
    for (const place of [from, to]) {
      if (!out.has(place)) out.set(place, new Set());
      if (!into.has(place)) into.set(place, new Set());
    }
    out.get(from)?.add(to);
    into.get(to)?.add(from);
  }
  const left = new Set(out.keys());
  for (const [ahead, behind] of [
    [out, into],
    [into, out],
  ] as const) {
    const free = [...left].filter((place) => behind.get(place)?.size === 0);
    for (let place = free.pop(); place !== undefined; place = free.pop()) {
      left.delete(place);
      for (const next of ahead.get(place) ?? []) {
        behind.get(next)?.delete(place);
        if (behind.get(next)?.size === 0 && left.has(next)) free.push(next);
      }
    }
  }
  return left;
}
