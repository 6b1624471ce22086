import { joinDatabase } from './database/database.js';
import { type Progress, startProgress } from './progress.js';
import { eventStoreChoice, readSettings } from './settings.js';
import { VIEWS } from './views/all-views.js';
import { disclosureView } from './views/disclosure/disclosure.js';
import type { RebuildProgress } from './views/engine/rebuild/rebuild.js';
import { rebuildSome, together } from './views/engine/rebuild/rebuild-some.js';
import { RebuildThread } from './views/engine/rebuild/rebuild-thread.js';

const ALL = 'all';

export const REBUILDABLE = [...VIEWS.map(({ name }) => name), ALL];

/** Rebuilds a view, or all, beside a running service or without one; with a progress bar. Errors: those of `rebuildSome`. */
export async function rebuildViews(environment: NodeJS.ProcessEnv, wanted: string): Promise<void> {
  const settings = readSettings(environment);
  // What is disclosed has as many rows as all other views together; its thread loads while the database is opened.
  const thread = wanted === ALL ? new RebuildThread() : undefined;
  const progress = new RebuildBar();
  try {
    const database = await joinDatabase({ ...settings, log: (message) => console.error(message) });
    try {
      const place = { databaseUrl: database.url, choice: eventStoreChoice(settings) };
      const here = VIEWS.filter((view) => (thread === undefined ? view.name === wanted : view !== disclosureView));
      const ends = await Promise.allSettled([
        rebuildSome(place, here, progress.part()),
        thread?.run(place, [disclosureView], progress.part()),
      ]);
      const errors = ends.flatMap((end): unknown[] => (end.status === 'rejected' ? [end.reason] : []));
      if (errors.length > 0) throw together(errors);
    } finally {
      await database.close();
    }
  } finally {
    progress.end();
    await thread?.end();
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
