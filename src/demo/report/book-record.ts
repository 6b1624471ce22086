import type { BookEvent, EventOf, EventType } from '../../domain/event.js';
import type { FundLevel } from '../../domain/funds/register-fund.js';
import { type Fen, parseYuan } from '../../domain/money.js';
import type { Words } from '../fixtures/step.js';
import type { LedgerClient } from '../player/ledger-client.js';

const EVENTS_PER_PAGE = 500;

/** One book as a stranger reads it: its events, and what the service's balances view says. */
export interface BookRecord {
  code: string;
  name: Words;
  events: BookEvent[];
  /** Seqs of entries that were reversed. */
  reversed: ReadonlySet<number>;
  /** Of each fund: by registration, arrival, opening or income. */
  levels: ReadonlyMap<string, FundLevel>;
  /** `account|fund` to what it holds, added up here from the postings of `/events`. */
  folded: ReadonlyMap<string, Fen>;
  /** The same as the view answers it. */
  viewed: ReadonlyMap<string, Fen>;
}

interface BalancesPage {
  items: { account: string; fund: string; amount: string }[];
  next: string | null;
  seq: number;
}

/** Reads until view and events stand at the same seq: somebody may be posting meanwhile. */
export async function readBook(client: LedgerClient, code: string, name: Words): Promise<BookRecord> {
  const events: BookEvent[] = [];
  for (;;) {
    await readEvents(client, code, events);
    const last = events.length - 1;
    const { viewed, seq } = await readBalances(client, code, last);
    if (seq !== last) continue;
    return {
      code,
      name,
      events,
      reversed: new Set(events.flatMap((event) => (event.type === 'entry.reversed' ? [event.data.seq] : []))),
      levels: levelsOf(events),
      folded: fold(events),
      viewed,
    };
  }
}

async function readEvents(client: LedgerClient, code: string, events: BookEvent[]): Promise<void> {
  for (;;) {
    const text = await client.getText(`/v1/books/${code}/events?from=${events.length}&limit=${EVENTS_PER_PAGE}`);
    const page = text.split('\n').filter((line) => line !== '');
    events.push(...page.map((line) => JSON.parse(line) as BookEvent));
    if (page.length < EVENTS_PER_PAGE) return;
  }
}

async function readBalances(
  client: LedgerClient,
  code: string,
  minSeq: number,
): Promise<{ viewed: Map<string, Fen>; seq: number }> {
  const viewed = new Map<string, Fen>();
  let after = '';
  let seq: number | undefined;
  for (;;) {
    const page = await client.get<BalancesPage>(`/v1/books/${code}/balances?limit=500&minSeq=${minSeq}${after}`);
    // Pages of different moments do not belong together: read them all again.
    if (seq !== undefined && page.seq !== seq) return readBalances(client, code, page.seq);
    seq = page.seq;
    for (const { account, fund, amount } of page.items) viewed.set(`${account}|${fund}`, parseYuan(amount));
    if (page.next === null) return { viewed, seq };
    after = `&after=${encodeURIComponent(page.next)}`;
  }
}

function fold(events: BookEvent[]): Map<string, Fen> {
  const balances = new Map<string, Fen>();
  for (const { account, fund, amount } of events.flatMap((event) => event.postings)) {
    const key = `${account}|${fund}`;
    balances.set(key, (balances.get(key) ?? 0n) + parseYuan(amount));
  }
  return balances;
}

function levelsOf(events: BookEvent[]): Map<string, FundLevel> {
  const levels = new Map<string, FundLevel>();
  for (const event of events) {
    if (event.type === 'fund.registered') levels.set(event.data.id, event.data.level);
    if (event.type === 'funds.received') for (const { id, level } of event.data.funds) levels.set(id, level);
    if (event.type === 'income.received') levels.set(event.data.fund.id, event.data.fund.level);
    if (event.type === 'asset.registered') for (const { id, level } of event.data.opening ?? []) levels.set(id, level);
  }
  return levels;
}

/** Entries of a type that were not reversed. */
export function standing<Type extends EventType>({ events, reversed }: BookRecord, type: Type): EventOf<Type>[] {
  return events.filter((event): event is EventOf<Type> & BookEvent => event.type === type && !reversed.has(event.seq));
}
