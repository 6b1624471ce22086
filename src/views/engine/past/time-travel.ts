import type { Pool } from 'pg';
import type { BookEvent } from '../../../domain/event.js';
import { type EventStore, parseEvent } from '../../../event-store/event-store.js';
import { readCheckpoint } from '../checkpoint.js';
import { PAGE } from '../event-pages.js';
import type { Follower } from '../follower.js';
import { loadNeeded } from '../load-needed.js';
import { RowSet } from '../row-set.js';
import { FoldedRows, type RowSource } from '../row-source.js';
import type { View } from '../view.js';
import { inSnapshot, mustHold } from '../view-snapshot.js';
import { CHUNK, lastBoundary } from './chunks.js';
import { countingOn, type Range } from './counting.js';
import { SPAN } from './dates.js';
import { type Fold, Folds } from './folds.js';
import { OverlaidRows } from './overlaid-rows.js';
import { PastRows } from './past-rows.js';

type Answer<T> = (rows: RowSource, seq: number) => Promise<T>;

/** A moment of the past, as entries. */
interface Past {
  view: View;
  book: string;
  lastSeq: number;
  /** Leaves out the events whose effective date is later, `YYYY-MM-DD`. */
  effectiveOn?: string | undefined;
  /** Leaves out the events that do not hold this id; see `ViewReader.read`. */
  about?: string | undefined;
}

/** The entries that are folded over the rows as they stood after `base`. */
interface Way {
  base: number;
  ranges: readonly Range[];
}

/** Rebuilds of one view that may come between two looks at it, before an answer is given up. */
const ATTEMPTS = 5;

/**
 * Answers from a view as it was: the rows at the last end of a chunk before the moment, which the tables and their twins
 * have, and over them what the entries since then make of them, folded in memory by the reducer that also follows.
 */
export class TimeTravel {
  private readonly folds = new Folds();

  constructor(
    private readonly pool: Pool,
    private readonly store: EventStore,
    private readonly follower: Follower,
    private readonly chunk = CHUNK,
    private readonly span = SPAN,
  ) {}

  /** Errors: ViewBehind where the view has not come as far as the end of that chunk. */
  async read<T>(past: Past, answer: Answer<T>): Promise<T> {
    const { view, book, lastSeq, effectiveOn } = past;
    const seen = await readCheckpoint(this.pool, view.name, book);
    if (seen === lastSeq && effectiveOn === undefined) {
      const answered = await this.readPresent(past, answer);
      if (answered !== undefined) return answered.value;
    }
    const way = await this.wayTo(past);
    if (way.base < 0) return answer(new FoldedRows((await this.fold(past, way)).rows), lastSeq);
    if (seen < way.base) await this.follower.waitFor(view, book, way.base);
    for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
      const answered = await this.readOver(past, await this.fold(past, way), answer);
      if (answered !== undefined) return answered.value;
      this.folds.forget(nameOf(past));
    }
    throw new Error(`the view ${past.view.name} is rebuilt again and again`);
  }

  /** Where the tables stand at that very entry they have the answer; undefined where they have moved on. */
  private readPresent<T>({ view, book, lastSeq }: Past, answer: Answer<T>): Promise<{ value: T } | undefined> {
    return inSnapshot(this.pool, view, book, 'past', async ({ client, seq }) => {
      if (seq !== lastSeq) return undefined;
      const nothingLater = new RowSet(book, { isWhole: false });
      return { value: await answer(new OverlaidRows(new PastRows(client, book, seq), nothingLater), seq) };
    });
  }

  /** Undefined where the tables have been switched since the fold was made. */
  private readOver<T>(
    { view, book, lastSeq }: Past,
    { rows, base, generation }: Fold,
    answer: Answer<T>,
  ): Promise<{ value: T } | undefined> {
    return inSnapshot(this.pool, view, book, 'past', async (snapshot) => {
      mustHold({ view, book, seq: snapshot.seq }, base);
      if (generation !== undefined && snapshot.generation !== generation) return undefined;
      return { value: await answer(new OverlaidRows(new PastRows(snapshot.client, book, base), rows), lastSeq) };
    });
  }

  private async wayTo({ book, lastSeq, effectiveOn }: Past): Promise<Way> {
    if (effectiveOn === undefined) {
      const base = lastBoundary(lastSeq, this.chunk);
      return { base, ranges: [[base + 1, lastSeq]] };
    }
    const { allUntil, ranges } = await countingOn(this.pool, book, lastSeq, effectiveOn, this.span);
    const base = lastBoundary(allUntil, this.chunk);
    return { base, ranges: [[base + 1, allUntil], ...ranges] };
  }

  private fold(past: Past, way: Way): Promise<Fold> {
    const entries = way.ranges.reduce((sum, [first, last]) => sum + last - first + 1, 0);
    return this.folds.at(nameOf(past), entries > this.chunk ? 'long' : 'short', () => this.makeFold(past, way));
  }

  private async makeFold(past: Past, { base, ranges }: Way): Promise<Fold> {
    const { view, book, effectiveOn, about } = past;
    const isLenient = effectiveOn !== undefined || about !== undefined;
    const rows = new RowSet(book, { isWhole: base < 0, isLenient });
    let generation: string | undefined;
    for await (const events of this.eventsOf(past, ranges)) {
      if (base >= 0) {
        const seen = await this.load(rows, view, events, base);
        // Switched in between: the next look at the tables tells, and all is made again.
        generation ??= seen;
        if (seen !== generation) return { rows, base, generation: 'switched' };
      }
      for (const event of events) rows.take(view, event);
    }
    return { rows, base, generation };
  }

  private load(rows: RowSet, view: View, events: readonly BookEvent[], base: number): Promise<string> {
    return inSnapshot(this.pool, view, rows.book, 'past', async ({ client, seq, generation }) => {
      mustHold({ view, book: rows.book, seq }, base);
      const past = new PastRows(client, rows.book, base);
      await loadNeeded(rows, view, events, (table, keys) => past.load(table, keys));
      return generation;
    });
  }

  /** The events of the way, `PAGE` of them at a time. */
  private async *eventsOf({ book, effectiveOn, about }: Past, ranges: readonly Range[]): AsyncGenerator<BookEvent[]> {
    let events: BookEvent[] = [];
    const text = about === undefined ? '' : JSON.stringify(about);
    for (const [first, last] of ranges) {
      for (let from = first; from <= last; ) {
        const most = Math.min(PAGE - events.length, last - from + 1);
        const page =
          effectiveOn === undefined
            ? await this.store.read(book, from, most)
            : await this.store.readEffective(book, from, last, effectiveOn, most);
        events.push(...page.filter(({ canonical }) => canonical.includes(text)).map(parseEvent));
        from = page.length < most ? last + 1 : (page.at(-1)?.seq ?? last) + 1;
        if (events.length < PAGE) continue;
        yield events;
        events = [];
      }
    }
    yield events;
  }
}

function nameOf({ view, book, lastSeq, effectiveOn = '', about = '' }: Past): string {
  return `${view.name} ${book} ${lastSeq} ${effectiveOn} ${about}`;
}
