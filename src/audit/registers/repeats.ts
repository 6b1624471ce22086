import type { BookEvent } from '../../domain/event.js';
import type { RepeatKind } from '../bundle/lines.js';
import { DutyRegister } from './duties.js';
import { EntryLists } from './entry-lists.js';
import { KeptOutside } from './kept-outside.js';
import type { Row } from './standing.js';

/** What tables only repeat of the entries, which a bundle therefore leaves out. */
export class Repeats {
  private readonly duties: DutyRegister;
  private readonly lists = new EntryLists();
  private readonly outside = new KeptOutside();

  constructor(book: string) {
    this.duties = new DutyRegister(book);
  }

  take(event: BookEvent): void {
    this.duties.take(event);
    this.lists.take(event);
    this.outside.take(event);
  }

  /** Of one table, as the entries so far say; in no order. */
  rows(kind: RepeatKind): Iterable<Row> {
    switch (kind) {
      case 'duty':
        return this.duties.rows();
      case 'dutyTold':
        return this.duties.toldRows();
      case 'fundEntries':
        return this.lists.fundRows();
      case 'projectPayments':
        return this.lists.paymentRows();
      case 'photo':
        return this.outside.photoRows();
      case 'objectionSeal':
        return this.outside.sealRows();
    }
  }
}
