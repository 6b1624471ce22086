import { Injectable } from '@nestjs/common';
import { type DivisionCode, isWithin } from '../domain/division.js';
import { disclosureView } from '../views/disclosure/disclosure.js';
import type { MoneyRow } from '../views/disclosure/disclosure-tables.js';
import type { Moment } from '../views/engine/moment.js';
import { ViewReader } from '../views/engine/view-reader.js';
import { funds } from '../views/funds/fund-tables.js';
import { fundsView } from '../views/funds/funds.js';
import { BearingBooks } from './bearing-books.js';
import { countsOf, moneyOf, type Sums, sumsIn } from './division-summary.js';
import type { DivisionSums } from './lines.js';

export interface SumsOfBooks extends DivisionSums {
  /** The books that the sums are of, and up to which entry of each. */
  books: { book: DivisionCode; seq: number }[];
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
  ) {}

  /** Null where no book below is left out of the sums of the division. */
  async of(division: DivisionCode, moment: Moment): Promise<SumsOfBooks | null> {
    const summed = await this.books.summing(division);
    const apart = (await this.books.of(division)).below.filter((book) => !summed.includes(book));
    if (apart.length === 0) return null;
    const asked = [...summed, ...apart].map(async (book) => {
      const part = await this.partOf(book, division, moment);
      return part === undefined ? [] : [{ book, ...part }];
    });
    const parts = (await Promise.all(asked)).flat();
    if (!parts.some(({ book }) => apart.includes(book))) return null;
    return {
      books: parts.map(({ book, seq }) => ({ book, seq })).sort((a, b) => (a.book < b.book ? -1 : 1)),
      money: moneyOf(parts.flatMap(({ sums, arrived }) => [...sums.money, ...arrived])),
      counts: countsOf(parts.flatMap(({ sums }) => sums.counts)),
    };
  }

  /** `arrived` is what is no longer on its way from a book of the division, as rows to be taken off. */
  private async partOf(
    book: DivisionCode,
    division: DivisionCode,
    moment: Moment,
  ): Promise<{ seq: number; sums: Sums; arrived: MoneyRow[] } | undefined> {
    const part = await this.reader.readIfThere(disclosureView, book, moment, async (rows, seq) => ({
      seq,
      sums: await sumsIn(rows, book, division),
    }));
    if (part === undefined) return undefined;
    const received = await this.reader.readIfThere(fundsView, book, { ...moment, minSeq: part.seq }, (rows) =>
      rows.list(funds, { where: { origin: {} }, orderBy: ['id'] }),
    );
    const arrived = (received ?? [])
      .filter(({ origin }) => origin && isWithin(origin.book, division))
      // This view may have come further than the one that the sums are of.
      .filter(({ seq, reversedBy }) => seq <= part.seq && (reversedBy == null || reversedBy > part.seq))
      .map(({ level, fiscalYear: year, registeredFen }) => ({
        ...{ book, division, level, use: 'transit', outcome: 'transit', year },
        ...{ parent: null, amountFen: -registeredFen },
      }));
    return { ...part, arrived };
  }
}
