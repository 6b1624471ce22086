import type { Whole } from '../log-audit.js';
import { auditWith, type Judging } from './audit-with.js';
import { type Batch, newMemory, usual } from './batch.js';
import type { ScanOptions } from './bundle-scan.js';
import { EntriesJudge, type Judgement } from './entries-judge.js';

export interface AuditOptions extends ScanOptions {
  /** Told how many events more were judged. */
  onEvents?: (count: number) => void;
  /** Told, of a service, how many published lines more were compared, of how many in all. */
  onLines?: (count: number, all: number) => void;
}

/** Audits a bundle as it is read, in one thread. Errors: Different; PlainError where the file is none or cannot be read. */
export async function auditBundle(file: string, options: AuditOptions): Promise<Whole> {
  const here = new JudgingHere(file, options);
  try {
    return await auditWith(here, file, options);
  } finally {
    here.close();
  }
}

/** So many bytes are judged before anything else is done. */
const TURN = 1 << 20;

class JudgingHere implements Judging {
  private readonly judge: EntriesJudge;
  private memory = newMemory();
  private taken = 0;

  constructor(
    file: string,
    private readonly options: AuditOptions,
  ) {
    this.judge = new EntriesJudge(file);
  }

  async room(): Promise<ArrayBuffer | undefined> {
    if (this.taken >= TURN) {
      this.taken = 0;
      // So that a signal is heard.
      await new Promise(setImmediate);
    }
    return this.judge.isJudged ? undefined : this.memory;
  }

  take(batch: Batch): void {
    this.memory = usual(batch.memory);
    this.taken += batch.to;
    const before = this.judge.size;
    this.judge.take(batch);
    this.options.onEvents?.(this.judge.size - before);
  }

  async end(isWhole: boolean): Promise<Judgement> {
    return this.judge.end(isWhole);
  }

  close(): void {
    this.judge.close();
  }
}
