import { decide, ImpossibleHistory } from '../domain/book.js';
import type { BookCommand } from '../domain/command.js';
import { settlementOf } from '../domain/funds/settlement.js';
import { Refusal } from '../domain/refusal.js';
import { canonicalBytes } from '../event-store/canonical.js';
import { type NewEvent, weightOf } from '../event-store/event-store.js';
import { type Hash, leafHash } from '../log/hash.js';
import type { TileHash } from '../log/tree-edge.js';
import type { LoadedBook } from './loaded-book.js';
import type { Pending } from './pending.js';

const MAX_EVENT_BYTES = 65_535;
/** What the entries of one append may weigh (`weightOf`), whatever the store takes: 512 entries of 768 KiB in all. */
const MAX_APPEND_BYTES = (768 + 128) * 1024;

interface DecidedEvent extends NewEvent {
  leaf: Hash;
  pending: Pending;
}

export interface DecidedBatch {
  decided: DecidedEvent[];
  tileHashes: TileHash[];
  refused: { pending: Pending; error: unknown }[];
  /** Those whose key stands in this very batch: to be answered when it is recorded. */
  repeated: Pending[];
  /** Those that one append has no room for, or that can be decided only after it. */
  postponed: Pending[];
}

/**
 * Decides a batch in order; each decision stands on those before it, so the loaded book is changed by them. None of the keys
 * may be one that the book already holds.
 *
 * @param maxBytes what the store takes at once; one event always has room
 */
export function decideBatch(book: string, loaded: LoadedBook, batch: Pending[], maxBytes: number): DecidedBatch {
  const result: DecidedBatch = { decided: [], tileHashes: [], refused: [], repeated: [], postponed: [] };
  const recordedAt = monotone(new Date().toISOString(), loaded.state.lastRecordedAt);
  const today = dateInShanghai(recordedAt);
  const keys = new Set<string>();
  const settlements = new Set<string>();
  let room = Math.min(maxBytes, MAX_APPEND_BYTES);
  for (let index = 0; index < batch.length; index += 1) {
    const pending = batch[index] as Pending;
    const { key, actor, requestHash, eventId } = pending;
    if (keys.has(key)) {
      result.repeated.push(pending);
      continue;
    }
    const command = withOwnEntry(pending.command, result.decided);
    const settlement = settlementOf(book, command);
    // What a settlement is cannot be known before the one before it is recorded.
    if (settlement !== undefined && settlements.has(settlement)) {
      result.postponed = batch.slice(index);
      break;
    }
    try {
      const event = decide(loaded.state, command, { book, key, actor, eventId, newId: eventId, recordedAt, today });
      const bytes = canonicalBytes(event);
      if (bytes.length > MAX_EVENT_BYTES) throw new Refusal('event_too_large');
      room -= weightOf(bytes);
      if (room < 0 && result.decided.length > 0) {
        result.postponed = batch.slice(index);
        break;
      }
      const leaf = leafHash(bytes);
      for (const tile of loaded.apply(event, leaf)) result.tileHashes.push(tile);
      result.decided.push({ seq: event.seq, canonical: bytes, requestHash, event, leaf, pending });
      keys.add(key);
      if (settlement !== undefined) settlements.add(settlement);
    } catch (error) {
      if (error instanceof ImpossibleHistory) throw error;
      result.refused.push({ pending, error });
    }
  }
  return result;
}

/** A reversal can speak of an entry of its own batch, which no store has yet. */
function withOwnEntry(command: BookCommand, decided: DecidedEvent[]): BookCommand {
  if (command.kind !== 'reversal' || command.evidence.entry !== undefined) return command;
  const [first] = decided;
  const own = first === undefined ? undefined : decided[command.body.seq - first.seq];
  return own === undefined ? command : { ...command, evidence: { entry: own.event, settledBy: undefined } };
}

/** The clock of a machine can be set back; the time of a book does not run backwards. */
function monotone(now: string, last: string): string {
  return now > last ? now : last;
}

/** China keeps UTC+8 all year (since 1991). */
export function dateInShanghai(instant: string): string {
  return new Date(Date.parse(instant) + 8 * 3_600_000).toISOString().slice(0, 10);
}
