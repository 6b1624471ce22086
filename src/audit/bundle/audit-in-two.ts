import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { Checkpoint } from '../../log/checkpoint.js';
import { PlainError } from '../../plain-error.js';
import type { Whole } from '../book-audit.js';
import { type Difference, Different } from '../difference.js';
import type { AuditOptions } from './read-bundle.js';

export interface EntriesTask {
  file: string;
  book?: string;
  vkeys: string[];
  since?: Checkpoint;
}

/** What the thread of the entries tells on its way, and at its end. */
export type EntriesMessage =
  | { size: number }
  | { events: number }
  | { whole: Whole }
  | { difference: Difference }
  | { refused: string };

type Verdict = { whole: Whole } | { difference: Difference };

/** Only the compiled program has it beside this file. */
const WORKER = new URL('./entries-worker.js', import.meta.url);

/**
 * What is read is soon forgotten: with the usual 48 MiB for what is young the process takes half as much memory again, and no
 * less time.
 */
const YOUNG_MIB = 24;

/** Audits a bundle in two threads: the entries in one of their own, the hashes and signatures in this. Errors: as `auditBundle`. */
export async function auditInTwo(file: string, options: AuditOptions): Promise<Whole> {
  if (!existsSync(fileURLToPath(WORKER))) return (await import('./read-bundle.js')).auditBundle(file, options);
  // Both are waited for, since the first difference may be in either.
  const [entries, log] = await Promise.all([judgeEntries(file, options), judgeLog(file, options)]);
  const [found] = [entries, log]
    .flatMap((verdict) => ('difference' in verdict ? [verdict.difference] : []))
    .sort((a, b) => (a.seq ?? -1) - (b.seq ?? -1));
  if (found !== undefined) throw new Different(found);
  if (!('whole' in entries && 'whole' in log)) throw new Error('an audit ended without a verdict');
  return { ...log.whole, published: entries.whole.published };
}

async function judgeLog(file: string, { book, keys, since }: AuditOptions): Promise<Verdict> {
  // Loaded while the other thread begins, which has more to do.
  const { auditBundle } = await import('./read-bundle.js');
  try {
    const only = { only: 'log' as const, ...(book !== undefined && { book }), ...(since !== undefined && { since }) };
    return { whole: await auditBundle(file, { keys, ...only }) };
  } catch (error) {
    if (error instanceof Different) return { difference: error.difference };
    throw error;
  }
}

function judgeEntries(file: string, { book, keys, since, onSize, onEvents }: AuditOptions): Promise<Verdict> {
  const task: EntriesTask = {
    file,
    vkeys: keys.map(({ vkey }) => vkey),
    ...(book !== undefined && { book }),
    ...(since !== undefined && { since }),
  };
  const worker = new Worker(WORKER, { workerData: task, resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MIB } });
  return new Promise<Verdict>((resolve, reject) => {
    worker.on('message', (message: EntriesMessage) => {
      if ('size' in message) onSize?.(message.size);
      else if ('events' in message) onEvents?.(message.events);
      else if ('refused' in message) reject(new PlainError(message.refused));
      else resolve(message);
    });
    worker.once('error', reject);
    worker.once('exit', () => reject(new Error('the entries were judged without a verdict')));
  }).finally(() => worker.terminate());
}
