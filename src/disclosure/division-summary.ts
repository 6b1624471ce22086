import { Injectable } from '@nestjs/common';
import type { DivisionCode } from '../domain/division.js';
import { formatYuan, sumFen } from '../domain/money.js';
import { disclosureView } from '../views/disclosure/disclosure.js';
import { type CountRow, counts, type MoneyRow, money } from '../views/disclosure/disclosure-tables.js';
import type { Moment } from '../views/engine/moment.js';
import type { RowSource } from '../views/engine/row-source.js';
import { ViewReader } from '../views/engine/view-reader.js';
import { BearingBooks } from './bearing-books.js';
import type { DivisionSummary } from './lines.js';

type Outcome = DivisionSummary['money'][number];

export interface Sums {
  money: MoneyRow[];
  counts: CountRow[];
}

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
          own: await sumsIn(rows, book, division),
          children: isAbove(book, division) ? await sumsOf(rows, { parent: division }) : undefined,
        })),
      ),
    );
    const known = parts.filter((part) => part !== undefined);
    const own = joined(known.map((part) => part.own));
    return {
      division,
      books: known.map(({ book, seq }) => ({ book, seq })),
      money: moneyOf(own.money),
      counts: countsOf(own.counts),
      children: childrenOf(joined(known.map((part) => part.children ?? part.own))),
    };
  }
}

/** What a book says of a division: one below it has all of its sums in the rows of its own division. */
export function sumsIn(rows: RowSource, book: DivisionCode, division: DivisionCode): Promise<Sums> {
  return sumsOf(rows, { division: isAbove(book, division) ? division : book });
}

/** Rows that stand at nothing again are there too. */
async function sumsOf(rows: RowSource, where: { division: string } | { parent: string }): Promise<Sums> {
  return {
    money: await rows.list(money, { where, orderBy: ['division', 'level', 'use', 'outcome', 'year'] }),
    counts: await rows.list(counts, { where, orderBy: ['division', 'kind', 'category'] }),
  };
}

function isAbove(book: DivisionCode, division: DivisionCode): boolean {
  return division.startsWith(book.length > 6 ? book : book.replace(/(?:00){1,2}$/, ''));
}

/** Rows of the same use and so on, of several books, are one. */
export function moneyOf(rows: readonly MoneyRow[]): Outcome[] {
  const parts = Map.groupBy(rows, ({ level, use, outcome, year }) => JSON.stringify([level, use, outcome, year]));
  return [...parts.values()].flatMap((same) => {
    const amountFen = sumFen(same.map((row) => row.amountFen));
    const [{ level, use, outcome, year }] = same as [MoneyRow];
    return amountFen === 0n
      ? []
      : [{ level: level as Outcome['level'], use, outcome, year, amount: formatYuan(amountFen) }];
  });
}

export function countsOf(rows: readonly CountRow[]): DivisionSummary['counts'] {
  const parts = Map.groupBy(rows, ({ kind, category }) => JSON.stringify([kind, category]));
  return [...parts.values()].flatMap((same) => {
    const count = same.reduce((sum, row) => sum + row.count, 0);
    const [{ kind, category }] = same as [CountRow];
    return count === 0 ? [] : [{ kind, category, count }];
  });
}

function childrenOf({ money, counts }: Sums): DivisionSummary['children'] {
  const moneyIn = Map.groupBy(money, ({ division }) => division);
  const countsIn = Map.groupBy(counts, ({ division }) => division);
  return [...new Set([...moneyIn.keys(), ...countsIn.keys()])]
    .sort()
    .map((code) => ({ code, money: moneyOf(moneyIn.get(code) ?? []), counts: countsOf(countsIn.get(code) ?? []) }));
}

function joined(parts: readonly Sums[]): Sums {
  return { money: parts.flatMap(({ money }) => money), counts: parts.flatMap(({ counts }) => counts) };
}
