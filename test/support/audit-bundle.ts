import { type AuditOptions, auditWith, type Judging } from '../../src/audit/bundle/audit-with.js';
import { type Batch, newMemory, usual } from '../../src/audit/bundle/batch.js';
import { EntriesJudge, type Judgement } from '../../src/audit/bundle/entries-judge.js';
import type { Whole } from '../../src/audit/log-audit.js';

/**
 * Audits a bundle as `mingzhang verify` does, but in one thread, which for the many small and forged ones of tests takes less time.
 * Errors: Different; PlainError where the file is none or cannot be read.
 */
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

  async room(): Promise<SharedArrayBuffer | undefined> {
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
