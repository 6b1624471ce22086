import { inBoth } from '../in-both.js';
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
  if (seq < 0) throw new PlainError(`账套在 ${until} 还没有记录。 The book had no entry at ${until}.`);
  if (seq >= size)
    throw new PlainError(
      `没有记录 ${seq},最后一笔是 ${size - 1}。 There is no entry ${seq}; the last of the book is ${size - 1}.`,
    );
  return seq;
}

function inWords({ book, until, compared, later, difference }: Replayed): string {
  if (difference !== undefined) {
    const { seq, where, field, expected, found } = difference;
    return [
      `账套 ${book} 的视图与记录不符,第一处差异: Book ${book} is not as its events say. The first difference:`,
      `  位置 where     ${where}${seq === undefined ? '' : ` (记录 entry ${seq})`}`,
      `  字段 field     ${inBoth(field)}`,
      `  应为 expected  ${inBoth(expected)}`,
      `  实为 found     ${inBoth(found)}`,
    ].join('\n');
  }
  return [
    `账套 ${book} 的记录 0 至 ${until} 已重放,没有差异。 Book ${book}, entries 0 to ${until}: replayed, nothing differs.`,
    ...(compared.length > 0
      ? ['  与记录相符的行及其先前的样子 rows as the events say, and their earlier versions:']
      : []),
    ...compared.map(
      ({ view, atSeq, rows, past }) =>
        `    ${view.padEnd(10)} 至记录 at entry ${atSeq}: ${rows} 行 rows, ${past} 先前 earlier`,
    ),
    ...(later.length > 0
      ? ['  视图已更靠后,只比对了先前的样子 views that stand later: only earlier versions were compared:']
      : []),
    ...later.map(({ view, atSeq, past }) => `    ${view.padEnd(10)} 已至记录 at entry ${atSeq}: ${past} 先前 earlier`),
  ].join('\n');
}
