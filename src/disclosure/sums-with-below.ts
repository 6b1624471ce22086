import { Injectable } from '@nestjs/common';
import { type DivisionCode, isWithin } from '../domain/division.js';
import { EventStore } from '../event-store/event-store.js';
import { disclosureView } from '../views/disclosure/disclosure.js';
import { type MoneyRow, received } from '../views/disclosure/disclosure-tables.js';
import type { Moment } from '../views/engine/moment.js';
import { ViewReader } from '../views/engine/view-reader.js';
import { BearingBooks } from './bearing-books.js';
import { countsOf, moneyOf, type Sums, sumsIn } from './division-summary.js';
import type { DivisionSums } from './lines.js';

export interface SumsOfBooks extends DivisionSums {
  /** The books that the sums are of, and up to which entry of each. */
  books: { book: DivisionCode; seq: number }[];
}

/** What one book says. */
interface Part {
  book: DivisionCode;
  seq: number;
  sums: Sums;
  /** No longer on its way from a book of the division, as rows to be taken off. */
  arrived: MoneyRow[];
}

/**
 * The sums of a division together with those of the books below that keep accounts of their own. Money that one of these books
 * dispatched and another has received stands where it was received; until then it is on its way (`transit`). So each yuan is there
 * once, and all of them are what came into the division from without.
 */
@Injectable()
export class SumsWithBelow {
  constructor(
    private readonly books: BearingBooks,
    private readonly reader: ViewReader,
    private readonly store: EventStore,
  ) {}

  /** Null where no book below is left out of the sums of the division. Error: ViewBehind, where a dispatch that has arrived is not there yet. */
  async of(division: DivisionCode, moment: Moment): Promise<SumsOfBooks | null> {
    const summed = await this.books.summing(division);
    const apart = (await this.books.of(division)).below.filter((book) => !summed.includes(book));
    if (apart.length === 0) return null;
    const books = [...summed, ...apart];
    let parts = await this.partsOf(books, division, () => Promise.resolve(moment));
    // What arrived was dispatched before, but the view of the book that sent it may be behind that of the other.
    if (moneyOf(moneyIn(parts)).some(({ outcome, amount }) => outcome === 'transit' && amount.startsWith('-')))
      parts = await this.partsOf(books, division, async (book) => ({
        ...moment,
        minSeq: await this.store.revision(book),
      }));
    if (!parts.some(({ book }) => apart.includes(book))) return null;
    return {
      books: parts.map(({ book, seq }) => ({ book, seq })).sort((a, b) => (a.book < b.book ? -1 : 1)),
      money: moneyOf(moneyIn(parts)),
      counts: countsOf(parts.flatMap(({ sums }) => sums.counts)),
    };
  }

  private async partsOf(
    books: readonly DivisionCode[],
    division: DivisionCode,
    momentOf: (book: DivisionCode) => Promise<Moment>,
  ): Promise<Part[]> {
    const asked = books.map(async (book) => this.partOf(book, division, await momentOf(book)));
    return (await Promise.all(asked)).filter((part) => part !== undefined);
  }

  private async partOf(book: DivisionCode, division: DivisionCode, moment: Moment): Promise<Part | undefined> {
    return this.reader.readIfThere(disclosureView, book, moment, async (rows, seq) => {
      const arrivals = await rows.list(received, { orderBy: ['fromBook', 'level', 'year'] });
      const arrived = arrivals
        .filter(({ fromBook }) => isWithin(fromBook, division))
        .map(({ level, year, amountFen }): MoneyRow => {
          const onItsWay = { division, use: 'transit', outcome: 'transit', parent: null };
          return { book, ...onItsWay, level, year, amountFen: -amountFen };
        });
      return { book, seq, sums: await sumsIn(rows, book, division), arrived };
    });
  }
}

function moneyIn(parts: readonly Part[]): MoneyRow[] {
  return parts.flatMap(({ sums, arrived }) => [...sums.money, ...arrived]);
}
