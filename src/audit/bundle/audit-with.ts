import { Different } from '../difference.js';
import type { Whole } from '../log-audit.js';
import type { Batch } from './batch.js';
import { BatchReader } from './batch-reader.js';
import { BundleScan, type ScanOptions } from './bundle-scan.js';
import type { Judgement } from './entries-judge.js';

export interface AuditOptions extends ScanOptions {
  /** Told how many events more were judged. */
  onEvents?: (count: number) => void;
  /** Told, of a service, how many published lines more were compared, of how many in all. */
  onLines?: (count: number, all: number) => void;
}

/** Whoever judges what a scan noted, in this thread or in another. */
export interface Judging {
  /**
   * Waits for room for the next batch; nothing once the judgement is made.
   *
   * @param meanwhile does a little of what can be done now; false where that is nothing
   */
  room(meanwhile: () => boolean): Promise<SharedArrayBuffer | undefined>;
  take(batch: Batch): void;
  /** @param isWhole whether the last line was taken */
  end(isWhole: boolean): Promise<Judgement>;
}

/**
 * Audits a bundle as it is read. Errors: Different; PlainError where the file is none or cannot be read.
 *
 * @param judging whoever judges the entries
 */
export async function auditWith(judging: Judging, file: string, options: ScanOptions): Promise<Whole> {
  const scan = new BundleScan(file, options);
  const lines = new BatchReader(file);
  const meanwhile = () => scan.proveEarly();
  try {
    let [isOpen, isEnd] = [true, false];
    while (isOpen && !isEnd) {
      const memory = await judging.room(meanwhile);
      if (memory === undefined) break;
      const batch = lines.next(memory);
      if (batch === undefined) isEnd = true;
      else {
        isOpen = scan.take(batch);
        judging.take(batch);
      }
    }
    const isWhole = isEnd && scan.isWhole();
    // The one works while the other ends.
    const [{ published, difference }, log] = await Promise.all([judging.end(isWhole), scan.endLog(isEnd)]);
    // What an entry says says more of what is wrong than a hash does.
    const [first] = [difference, scan.difference, scan.logDifference]
      .filter((one) => one !== undefined)
      .sort((a, b) => (a.seq ?? -1) - (b.seq ?? -1));
    if (first !== undefined) throw new Different(first);
    if (log === undefined || published === undefined) throw new Error('an audit ended without a verdict');
    return { ...log, published, notCompared: [] };
  } finally {
    lines.close();
  }
}
