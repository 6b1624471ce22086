import type { Graph, GraphEdge, GraphNode } from '../../audit/trace/graph.js';
import { ownerPlace } from '../../audit/trace/owners.js';
import { FIFO_BY_ENTRY, placeOf, reversals } from '../../audit/trace/parcels.js';
import { accountId, accountKind } from '../../domain/account.js';
import type { Owner } from '../../domain/assets/owners.js';
import { formatYuan, type Yuan } from '../../domain/money.js';
import { type EventStore, parseEvent } from '../../event-store/event-store.js';
import { projects, projectsView } from '../projects/projects.js';
import type { TracedAsset } from './reached.js';
import type { TraceTarget } from './trace-query.js';
import type { Tracing } from './tracing.js';

export interface TraceNode {
  /** `<book>/<kind>:<id>`, with `@<step>` where money came back to a place; a book alone where it is closed to the asker. */
  id: string;
  book: string;
  /** Kind of account (`source`, `bureau`, …), of owner (`village`, …), `beneficiary`, or `book`. */
  kind: string;
  ref: string | null;
  name: string | null;
  step: number | null;
  issued: Yuan;
  in: Yuan;
  out: Yuan;
  stands: Yuan;
  /** Of an asset: every ownership up to the entry, the reversed ones with what reversed them. */
  ownerships: TraceOwnership[] | null;
}

export interface TraceOwnership {
  seq: number;
  effectiveDate: string;
  owners: Owner[];
  reason: string | null;
  reversedBy: number | null;
}

export interface TraceEdge {
  from: string;
  to: string;
  fund: string;
  /** For an arrival: the fund's id in the book where it arrived. */
  becomes: string | null;
  type: string;
  amount: Yuan;
  entries: { book: string; seq: number; amount: Yuan }[];
}

/** A move of a traced fund that an entry took back; it counts for nothing in the graph. */
export interface ReversedMove {
  book: string;
  seq: number;
  reversedBy: number;
  type: string;
  from: string;
  to: string;
  fund: string;
  amount: Yuan;
}

export interface Trace {
  book: string;
  target: TraceTarget;
  /** How money of one fund that mingled in an account was told apart. */
  rule: string;
  nodes: TraceNode[];
  edges: TraceEdge[];
  reversed: ReversedMove[];
  /** The entry at which each book was looked at. */
  books: { book: string; seq: number }[];
  seq: number;
}

type Asked = Pick<Trace, 'book' | 'seq' | 'target'>;

/** Names the nodes of a graph, and tells what was reversed between them. */
export async function traceOf(
  tracing: Tracing,
  store: EventStore,
  asked: Asked,
  graph: Graph,
  assets: ReadonlyMap<string, TracedAsset>,
): Promise<Trace> {
  const names = await namesOf(tracing, store, graph.nodes, assets);
  return {
    ...asked,
    rule: FIFO_BY_ENTRY,
    nodes: graph.nodes.map((node) => nodeOf(node, names.get(node.place), assets.get(node.place))),
    edges: graph.edges.map(edgeOf),
    reversed: await reversedMoves(tracing, graph, asked.target),
    books: tracing.openedBooks(),
  };
}

function nodeOf(node: GraphNode, name: string | undefined, asset: TracedAsset | undefined): TraceNode {
  const { id, place, step, issuedFen, inFen, outFen, standsFen } = node;
  const { book, account } = partsOf(place);
  const kind = account === undefined ? 'book' : accountKind(account);
  return {
    id,
    book,
    kind,
    ref: account?.includes(':') === true ? accountId(account) : null,
    name: name ?? null,
    step,
    issued: formatYuan(issuedFen),
    in: formatYuan(inFen),
    out: formatYuan(outFen),
    stands: formatYuan(standsFen),
    ownerships:
      asset?.ownerships.map(({ seq, effectiveDate, owners, reason = null, reversedBy = null }) => {
        return { seq, effectiveDate, owners, reason, reversedBy };
      }) ?? null,
  };
}

function edgeOf({ amountFen, entries, ...edge }: GraphEdge): TraceEdge {
  return {
    ...edge,
    amount: formatYuan(amountFen),
    entries: entries.map(({ amountFen: partFen, ...entry }) => ({ ...entry, amount: formatYuan(partFen) })),
  };
}

function partsOf(place: string): { book: string; account: string | undefined } {
  const slash = place.indexOf('/');
  return slash < 0
    ? { book: place, account: undefined }
    : { book: place.slice(0, slash), account: place.slice(slash + 1) };
}

async function namesOf(
  tracing: Tracing,
  store: EventStore,
  nodes: readonly GraphNode[],
  assets: ReadonlyMap<string, TracedAsset>,
): Promise<Map<string, string>> {
  const names = new Map([...assets].map(([place, { name }]) => [place, name]));
  for (const [place, { name }] of assets) names.set(place.replace('/asset:', '/income:'), name);
  for (const { book, row } of await tracing.tracedFunds()) names.set(`${book}/source:${row.id}`, row.name);
  for (const [asset, { ownerships }] of assets) {
    const { book } = partsOf(asset);
    for (const owner of ownerships.flatMap(({ owners }) => owners)) {
      if (owner.name !== undefined) names.set(ownerPlace(book, owner), owner.name);
    }
  }
  const open = new Set(tracing.openedBooks().map(({ book }) => book));
  for (const [book, ofBook] of Map.groupBy(nodes, ({ place }) => partsOf(place).book)) {
    const [opening] = await store.read(book, 0, 1);
    const event = opening === undefined ? undefined : parseEvent(opening);
    const name = event?.type === 'book.opened' ? event.data.name : book;
    for (const { place } of ofBook) if (/^\d+(?:\/bureau)?$/.test(place)) names.set(place, name);
    if (open.has(book)) await nameProjects(tracing, book, ofBook, names);
  }
  return names;
}

async function nameProjects(
  tracing: Tracing,
  book: string,
  nodes: readonly GraphNode[],
  names: Map<string, string>,
): Promise<void> {
  const places = nodes.flatMap(({ place }) => {
    const { account = '' } = partsOf(place);
    return ['project', 'wip', 'expense'].includes(accountKind(account)) ? [{ place, id: accountId(account) }] : [];
  });
  if (places.length === 0) return;
  const known = await tracing.rows(projectsView, book, (rows) =>
    rows.list(projects, { where: { id: { in: [...new Set(places.map(({ id }) => id))] } }, orderBy: ['id'] }),
  );
  const nameOf = new Map(known.map(({ id, name }) => [id, name]));
  for (const { place, id } of places) names.set(place, nameOf.get(id) ?? id);
}

/** Of a fund every reversed move; of an asset or payout those that began where its money went through. */
async function reversedMoves(tracing: Tracing, graph: Graph, { kind }: TraceTarget): Promise<ReversedMove[]> {
  const places = new Set(graph.nodes.map(({ place }) => place));
  return (await tracing.tracedFunds()).flatMap(({ book, row, moves }) => {
    const by = reversals(moves);
    return moves.flatMap(({ seq, type, from, to, amountFen }): ReversedMove[] => {
      const reversedBy = by.get(seq);
      const isTold = kind === 'fund' || places.has(placeOf(book, from));
      if (reversedBy === undefined || !isTold) return [];
      const move = { book, seq, reversedBy, type, from: placeOf(book, from), to: placeOf(book, to) };
      return [{ ...move, fund: row.id, amount: formatYuan(amountFen) }];
    });
  });
}
