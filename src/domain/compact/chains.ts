import type { Fen } from '../money.js';
import { FenColumn, NumberColumn } from './column.js';

/** Stands for no link: the end of a chain, and a chain that has none. */
export const NONE = 0;

/** What each entry that is no reversal brought to a balance or took from it: those of one balance hang together, the last first. */
export class Movements {
  readonly seqs = new NumberColumn();
  readonly amountsFen = new FenColumn();
  readonly before = new NumberColumn();

  /** Answers the link that is now the last of the balance whose last it was. */
  add(last: number, seq: number, amountFen: Fen): number {
    this.seqs.push(seq);
    this.amountsFen.push(amountFen);
    this.before.push(last);
    return this.seqs.length;
  }

  /** Later than `seq`, the last first. */
  *after(last: number, seq: number): Generator<{ seq: number; moveFen: Fen }> {
    for (let link = last; link !== NONE; link = this.before.at(link - 1)) {
      const later = this.seqs.at(link - 1);
      if (later <= seq) return;
      yield { seq: later, moveFen: this.amountsFen.at(link - 1) };
    }
  }
}

/** Which entries use something that an earlier entry made, as `fund:F-1`: those of one thing hang together, the last first. */
export class Uses {
  readonly last = new Map<string, number>();
  readonly seqs = new NumberColumn();
  readonly before = new NumberColumn();

  /** An entry counts once, however often it names the thing. */
  add(key: string, seq: number): void {
    const last = this.last.get(key) ?? NONE;
    if (last !== NONE && this.seqs.at(last - 1) === seq) return;
    this.seqs.push(seq);
    this.before.push(last);
    this.last.set(key, this.seqs.length);
  }

  /** Later than `seq`, the last first. */
  *after(key: string, seq: number): Generator<number> {
    for (let link = this.last.get(key) ?? NONE; link !== NONE; link = this.before.at(link - 1)) {
      const later = this.seqs.at(link - 1);
      if (later <= seq) return;
      yield later;
    }
  }
}
