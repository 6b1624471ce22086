import { Injectable } from '@nestjs/common';
import { DivisionSummaries } from '../disclosure/division-summary.js';
import type { DivisionSummary } from '../disclosure/lines.js';
import { SumsWithBelow } from '../disclosure/sums-with-below.js';
import { DivisionTable } from '../divisions/division-table.js';
import { type DivisionCode, isWithin } from '../domain/division.js';
import type { Moment } from '../views/engine/moment.js';

export interface Whole {
  /** All that came into the division, each yuan once, whichever book keeps account of it; the sums of lists and pages. */
  summary: DivisionSummary;
  /** What the division's own books say, where books below keep accounts of their own. */
  own: DivisionSummary | undefined;
}

/** The sums that the pages of a division show: those of its books together with the books below. */
@Injectable()
export class WholeSums {
  constructor(
    private readonly summaries: DivisionSummaries,
    private readonly together: SumsWithBelow,
  ) {}

  /** Its `children` are of the division's own books alone; see `withChildren`. */
  async of(division: DivisionCode, moment: Moment): Promise<Whole> {
    const [own, together] = await Promise.all([
      this.summaries.of(division, moment),
      this.together.of(division, moment),
    ]);
    return together === null ? { summary: own, own: undefined } : { summary: { ...own, ...together }, own };
  }

  /** With the sums of the divisions right below, the whole of each. */
  async withChildren(division: DivisionCode, moment: Moment): Promise<Whole> {
    const { summary, own } = await this.of(division, moment);
    if (own === undefined) return { summary, own };
    const apart = summary.books.map(({ book }) => book).filter((book) => !own.books.some((one) => one.book === book));
    const within = DivisionTable.get()
      .children(division)
      .map(({ code }) => code)
      .filter((code) => apart.some((book) => isWithin(book, code)));
    const children = await Promise.all(
      within.map(async (code) => {
        const { summary: whole } = await this.of(code, moment);
        return { code, money: whole.money, counts: whole.counts };
      }),
    );
    const others = own.children.filter(({ code }) => !within.includes(code));
    const all = [...others, ...children].sort((a, b) => (a.code < b.code ? -1 : 1));
    return { summary: { ...summary, children: all }, own };
  }
}
