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
import { type FoundInBook, KeptFindings } from './kept-findings.js';
import { noticeRemarks, OF_OBJECTION, objectionFinding } from './remarks.js';
import {
  lateOnes,
  noticeShortcomings,
  OF_NOTICE,
  OF_TOLD,
  OF_WAITING,
  SURELY_IN_TIME_DAYS,
  undisclosed,
} from './shortcomings.js';

export interface Compliance {
  /** Shortcomings first. */
  items: Finding[];
  books: { book: DivisionCode; seq: number }[];
}

/** What a division and all below it owe the public, and what was corrected, withdrawn or objected to, for bureaus and auditors. */
@Injectable()
export class ComplianceReader {
  private readonly kept = new KeptFindings();

  constructor(
    private readonly books: BearingBooks,
    private readonly reader: ViewReader,
  ) {}

  async of(division: DivisionCode, moment: Moment): Promise<Compliance> {
    const { above, below } = await this.books.of(division);
    const within = divisionPrefix(division);
    const found = await Promise.all([...above, ...below].map((book) => this.inBook(book, within, moment)));
    const known = found.filter((part) => part !== undefined);
    return {
      items: known
        .flatMap(({ items }) => items)
        .filter((item) => item.division.startsWith(within))
        .sort(compareFindings),
      books: known.map(({ book, seq }) => ({ book, seq })),
    };
  }

  /** In no other division; those of now are looked for in all of them at once, since the next may be asked for another. */
  private async inBook(book: DivisionCode, within: string, moment: Moment): Promise<FoundInBook | undefined> {
    const { asOf, effectiveOn } = moment;
    if (asOf !== undefined || effectiveOn !== undefined)
      return this.look(book, book.startsWith(within) ? {} : { division: { startsWith: within } }, moment);
    const standing = async () => {
      const head = await this.reader.heads.of(disclosureView.name, book);
      return head && `${dayOf(moment)} ${head.version}`;
    };
    return this.kept.of(book, standing, () => this.look(book, {}, moment));
  }

  private look(book: DivisionCode, scope: Scope, moment: Moment): Promise<FoundInBook | undefined> {
    return this.reader.readIfThere(disclosureView, book, moment, async (rows, seq) => {
      const items = await findingsOf(rows, scope, dayOf(moment));
      return { book, seq, items: items.sort(compareFindings) };
    });
  }
}

interface Scope {
  division?: Condition;
}

async function findingsOf(rows: RowSource, scope: Scope, today: string): Promise<Finding[]> {
  const orderBy = ['duty', 'subject'] as const;
  const [waiting, late, notices, filed] = await Promise.all([
    rows.list(duties, { where: { ...scope, waitingSince: { to: today } }, orderBy, only: OF_WAITING }),
    rows.list(duties, { where: { ...scope, longestWait: { from: SURELY_IN_TIME_DAYS } }, orderBy, only: OF_TOLD }),
    rows.list(lines, { where: { ...scope, kind: 'notice' }, orderBy: ['id'], only: OF_NOTICE }),
    rows.list(objections, { where: scope, orderBy: ['dueOn', 'id'], only: OF_OBJECTION }),
  ]);
  const byId = new Map(notices.map((row) => [row.id, row]));
  return [
    ...waiting.flatMap((row) => undisclosed(row, today)),
    ...late.flatMap(lateOnes),
    ...notices.flatMap((row) => [...noticeShortcomings(row, today), ...noticeRemarks(row, byId)]),
    ...filed.map((row) => objectionFinding(row, byId, today)),
  ];
}
