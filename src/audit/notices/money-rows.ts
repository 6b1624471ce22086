import type { BookEvent } from '../../domain/event.js';
import type { Covers } from '../../domain/notices/covers.js';
import { shown } from '../difference.js';
import type { Moved } from '../ledger.js';
import type { Fund } from '../registers/funds.js';
import type { Misfit } from '../shape.js';
import type { BookAt } from './book-at.js';
import { cellsAt, figureOf, type Place, type PlannedRow } from './planned-row.js';

type Types = readonly BookEvent['type'][];

const BUREAU = 'bureau';

/** Entries in the order in which the notice names them, each of one of these types: a row for each fund that one moved. */
export function entryRows(types: Types) {
  return ({ entries = [] }: Covers, book: BookAt): PlannedRow[] | Misfit => {
    const named = [...new Set(entries)];
    const unfit = named.findIndex((seq) => !book.stands(seq) || !book.isOneOf(seq, types));
    if (unfit >= 0) {
      const expected = `an entry that stands, of ${types.join(' or ')}`;
      return { path: `covers.entries[${unfit}]`, expected, found: `${named[unfit]}` };
    }
    return named.flatMap((seq) =>
      book.linesOf(seq).map(({ fund: id, to, amountFen }, line): PlannedRow => {
        const { fund, level } = fundCells(book.fund(id));
        const accounts = { from: accountAt(seq, 2 * line), to: accountAt(seq, 2 * line + 1) };
        const entry = { date: { seq, path: 'effectiveDate' }, documents: { seq, path: 'documents' } };
        return {
          cells: { ...entry, ...accounts, fund, level },
          figures: { amount: figureOf(to, [{ seq, amountFen }], id) },
        };
      }),
    );
  };
}

export function accountAt(seq: number, posting: number): Place {
  return { seq, path: `postings[${posting}].account` };
}

/** The funds of a year that came from above the book, each with its changes, and what of it nobody was given yet. */
export function yearRows({ fiscalYear }: Covers, book: BookAt): PlannedRow[] {
  return book
    .funds()
    .filter(
      ({ seq, facts }) => facts.fiscalYear === fiscalYear && book.isOneOf(seq, ['fund.registered', 'funds.received']),
    )
    .map((fund) => fundRow(fund, book));
}

/** The same of the funds that the notice names, in its order. */
export function fundsRows({ funds = [] }: Covers, book: BookAt): PlannedRow[] | Misfit {
  const named = [...new Set(funds)].map((id) => ({ id, fund: book.fund(id) }));
  const unknown = named.findIndex(({ fund }) => fund === undefined);
  if (unknown >= 0)
    return { path: `covers.funds[${unknown}]`, expected: 'a fund that stands', found: shown(named[unknown]?.id) };
  return named.flatMap(({ fund }) => (fund === undefined ? [] : fundRow(fund, book)));
}

/** What came into a pool of each fund, and what is left of it there. */
export function poolRows({ pool }: Covers, book: BookAt): PlannedRow[] | Misfit {
  const account = `pool:${pool}`;
  const moved = byFund(book.moved(account));
  if (moved.size === 0) return { path: 'covers.pool', expected: 'a pool that money came to', found: shown(pool) };
  return book.fundsOf(moved.keys()).flatMap((fund): PlannedRow[] => {
    const { id } = fund.facts;
    const all = moved.get(id);
    if (all === undefined) return [];
    const integrated = all.filter(({ seq }) => book.isOneOf(seq, ['funds.integrated']));
    const figures = { integrated: figureOf(account, integrated, id), left: figureOf(account, all, id) };
    return [{ cells: fundCells(fund), figures }];
  });
}

export function byFund(moved: readonly Moved[]): Map<string, Moved[]> {
  return Map.groupBy(moved, ({ fund }) => fund);
}

/** What a fund is, where the entry that made it says so. */
export function fundCells(fund: Fund | undefined): Record<string, Place> {
  if (fund === undefined) return {};
  const { name, ...facts } = cellsAt(fund.seq, fund.path, ['name', 'level', 'nature', 'fiscalYear']);
  return { ...facts, ...(name !== undefined && { fund: name }) };
}

function fundRow(fund: Fund, book: BookAt): PlannedRow {
  const { seq, facts } = fund;
  const { id } = facts;
  const left = book.moved(BUREAU, id);
  const holder = book.linesOf(seq).find((line) => line.fund === id)?.to ?? BUREAU;
  const held = holder === BUREAU ? left : book.moved(holder, id);
  const received = held.filter((one) => one.seq === seq || book.isOneOf(one.seq, ['fund.adjusted']));
  const figures = { received: figureOf(holder, received, id), left: figureOf(BUREAU, left, id) };
  return { cells: fundCells(fund), figures };
}
