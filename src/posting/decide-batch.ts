import { hash } from 'node:crypto';
import { decide, ImpossibleHistory } from '../domain/book.js';
import type { BookCommand } from '../domain/command.js';
import { Refusal } from '../domain/refusal.js';
import { canonical } from '../event-store/canonical.js';
import { type NewEvent, weightOf } from '../event-store/event-store.js';
import { type Hash, leafHash } from '../log/hash.js';
import type { TileHash } from '../log/tree-edge.js';
import type { LoadedBook } from './loaded-book.js';
import type { Posted, Request } from './post-entry.js';

const MAX_EVENT_BYTES = 65_535;

/** A command on its way: what was asked, under which key, and who waits for the answer. */
export interface Submission {
  key: string;
  actor: string;
  request: Request;
  command: BookCommand;
}

export interface Pending extends Submission {
  requestHash: string;
  /** Made once, so that an entry whose append had an unknown outcome is recognised as this one. */
  eventId: string;
  /** The store was asked: no entry has this key, though the filter could not tell. */
  isNew: boolean;
  answer(posted: Posted): void;
  fail(error: unknown): void;
}

interface DecidedEvent extends NewEvent {
  leaf: Hash;
  pending: Pending;
}

export interface DecidedBatch {
  decided: DecidedEvent[];
  tileHashes: TileHash[];
  refused: { pending: Pending; error: unknown }[];
  /** Those whose key the book may already hold. */
  known: Pending[];
  /** Those whose key stands in this very batch: to be answered when it is recorded. */
  repeated: Pending[];
  /** Those for which the append has no room; to be decided next, in this order. */
  postponed: Pending[];
}

/**
 * Decides a batch in order; each decision stands on those before it, so the loaded book is changed by them.
 *
 * @param maxBytes what the events may weigh together; one event always has room
 */
export function decideBatch(
  book: string,
  loaded: LoadedBook,
  batch: Pending[],
  maxBytes = Number.POSITIVE_INFINITY,
): DecidedBatch {
  const result: DecidedBatch = { decided: [], tileHashes: [], refused: [], known: [], repeated: [], postponed: [] };
  let room = maxBytes;
  const recordedAt = monotone(new Date().toISOString(), loaded.state.lastRecordedAt);
  const today = dateInShanghai(recordedAt);
  const keys = new Set<string>();
  for (const pending of batch) {
    const { key, actor, command, requestHash, eventId } = pending;
    if (keys.has(key)) {
      result.repeated.push(pending);
      continue;
    }
    if (!pending.isNew && loaded.keys.mayHold(key)) {
      result.known.push(pending);
      continue;
    }
    if (result.postponed.length > 0) {
      result.postponed.push(pending);
      continue;
    }
    try {
      const event = decide(loaded.state, command, { book, key, actor, eventId, newId: eventId, recordedAt, today });
      const bytes = canonical(event);
      if (isLongerThan(bytes, MAX_EVENT_BYTES)) throw new Refusal('event_too_large');
      if (room !== Number.POSITIVE_INFINITY) room -= weightOf(bytes);
      if (room < 0 && result.decided.length > 0) {
        result.postponed.push(pending);
        continue;
      }
      const leaf = leafHash(bytes);
      result.tileHashes.push(...loaded.apply(event, leaf));
      keys.add(key);
      result.decided.push({ seq: event.seq, canonical: bytes, requestHash, event, leaf, pending });
    } catch (error) {
      if (error instanceof ImpossibleHistory) throw error;
      result.refused.push({ pending, error });
    }
  }
  return result;
}

/** SHA-256 of what was asked, in base64, the same for any order of its fields. */
export function hashRequest({ kind, body }: Request): string {
  return hash('sha256', canonical({ body, kind }), 'base64');
}

/** In UTF-8, where a UTF-16 unit takes three bytes at most, so that short texts need not be encoded to know. */
function isLongerThan(text: string, bytes: number): boolean {
  return text.length * 3 > bytes && Buffer.byteLength(text) > bytes;
}

/** The clock of a machine can be set back; the time of a book does not run backwards. */
function monotone(now: string, last: string): string {
  return now > last ? now : last;
}

/** China keeps UTC+8 all year (since 1991). */
function dateInShanghai(instant: string): string {
  return new Date(Date.parse(instant) + 8 * 3_600_000).toISOString().slice(0, 10);
}
