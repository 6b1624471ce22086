import { PlainError } from '../plain-error.js';
import { type Progress, startProgress } from '../progress.js';
import { type Replayed, replay } from '../views/replay/replay.js';
import { withBook } from './open-book.js';

interface Wish {
  book: string;
  /** A seq, or an instant with its time zone. */
  until?: string;
  json: boolean;
}

/** Prints what was found; exit status 1 where something is not as the events say. */
export async function runReplay(environment: NodeJS.ProcessEnv, { book, until, json }: Wish): Promise<void> {
  const reading = { book, title: 'replay', passes: 1, hasBar: false };
  const replayed = await withBook(environment, reading, async ({ size, store, within, pool }) => {
    const last = await lastSeq(until, size, (instant) => store.revisionAsOf(book, instant));
    let bar: Progress | undefined;
    let shown = 0;
    const onProgress = (done: number, total: number) => {
      bar ??= startProgress('replay', total, process.stderr);
      bar.grow(total);
      bar.advance(done - shown);
      shown = done;
    };
    try {
      return await replay(pool, book, { ...(last !== undefined && { until: last }), onProgress, within });
    } finally {
      bar?.end();
    }
  });
  console.log(json ? JSON.stringify(replayed) : inWords(replayed));
  if (replayed.difference !== undefined) process.exitCode = 1;
}

async function lastSeq(
  until: string | undefined,
  size: number,
  asOf: (instant: Date) => Promise<number>,
): Promise<number | undefined> {
  if (until === undefined) return undefined;
  const seq = /^\d{1,10}$/.test(until) ? Number(until) : await asOf(new Date(until));
  if (seq < 0) throw new PlainError(`The book had no entry at ${until}.`);
  if (seq >= size) throw new PlainError(`There is no entry ${seq}; the last of the book is ${size - 1}.`);
  return seq;
}

function inWords({ book, until, compared, later, difference }: Replayed): string {
  const lines = compared.map(
    ({ view, atSeq, rows, past }) =>
      `  ${view.padEnd(10)} at entry ${atSeq}: ${rows} rows are as the events say, and ${past} earlier versions of them`,
  );
  const unjudged = later.map(
    ({ view, atSeq, past }) =>
      `  ${view.padEnd(10)} stands at entry ${atSeq} already: only ${past} earlier versions of rows were compared`,
  );
  if (difference === undefined)
    return [`Book ${book}, entries 0 to ${until}: replayed, nothing differs.`, ...lines, ...unjudged].join('\n');
  const { seq, where, field, expected, found } = difference;
  return [
    `Book ${book} is not as its events say. The first difference:`,
    `  where     ${where}${seq === undefined ? '' : ` (entry ${seq})`}`,
    `  field     ${field}`,
    `  expected  ${expected}`,
    `  found     ${found}`,
  ].join('\n');
}
