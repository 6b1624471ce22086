import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { Checkpoint } from '../../log/checkpoint.js';
import { PlainError } from '../../plain-error.js';
import type { Part, Whole } from '../book-audit.js';
import { type Difference, Different } from '../difference.js';
import type { AuditOptions } from './read-bundle.js';

export interface HalfTask {
  file: string;
  book?: string;
  vkeys: string[];
  since?: Checkpoint;
  only: Part;
}

/** What a half tells on its way, and at its end. */
export type Half =
  | { size: number }
  | { events: number }
  | { whole: Whole }
  | { difference: Difference }
  | { refused: string };

type Verdict = { whole: Whole } | { difference: Difference };

/** Only the compiled program has it beside this file. */
const WORKER = new URL('./half-worker.js', import.meta.url);

/**
 * What is read is soon forgotten: with the usual 48 MiB for what is young the process takes half as much memory again, and no
 * less time.
 */
const YOUNG_MIB: Record<Part, number> = { entries: 24, log: 6 };

/** Audits a bundle in two threads: the hashes and signatures in one, the entries in the other. Errors: as `auditBundle`. */
export async function auditInTwo(file: string, options: AuditOptions): Promise<Whole> {
  if (!existsSync(fileURLToPath(WORKER))) return (await import('./read-bundle.js')).auditBundle(file, options);
  const { book, keys, since } = options;
  const task = { file, vkeys: keys.map(({ vkey }) => vkey), ...(book && { book }), ...(since && { since }) };
  // Both are waited for, since the first difference may be in either.
  const [entries, log] = await Promise.all([
    verdictOf({ ...task, only: 'entries' }, options),
    verdictOf({ ...task, only: 'log' }),
  ]);
  const [found] = [entries, log]
    .flatMap((verdict) => ('difference' in verdict ? [verdict.difference] : []))
    .sort((a, b) => (a.seq ?? -1) - (b.seq ?? -1));
  if (found !== undefined) throw new Different(found);
  if (!('whole' in entries && 'whole' in log)) throw new Error('an audit ended without a verdict');
  return { ...log.whole, published: entries.whole.published };
}

/** @param progress told of it, where it is given */
function verdictOf(task: HalfTask, progress?: AuditOptions): Promise<Verdict> {
  const worker = new Worker(WORKER, {
    workerData: task,
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MIB[task.only] },
  });
  return new Promise<Verdict>((resolve, reject) => {
    worker.on('message', (half: Half) => {
      if ('size' in half) progress?.onSize?.(half.size);
      else if ('events' in half) progress?.onEvents?.(half.events);
      else if ('refused' in half) reject(new PlainError(half.refused));
      else resolve(half);
    });
    worker.once('error', reject);
    worker.once('exit', () => reject(new Error('a half of an audit ended without a verdict')));
  }).finally(() => worker.terminate());
}
