import type { BookEvent } from '../../domain/event.js';
import { endOf, type Parts } from '../byte-text.js';
import { shown } from '../difference.js';
import { type Expected, type Fields, fieldsOf, keyOf, leftOut, rowMisfit } from '../row-misfit.js';
import type { Misfit } from '../shape.js';
import { saidByEntry } from './made-lines.js';

const TABLE = 'disclosure_lines';
const KIND = 'line';
const KEY = ['kind', 'id'];

/** Holds the lines that follow an entry in a bundle against those that it made, text by text. */
export class LinesAudit {
  count = 0;
  private due: readonly Parts[] = [];
  private at = 0;
  private entry: BookEvent | undefined;

  /** Another entry came. @param due its lines */
  follow(entry: BookEvent, due: readonly Parts[]): void {
    this.entry = entry;
    this.due = due;
    this.at = 0;
  }

  /** The next line, which stands there in the text. */
  take(text: string, from: number, to: number): Misfit | undefined {
    const due = this.due[this.at];
    if (due === undefined || endOf(due, text, from) !== to) return this.differing(text.slice(from, to));
    this.at += 1;
    this.count += 1;
    return undefined;
  }

  /** What should have followed the last entry and did not. */
  missing(): Misfit | undefined {
    return this.at === this.due.length ? undefined : leftOut(this.expected(this.due[this.at] ?? []));
  }

  private differing(text: string): Misfit {
    const found = fieldsOf(KIND, text);
    if (found === undefined) return { path: TABLE, expected: 'a line', found: shown(text) };
    const due = this.due[this.at];
    return rowMisfit(TABLE, keyOf(found, KEY), this.whole(found), due === undefined ? undefined : this.expected(due));
  }

  private expected(due: Parts): Expected {
    const fields = fieldsOf(KIND, due.join('')) ?? {};
    return { table: TABLE, key: keyOf(fields, KEY), fields: this.whole(fields) };
  }

  /** With what a line leaves out since its entry says it. */
  private whole(fields: Fields): Fields {
    return { ...(this.entry !== undefined && saidByEntry(this.entry)), ...fields };
  }
}
