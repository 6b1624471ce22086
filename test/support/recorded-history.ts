import { createHash } from 'node:crypto';
import fc from 'fast-check';
import type { BookEvent } from '../../src/domain/event.js';
import { settlement } from '../../src/domain/funds/settlement.js';
import { canonicalBytes } from '../../src/event-store/canonical.js';
import type { EventStore } from '../../src/event-store/event-store.js';
import { momentOf, varied } from './varied-steps.js';
import { moves, World } from './world.js';

const FIRST_INSTANT = Date.parse('2016-07-13T01:00:00.000Z');

/** A city and two counties after many random commands, reversals among them; the same for the same seed. */
export function randomWorld(seed: number, runs = 4): World {
  const world = new World();
  for (const played of fc.sample(moves(800), { seed, numRuns: runs })) for (const move of played) world.play(move);
  return world;
}

/** What happened in such a world, in the order in which it came, fit for an event store. */
export function randomHistory(seed: number, runs?: number): BookEvent[] {
  return randomWorld(seed, runs).log.map(({ event }) => asRecorded(event));
}

/** The same of a world in which commands say what they may and come on many days, each at its own moment. */
export function variedHistory(seed: number, runs = 4): BookEvent[] {
  const world = new World(varied);
  for (const played of fc.sample(moves(800), { seed, numRuns: runs })) for (const move of played) world.play(move);
  return world.log.map(({ event }, number) => ({ ...asRecorded(event), recordedAt: momentOf(number).recordedAt }));
}

/** Test books count their events; a store wants ids that are UUIDs, and times that do not run backwards. */
export function asRecorded(event: BookEvent): BookEvent {
  const id = createHash('sha256').update(`${event.book} ${event.seq}`).digest('hex');
  return {
    ...event,
    id: `${id.slice(0, 8)}-${id.slice(8, 12)}-7${id.slice(13, 16)}-8${id.slice(17, 20)}-${id.slice(20, 32)}`,
    recordedAt: new Date(FIRST_INSTANT + event.seq * 1_000).toISOString(),
  };
}

/** Appends events that follow what the store has, of several books in the order in which they came. */
export async function append(store: EventStore, events: readonly BookEvent[]): Promise<void> {
  let batch: BookEvent[] = [];
  const flush = async () => {
    for (const [book, ofBook] of Map.groupBy(batch, (event) => event.book)) {
      const size = (ofBook.at(-1)?.seq ?? 0) + 1;
      // Nothing that reads these histories reads their log.
      const seal = { size, note: 'not signed', tileHashes: [] };
      await store.append(book, size - 1 - ofBook.length, ofBook.map(asNew), seal);
    }
    batch = [];
  };
  for (const event of events) {
    const { take, release } = settlement(event);
    // What two books settle between them goes in by itself, as it did when it came.
    if (take !== undefined || release !== undefined) await flush();
    batch.push(event);
    if (take !== undefined || release !== undefined || batch.length === 100) await flush();
  }
  await flush();
}

export function asNew(event: BookEvent) {
  const requestHash = createHash('sha256').update(event.command).digest('base64');
  return { seq: event.seq, canonical: canonicalBytes(event), requestHash, event };
}
