import type { BookEvent } from '../../src/domain/event.js';
import { type Fen, parseYuan } from '../../src/domain/money.js';
import { VIEWS } from '../../src/views/all-views.js';
import { ViewFollower } from '../../src/views/engine/view-follower.js';
import type { Trace } from '../../src/views/trace/trace.js';
import { TraceHandler, TraceQuery, type TraceTarget } from '../../src/views/trace/trace-query.js';
import { append, randomHistory } from '../support/recorded-history.js';
import { catchUp, readerOf, type ViewFixture, viewFixture } from '../support/view-fixture.js';

const history = randomHistory(20160713);
const books = [...new Set(history.map(({ book }) => book))];
const everyBook = () => true;

let fixture: ViewFixture;
let handler: TraceHandler;
beforeAll(async () => {
  fixture = await viewFixture();
  await append(fixture.store, history);
  for (const book of books) await catchUp(fixture, book, 500);
  const follower = new ViewFollower(fixture.pool, fixture.store, { views: VIEWS, log: () => undefined });
  handler = new TraceHandler(readerOf(fixture, follower), fixture.store);
});
afterAll(() => fixture.close());

function trace(book: string, target: TraceTarget, mayOpen: (book: string) => boolean = everyBook, atSeq?: number) {
  return handler.execute(new TraceQuery(book, target, atSeq === undefined ? {} : { atSeq }, mayOpen));
}

function eventsOf(book: string): BookEvent[] {
  return history.filter((event) => event.book === book);
}

/** Funds that did not come from another book. */
function rootFunds(): { book: string; id: string }[] {
  return history
    .filter(({ type }) => type !== 'funds.received')
    .flatMap((event) => newFunds(event).map((id) => ({ book: event.book, id })));
}

/** Funds that come to be by an entry. */
function newFunds({ type, data }: BookEvent): string[] {
  if (type === 'fund.registered') return [data.id];
  if (type === 'funds.received') return data.funds.map(({ id }) => id);
  if (type === 'income.received') return [data.fund.id];
  return type === 'asset.registered' ? (data.opening ?? []).map(({ id }) => id) : [];
}

function sum(amounts: readonly string[]): Fen {
  return amounts.reduce((totalFen, amount) => totalFen + parseYuan(amount), 0n);
}

/** That nothing is lost or made on the way: at each node, for each fund, and on every cut from the sources to the ends. */
function expectWhole({ nodes, edges }: Trace): void {
  for (const { id, issued, in: came, out, stands } of nodes) {
    const into = edges.filter(({ to }) => to === id);
    const outOf = edges.filter(({ from }) => from === id);
    expect([id, sum(into.map(({ amount }) => amount))]).toEqual([id, parseYuan(came)]);
    expect([id, sum(outOf.map(({ amount }) => amount))]).toEqual([id, parseYuan(out)]);
    expect([id, parseYuan(issued) + parseYuan(came)]).toEqual([id, parseYuan(out) + parseYuan(stands)]);
    if (parseYuan(issued) > 0n) continue;
    const ofFund = (fund: string) => {
      const cameFen = sum(into.filter((edge) => (edge.becomes ?? edge.fund) === fund).map(({ amount }) => amount));
      return cameFen - sum(outOf.filter((edge) => edge.fund === fund).map(({ amount }) => amount));
    };
    const standing = [...new Set([...into, ...outOf].map((edge) => edge.becomes ?? edge.fund))].map(ofFund);
    if (into.every(({ becomes }) => becomes === null) && outOf.every(({ becomes }) => becomes === null)) {
      expect(standing.every((fen) => fen >= 0n)).toBe(true);
      expect([id, standing.reduce((total, fen) => total + fen, 0n)]).toEqual([id, parseYuan(stands)]);
    }
  }
  for (const { amount, entries } of edges) expect(sum(entries.map((entry) => entry.amount))).toBe(parseYuan(amount));
  expectCuts({ nodes, edges });
}

function expectCuts({ nodes, edges }: Pick<Trace, 'nodes' | 'edges'>): void {
  const before = new Set<string>();
  const waiting = new Set(nodes);
  while (waiting.size > 0) {
    const next = [...waiting].find(({ id }) => edges.every(({ from, to }) => to !== id || before.has(from)));
    if (next === undefined) throw new Error(`a cycle among ${[...waiting].map(({ id }) => id).join(', ')}`);
    waiting.delete(next);
    before.add(next.id);
    const passed = nodes.filter(({ id }) => before.has(id));
    const crossing = edges.filter(({ from, to }) => before.has(from) && !before.has(to));
    expect(sum(passed.map(({ issued }) => issued))).toBe(
      sum(passed.map(({ stands }) => stands)) + sum(crossing.map(({ amount }) => amount)),
    );
  }
}

const ACCOUNT_KIND = /^(?:source|bureau|department|pool|project|transit|wip|expense|paid|asset|income|collective)$/;

/** What a trace says that each account of a book holds of each fund: what came less what an entry moved on. */
function heldOf({ nodes, edges }: Trace, book: string): Map<string, Fen> {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const held = new Map<string, Fen>();
  const add = (id: string, fund: string, fen: Fen) => {
    const node = byId.get(id);
    if (node === undefined || node.book !== book) return;
    const key = `${node.kind}${node.ref === null ? '' : `:${node.ref}`} ${fund}`;
    held.set(key, (held.get(key) ?? 0n) + fen);
  };
  for (const { from, to, fund, becomes, amount } of edges) {
    // An arrival, and who owns or received it, move nothing in the accounts.
    const movesOn = byId.get(to)?.kind ?? '';
    if (becomes !== null || !ACCOUNT_KIND.test(movesOn)) continue;
    add(from, fund, -parseYuan(amount));
    add(to, fund, parseYuan(amount));
  }
  return held;
}

function balancesOf(events: readonly BookEvent[]): Map<string, Fen> {
  const balances = new Map<string, Fen>();
  for (const { account, fund, amount } of events.flatMap(({ postings }) => postings)) {
    const key = `${account} ${fund}`;
    balances.set(key, (balances.get(key) ?? 0n) + parseYuan(amount));
  }
  return balances;
}

function standing(balances: Iterable<[string, Fen]>): [string, Fen][] {
  return [...balances].filter(([, fen]) => fen !== 0n).sort(([a], [b]) => (a < b ? -1 : 1));
}

it('follows every fund to where the accounts of all books say that its money stands', async () => {
  const held = new Map(books.map((book) => [book, new Map<string, Fen>()]));
  let steps = 0;
  for (const { book, id } of rootFunds()) {
    const found = await trace(book, { kind: 'fund', id });
    expectWhole(found);
    steps += found.nodes.filter(({ step }) => step !== null).length;
    for (const [other, ofBook] of held) {
      for (const [key, fen] of heldOf(found, other)) ofBook.set(key, (ofBook.get(key) ?? 0n) + fen);
    }
  }
  for (const [book, ofBook] of held) expect(standing(ofBook)).toEqual(standing(balancesOf(eventsOf(book))));
  // The history is one in which money went to and fro.
  expect(steps).toBeGreaterThan(0);
});

/** What each root fund gave to an asset or payout, as the traces forward of all funds say it. */
async function givenForward(): Promise<Map<string, Map<string, Fen>>> {
  const given = new Map<string, Map<string, Fen>>();
  for (const { book, id } of rootFunds()) {
    const { nodes, edges } = await trace(book, { kind: 'fund', id });
    const kinds = new Map(nodes.map((node) => [node.id, node.kind]));
    for (const { to, entries } of edges) {
      const kind = kinds.get(to);
      if (kind !== 'asset' && kind !== 'paid') continue;
      for (const entry of entries) {
        const key = kind === 'asset' ? to.replace(/@\d+$/, '') : `${entry.book} ${entry.seq}`;
        const sources = given.get(key) ?? new Map<string, Fen>();
        const source = `${book}/source:${id}`;
        sources.set(source, (sources.get(source) ?? 0n) + parseYuan(entry.amount));
        given.set(key, sources);
      }
    }
  }
  return given;
}

/** What the sources of an asset's income brought, wherever that went, as the traces forward say it. */
async function earnedForward(book: string, asset: string): Promise<Map<string, Fen>> {
  const earned = new Map<string, Fen>();
  for (const event of eventsOf(book)) {
    if (event.type !== 'income.received' || event.data.asset !== asset) continue;
    const { nodes } = await trace(book, { kind: 'fund', id: event.data.fund.id });
    for (const [id, fen] of issuedIn(nodes)) earned.set(id, (earned.get(id) ?? 0n) + fen);
  }
  return earned;
}

function issuedIn(nodes: Trace['nodes']): Map<string, Fen> {
  return new Map(nodes.filter(({ issued }) => issued !== '0.00').map(({ id, issued }) => [id, parseYuan(issued)]));
}

it('goes back from each asset and payout to the sources that gave to it going forward', async () => {
  const given = await givenForward();
  const reversed = new Set(
    history.flatMap((event) => (event.type === 'entry.reversed' ? [`${event.book} ${event.data.seq}`] : [])),
  );
  const counts = { asset: 0, payout: 0, fromOtherBooks: 0, withIncome: 0 };
  for (const event of history) {
    if (event.type !== 'asset.registered' && event.type !== 'subsidy.paid') continue;
    const kind = event.type === 'subsidy.paid' ? 'payout' : 'asset';
    const found = await trace(event.book, { kind, id: event.data.id });
    expectWhole(found);
    if (reversed.has(`${event.book} ${event.seq}`)) {
      expect(found.nodes).toEqual([]);
      continue;
    }
    counts[kind] += 1;
    const earned = kind === 'asset' ? await earnedForward(event.book, event.data.id) : new Map<string, Fen>();
    if (earned.size > 0) counts.withIncome += 1;
    const issued = [...issuedIn(found.nodes)];
    expect(new Map(issued.filter(([id]) => earned.has(id)))).toEqual(earned);
    const sources = issued.filter(([id]) => !earned.has(id));
    if (sources.some(([id]) => !id.startsWith(`${event.book}/`))) counts.fromOtherBooks += 1;
    expect(sources.reduce((totalFen, [, fen]) => totalFen + fen, 0n)).toBe(parseYuan(event.data.amount));
    const key = kind === 'asset' ? `${event.book}/asset:${event.data.id}` : `${event.book} ${event.seq}`;
    expect(new Map(sources)).toEqual(given.get(key));
  }
  expect(Object.entries(counts).filter(([, count]) => count === 0)).toEqual([]);
});

it('ends at households and owners, whose parts add to what the asset holds', async () => {
  const asset = history.findLast((event) => event.type === 'asset.registered');
  if (asset?.type !== 'asset.registered') throw new Error('the history has no asset');
  const found = await trace(asset.book, { kind: 'asset', id: asset.data.id });
  const ends = found.nodes.filter(({ stands }) => stands !== '0.00');
  expect(ends.every(({ kind }) => /^(?:village|township|county|enterprise|cooperative|beneficiary)$/.test(kind))).toBe(
    true,
  );
  expect(found.nodes.find(({ kind }) => kind === 'asset')?.ownerships?.length).toBeGreaterThan(0);
});

it('tells a book that the asker may not open as one node, and nothing of what is in it', async () => {
  for (const book of books) {
    const only = (other: string) => other === book;
    for (const id of eventsOf(book).flatMap(newFunds)) {
      const found = await trace(book, { kind: 'fund', id }, only);
      expectWhole(found);
      expect(found.nodes.every((node) => node.book === book || node.id === node.book)).toBe(true);
    }
    for (const event of eventsOf(book)) {
      if (event.type !== 'asset.registered') continue;
      const found = await trace(book, { kind: 'asset', id: event.data.id }, only);
      expectWhole(found);
      expect(found.nodes.every((node) => node.book === book || node.id === node.book)).toBe(true);
    }
  }
});

it('stands at an earlier entry as if the later ones had never been', async () => {
  for (const book of books) {
    const events = eventsOf(book);
    for (const part of [0.25, 0.5, 0.8]) {
      const atSeq = Math.floor((events.length - 1) * part);
      const earlier = events.slice(0, atSeq + 1);
      const held = new Map<string, Fen>();
      for (const id of earlier.flatMap(newFunds)) {
        const found = await trace(book, { kind: 'fund', id }, (other) => other === book, atSeq);
        expectWhole(found);
        for (const [key, fen] of heldOf(found, book)) held.set(key, (held.get(key) ?? 0n) + fen);
      }
      expect(standing(held)).toEqual(standing(balancesOf(earlier)));
    }
  }
});
