import { Injectable } from '@nestjs/common';
import type { DivisionCode } from '../domain/division.js';
import { type Fen, formatYuan } from '../domain/money.js';
import { disclosureView } from '../views/disclosure/disclosure.js';
import { type SumsRow, sums } from '../views/disclosure/disclosure-tables.js';
import type { CountKey, MoneyKey } from '../views/disclosure/sums.js';
import type { Moment } from '../views/engine/moment.js';
import { ViewReader } from '../views/engine/view-reader.js';
import { BearingBooks } from './bearing-books.js';
import type { DivisionSummary } from './lines.js';

type Outcome = DivisionSummary['money'][number];

/** What came to a division, where it went and what it became, from the sums of the books that bear on it. */
@Injectable()
export class DivisionSummaries {
  constructor(
    private readonly books: BearingBooks,
    private readonly reader: ViewReader,
  ) {}

  async of(division: DivisionCode, moment: Moment): Promise<DivisionSummary> {
    const parts = await Promise.all(
      (await this.books.summing(division)).map((book) =>
        this.reader.readIfThere(disclosureView, book, moment, async (rows, seq) => ({
          book,
          seq,
          // A book below the division has all of its sums in the row of its own division.
          own: await rows.one(sums, [book.length > division.length || !isAbove(book, division) ? book : division]),
          children: await rows.list(sums, { where: { parent: division }, orderBy: ['division'] }),
        })),
      ),
    );
    const known = parts.filter((part) => part !== undefined);
    const rows = known.flatMap(({ own }) => own ?? []);
    return {
      division,
      books: known.map(({ book, seq }) => ({ book, seq })),
      money: moneyOf(rows),
      counts: countsOf(rows),
      children: childrenOf(
        known.flatMap(({ book, own, children }) =>
          isAbove(book, division) ? children : own === undefined ? [] : [own],
        ),
      ),
    };
  }
}

function isAbove(book: DivisionCode, division: DivisionCode): boolean {
  return division.startsWith(book.length > 6 ? book : book.replace(/(?:00){1,2}$/, ''));
}

function moneyOf(rows: readonly SumsRow[]): Outcome[] {
  const total = new Map<string, Fen>();
  for (const { money } of rows) {
    for (const [key, amountFen] of Object.entries(money)) total.set(key, (total.get(key) ?? 0n) + BigInt(amountFen));
  }
  return [...total].map(([key, amountFen]) => {
    const [level, use, outcome, year] = JSON.parse(key) as MoneyKey;
    return { level: level as Outcome['level'], use, outcome, year, amount: formatYuan(amountFen) };
  });
}

function countsOf(rows: readonly SumsRow[]): DivisionSummary['counts'] {
  const total = new Map<string, number>();
  for (const { counts } of rows) {
    for (const [key, count] of Object.entries(counts)) total.set(key, (total.get(key) ?? 0) + count);
  }
  return [...total].map(([key, count]) => {
    const [kind, category] = JSON.parse(key) as CountKey;
    return { kind, category, count };
  });
}

function childrenOf(rows: readonly SumsRow[]): DivisionSummary['children'] {
  const byCode = Map.groupBy(rows, ({ division }) => division);
  return [...byCode]
    .map(([code, parts]) => ({ code, money: moneyOf(parts), counts: countsOf(parts) }))
    .sort((a, b) => (a.code < b.code ? -1 : 1));
}
