import { PlainError } from '../plain-error.js';
import { type Progress, startProgress } from '../progress.js';
import type { RebuildProgress } from '../views/engine/rebuild/rebuild.js';
import { RebuildThread } from '../views/engine/rebuild/rebuild-thread.js';

const ALL = 'all';
/** It has more rows than all other views together. */
const IN_THREAD = 'disclosure';

/**
 * Rebuilds a view, or all, beside a running service or without one; with a progress bar. Errors: those of `rebuildSome`; PlainError where
 * there is no such view.
 */
export async function rebuildViews(environment: NodeJS.ProcessEnv, wanted: string): Promise<void> {
  // It loads its program while this one loads what it needs itself, and opens the database.
  const thread = wanted === ALL ? new RebuildThread() : undefined;
  try {
    await rebuildBeside(environment, wanted, thread);
  } finally {
    await thread?.end();
  }
}

async function rebuildBeside(
  environment: NodeJS.ProcessEnv,
  wanted: string,
  thread: RebuildThread | undefined,
): Promise<void> {
  const [{ VIEWS }, { rebuildSome, together }, { joinDatabase }, { eventStoreChoice, readSettings }] =
    await Promise.all([
      import('../views/all-views.js'),
      import('../views/engine/rebuild/rebuild-some.js'),
      import('../database/database.js'),
      import('../settings.js'),
    ]);
  const names = [...VIEWS.map(({ name }) => name), ALL];
  if (!names.includes(wanted))
    throw new PlainError(`没有视图 ${wanted}。 There is no view ${wanted}; allowed: ${names.join(', ')}`);
  const settings = readSettings(environment);
  const progress = new RebuildBar();
  const database = await joinDatabase({ ...settings, log: (message) => console.error(message) });
  try {
    const place = { databaseUrl: database.url, choice: eventStoreChoice(settings) };
    const isInThread = (view: { name: string }) => thread !== undefined && view.name === IN_THREAD;
    const here = VIEWS.filter((view) => !isInThread(view) && (wanted === ALL || view.name === wanted));
    const ends = await Promise.allSettled([
      rebuildSome(place, here, progress.part()),
      thread?.run(place, VIEWS.filter(isInThread), progress.part()),
    ]);
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
