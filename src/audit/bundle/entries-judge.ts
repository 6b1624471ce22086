import { type Difference, differenceOf } from '../difference.js';
import { EntriesAudit } from '../entries-audit.js';
import { EventMaker } from '../event-reader.js';
import { KINDS, type Kind } from '../published-kinds.js';
import { next, type Tape } from '../tape.js';
import { type Batch, bytesOf, tapeOf } from './batch.js';
import { EntryIndex } from './entry-index.js';
import { type BundleHeader, type EntriesMark, ITEM, type RepeatKind } from './lines.js';

/** What was published of a book, in rows by what they are, or what is wrong with its entries; neither where the last line did not come. */
export interface Judgement {
  published?: Record<string, number>;
  difference?: Difference;
}

/** Judges the entries of a bundle and what is published of them, as a scan noted them (`BundleScan`), up to the first difference. */
export class EntriesJudge {
  private readonly events = new EventMaker();
  private readonly entries: EntryIndex;
  private audit: EntriesAudit | undefined;
  private difference: Difference | undefined;

  constructor(file: string) {
    this.entries = new EntryIndex(file);
  }

  /** How many entries were judged. */
  get size(): number {
    return this.audit?.size ?? 0;
  }

  /** Whether something is wrong, so that no more need come. */
  get isJudged(): boolean {
    return this.difference !== undefined;
  }

  take(batch: Batch): void {
    if (this.isJudged) return;
    try {
      this.judge(batch);
    } catch (error) {
      this.difference = differenceOf(error);
    }
  }

  /** @param isWhole whether the last line was taken, of a bundle that has as many entries as it says */
  end(isWhole: boolean): Judgement {
    if (this.difference !== undefined) return { difference: this.difference };
    if (!isWhole) return {};
    try {
      return { published: this.begun().end() };
    } catch (error) {
      return { difference: differenceOf(error) };
    }
  }

  close(): void {
    this.entries.close();
  }

  private judge({ memory, to, before, noted }: Batch): void {
    // One text, of which each line is cut out: what is kept for long has to be a text of its own.
    const text = bytesOf(memory).toString('latin1', 0, to);
    const tape = tapeOf(memory);
    while (tape.at < noted) {
      const item = next(tape);
      if (item === ITEM.event) this.event(tape, text, before);
      else this.item(item, text, next(tape), next(tape));
    }
    if (tape.at !== noted) throw new Error(`of ${noted} numbers that a scan noted ${tape.at} were read`);
  }

  private event(tape: Tape, text: string, before: number): void {
    const { numbers, at } = tape;
    const from = numbers[at + 1] as number;
    const to = numbers[at + 2] as number;
    this.begun().entry(this.events.make(tape, text));
    this.entries.note(before + from - 1, to - from);
  }

  private item(item: number, text: string, from: number, to: number): void {
    if (item === ITEM.line) this.begun().line(text, from, to);
    else if (item >= ITEM.row) this.begun().row(KINDS[item - ITEM.row] as Kind, text, from, to);
    else if (item === ITEM.mark) this.mark(JSON.parse(text.slice(from, to)) as EntriesMark);
    else this.begin(JSON.parse(text.slice(from, to)) as BundleHeader);
  }

  private begin({ book, size }: BundleHeader): void {
    this.audit = new EntriesAudit(book, size);
  }

  private mark({ notice, columns, ...repeats }: EntriesMark): void {
    const read = (seq: number) => this.entries.read(seq);
    if (notice !== undefined) this.begun().notice(notice, read);
    else if (columns !== undefined) this.begun().columns(columns);
    for (const [kind, row] of Object.entries(repeats)) this.begun().repeat(kind as RepeatKind, row, read);
  }

  private begun(): EntriesAudit {
    if (this.audit === undefined) throw new Error('a bundle begins with its header');
    return this.audit;
  }
}
