import { Injectable } from '@nestjs/common';
import { type DivisionCode, divisionPrefix } from '../../domain/division.js';
import { disclosureView } from '../../views/disclosure/disclosure.js';
import { duties, lines, objections } from '../../views/disclosure/disclosure-tables.js';
import type { Moment } from '../../views/engine/moment.js';
import type { Condition, RowSource } from '../../views/engine/row-source.js';
import { ViewReader } from '../../views/engine/view-reader.js';
import { BearingBooks } from '../bearing-books.js';
import { dayOf } from '../day-of.js';
import { compareFindings, type Finding } from './finding.js';
import { noticeRemarks, objectionFinding } from './remarks.js';
import { lateOnes, noticeShortcomings, SURELY_IN_TIME_DAYS, undisclosed } from './shortcomings.js';

export interface Compliance {
  /** Shortcomings first. */
  items: Finding[];
  books: { book: DivisionCode; seq: number }[];
}

/** What a division and all below it owe the public, and what was corrected, withdrawn or objected to, for bureaus and auditors. */
@Injectable()
export class ComplianceReader {
  constructor(
    private readonly books: BearingBooks,
    private readonly reader: ViewReader,
  ) {}

  async of(division: DivisionCode, moment: Moment): Promise<Compliance> {
    const { above, below } = await this.books.of(division);
    const today = dayOf(moment);
    const found = await Promise.all(
      [...above, ...below].map((book) =>
        this.reader.readIfThere(disclosureView, book, moment, async (rows, seq) => {
          const lies = book.startsWith(divisionPrefix(division)) ? undefined : { startsWith: divisionPrefix(division) };
          const scope = lies === undefined ? {} : { division: lies };
          return { book, seq, items: await findingsOf(rows, scope, today) };
        }),
      ),
    );
    const known = found.filter((part) => part !== undefined);
    return {
      items: known.flatMap(({ items }) => items).sort(compareFindings),
      books: known.map(({ book, seq }) => ({ book, seq })),
    };
  }
}

async function findingsOf(rows: RowSource, scope: { division?: Condition }, today: string): Promise<Finding[]> {
  const orderBy = ['duty', 'subject'] as const;
  const [waiting, late, notices, filed] = await Promise.all([
    rows.list(duties, { where: { ...scope, waitingSince: { to: today } }, orderBy }),
    rows.list(duties, { where: { ...scope, longestWait: { from: SURELY_IN_TIME_DAYS } }, orderBy }),
    rows.list(lines, { where: { ...scope, kind: 'notice' }, orderBy: ['id'] }),
    rows.list(objections, { where: scope, orderBy: ['dueOn', 'id'] }),
  ]);
  const byId = new Map(notices.map((row) => [row.id, row]));
  return [
    ...waiting.flatMap((row) => undisclosed(row, today)),
    ...late.flatMap(lateOnes),
    ...notices.flatMap((row) => [...noticeShortcomings(row, today), ...noticeRemarks(row, byId)]),
    ...filed.map((row) => objectionFinding(row, byId, today)),
  ];
}
