import { PlainError, together } from '../plain-error.js';
import { type Progress, startProgress } from '../progress.js';
import type { RebuildProgress } from '../views/engine/rebuild/rebuild.js';
import { RebuildThread, type WhichViews } from '../views/engine/rebuild/rebuild-thread.js';
import { VIEW_NAMES, type ViewName } from '../views/view-names.js';

const ALL = 'all';
/** It has more rows than all other views together. */
const LARGE: ViewName = 'disclosure';

/**
 * Rebuilds a view, or all, beside a running service or without one; with a progress bar. Errors: those of `rebuildSome`; PlainError where
 * there is no such view.
 */
export async function rebuildViews(environment: NodeJS.ProcessEnv, wanted: string): Promise<void> {
  const shares = sharesOf(wanted);
  // They load their program while this one loads what it needs itself, and opens the database.
  const threads = shares.map((which) => ({ which, thread: new RebuildThread() }));
  try {
    await rebuildIn(threads, environment);
  } finally {
    await Promise.all(threads.map(({ thread }) => thread.end()));
  }
}

/** What each thread makes. */
function sharesOf(wanted: string): WhichViews[] {
  if (wanted === ALL) return [{ only: LARGE }, { allBut: LARGE }];
  const only = VIEW_NAMES.find((name) => name === wanted);
  if (only !== undefined) return [{ only }];
  const allowed = [...VIEW_NAMES, ALL].join(', ');
  throw new PlainError(`没有视图 ${wanted}。 There is no view ${wanted}; allowed: ${allowed}`);
}

async function rebuildIn(
  threads: readonly { which: WhichViews; thread: RebuildThread }[],
  environment: NodeJS.ProcessEnv,
): Promise<void> {
  const [{ joinDatabase }, { eventStoreChoice, readSettings }] = await Promise.all([
    import('../database/database.js'),
    import('../settings.js'),
  ]);
  const settings = readSettings(environment);
  const progress = new RebuildBar();
  const database = await joinDatabase({ ...settings, log: (message) => console.error(message) });
  try {
    const place = { databaseUrl: database.url, choice: eventStoreChoice(settings) };
    const ends = await Promise.allSettled(
      threads.map(({ which, thread }) => thread.run({ place, which }, progress.part())),
    );
    const errors = ends.flatMap((end): unknown[] => (end.status === 'rejected' ? [end.reason] : []));
    if (errors.length > 0) throw together(errors);
  } finally {
    progress.end();
    await database.close();
  }
}

/** One bar, of the part that has come least far; where views are tried one after another it begins again with each. */
class RebuildBar {
  private bar: Progress | undefined;
  private shown = 0;
  private readonly parts: RebuildProgress[] = [];

  /** Of what is made in one thread. */
  part(): (progress: RebuildProgress) => void {
    const part: RebuildProgress = { done: 0, total: 0 };
    this.parts.push(part);
    return (progress) => {
      Object.assign(part, progress);
      this.show();
    };
  }

  end(): void {
    this.bar?.end();
  }

  private show(): void {
    const total = Math.max(...this.parts.map((part) => part.total));
    const done = Math.min(...this.parts.map((part) => part.done));
    this.bar ??= startProgress('views', total, process.stderr);
    this.bar.grow(total);
    this.bar.advance(done - this.shown);
    this.shown = done;
  }
}
