import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { Checkpoint } from '../../log/checkpoint.js';
import type { Whole } from '../book-audit.js';
import { type Difference, Different } from '../difference.js';
import { type AuditOptions, auditBundle } from './read-bundle.js';

export interface LogTask {
  file: string;
  book?: string;
  vkeys: string[];
  since?: Checkpoint;
}

export type LogVerdict = { whole: Whole } | { difference: Difference };

/** Only the compiled program has it beside this file. */
const WORKER = new URL('./log-worker.js', import.meta.url);

/** Audits a bundle in two threads: the hashes and signatures in one, the entries in the other. Errors: as `auditBundle`. */
export async function auditInTwo(file: string, options: AuditOptions): Promise<Whole> {
  if (!existsSync(fileURLToPath(WORKER))) return auditBundle(file, options);
  const { book, keys, since } = options;
  const task: LogTask = { file, vkeys: keys.map(({ vkey }) => vkey), ...(book && { book }), ...(since && { since }) };
  const worker = new Worker(WORKER, { workerData: task });
  const answer = once(worker, 'message') as Promise<[LogVerdict]>;
  try {
    // Both are waited for, since the first difference may be in either.
    const [log, entries] = await Promise.allSettled([answer, auditBundle(file, { ...options, only: 'entries' })]);
    if (entries.status === 'rejected' && !(entries.reason instanceof Different)) throw entries.reason;
    if (log.status === 'rejected') throw log.reason;
    const [verdict] = log.value;
    const found = [
      ...(entries.status === 'rejected' ? [(entries.reason as Different).difference] : []),
      ...('difference' in verdict ? [verdict.difference] : []),
    ].sort((a, b) => (a.seq ?? -1) - (b.seq ?? -1))[0];
    if (found !== undefined) throw new Different(found);
    if (!('whole' in verdict) || entries.status === 'rejected') throw new Error('an audit ended without a verdict');
    return { ...verdict.whole, published: entries.value.published };
  } finally {
    await worker.terminate();
  }
}
