import type { Pool } from 'pg';
import { type EventStore, parseEvent } from '../../event-store/event-store.js';
import { VIEWS } from '../../views/all-views.js';
import { readCheckpoints } from '../../views/engine/checkpoint.js';
import { gauge } from './exposition.js';

interface Behind {
  view: string;
  book: string;
  /** Of the last event that the view has taken in. */
  seq: number;
  events: number;
}

/** Of these the age is looked up and each is a sample of its own: a thousand books that keep up make none. */
const MOST_SHOWN = 50;

/**
 * How far the views are behind: for each view in all, and book by book where they are behind, those that are behind most.
 * Seconds count from when the first event that is not taken in was recorded.
 */
export async function lagLines(pool: Pool, store: EventStore): Promise<string[]> {
  const [revisions, checkpoints] = await Promise.all([store.revisions(), readCheckpoints(pool)]);
  const seqs = new Map(checkpoints.map(({ view, book, seq }) => [`${view} ${book}`, seq]));
  const views = VIEWS.map(({ name }) => name);
  const behind = views
    .flatMap((view) =>
      [...revisions].map(([book, revision]): Behind => {
        // What no view has begun yet is behind too.
        const seq = seqs.get(`${view} ${book}`) ?? -1;
        return { view, book, seq, events: revision - seq };
      }),
    )
    .filter(({ events }) => events > 0)
    .sort((a, b) => b.events - a.events);
  const shown = behind.slice(0, MOST_SHOWN);
  const seconds = await ages(store, shown);
  const perView = (of: (ofView: Behind[]) => number) =>
    views.map((view): [{ view: string }, number] => [{ view }, of(behind.filter((one) => one.view === view))]);
  const perBook = (of: (one: Behind) => number) =>
    shown.map((one): [{ view: string; book: string }, number] => [{ view: one.view, book: one.book }, of(one)]);
  const ageOf = (one: Behind) => seconds.get(`${one.book} ${one.seq + 1}`) ?? 0;
  return [
    ...gauge(
      'mingzhang_view_lag_events',
      'Events that a view has not taken in yet, over all books.',
      perView((ofView) => ofView.reduce((sum, { events }) => sum + events, 0)),
    ),
    ...gauge(
      'mingzhang_view_books_behind',
      'Books of which a view has not taken in every event.',
      perView((ofView) => ofView.length),
    ),
    ...gauge(
      'mingzhang_view_lag_seconds',
      `Age of the oldest event that a view has not taken in, over the ${MOST_SHOWN} that are behind most.`,
      perView((ofView) => Math.max(0, ...ofView.map(ageOf))),
    ),
    ...gauge(
      'mingzhang_view_book_lag_events',
      `Events of a book that a view has not taken in; the ${MOST_SHOWN} that are behind most, none where all keep up.`,
      perBook(({ events }) => events),
    ),
    ...gauge('mingzhang_view_book_lag_seconds', 'Age of the oldest of these.', perBook(ageOf)),
    ...gauge('mingzhang_books', 'Books that are open.', [[{}, revisions.size]]),
  ];
}

/** In seconds, by book and seq of the first event that is not taken in. */
async function ages(store: EventStore, shown: Behind[]): Promise<Map<string, number>> {
  const wanted = new Map(shown.map(({ book, seq }) => [`${book} ${seq + 1}`, { book, seq: seq + 1 }]));
  const found = await Promise.all(
    [...wanted].map(async ([name, { book, seq }]): Promise<[string, number]> => {
      const [stored] = await store.read(book, seq, 1);
      const recordedAt = stored === undefined ? Date.now() : Date.parse(parseEvent(stored).recordedAt);
      return [name, Math.max(Date.now() - recordedAt, 0) / 1000];
    }),
  );
  return new Map(found);
}
