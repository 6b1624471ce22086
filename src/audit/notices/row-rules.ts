import type { EventOf } from '../../domain/event.js';
import type { Covers } from '../../domain/notices/covers.js';
import type { NoticeType } from '../../domain/notices/types.js';
import { shown } from '../difference.js';
import type { Misfit } from '../shape.js';
import type { BookAt } from './book-at.js';
import { entryRows, fundsRows, poolRows, yearRows } from './money-rows.js';
import type { PlannedRow } from './planned-row.js';
import { afterRows, assetRows, beforeRows, householdRows, incomeRows, libraryRows, subsidyRows } from './thing-rows.js';

type Part = keyof Covers;

/** What a notice of a type covers, and the rows that follow from that. */
interface Rule {
  needs?: readonly Part[];
  may?: readonly Part[];
  rows: (covers: Covers, book: BookAt, division: string) => PlannedRow[] | Misfit;
}

/** Nothing that an entry holds. */
const WORDS: Rule = { rows: () => [] };

const MONEY_GIVEN = [
  'fund.registered',
  'fund.adjusted',
  'funds.allocated',
  'funds.dispatched',
  'funds.received',
] as const;

const RULES: Readonly<Record<NoticeType, Rule>> = {
  identification: { rows: householdRows },
  allocation_result: { needs: ['entries'], rows: entryRows([...MONEY_GIVEN, 'funds.integrated']) },
  annual_plan: { needs: ['fiscalYear'], rows: yearRows },
  loans: WORDS,
  sector_funds: { needs: ['funds'], rows: fundsRows },
  project_library: { rows: libraryRows },
  project_before: { needs: ['project'], rows: beforeRows },
  project_after: { needs: ['project'], rows: afterRows },
  household_subsidy: { needs: ['policy', 'period'], rows: subsidyRows },
  integration_plan: { needs: ['pool'], rows: poolRows },
  asset_register: { may: ['assetClass'], rows: assetRows },
  asset_income: { needs: ['asset'], may: ['period'], rows: incomeRows },
  donation: { needs: ['entries'], rows: entryRows([...MONEY_GIVEN, 'payment.made']) },
  assessment_result: WORDS,
  supervision: WORDS,
};

/** The rows that a notice must have, by what the book says as of the entry that it pins; or what is wrong with what it covers. */
export function plannedRows(
  { type, covers, division }: EventOf<'notice.published'>['data'],
  book: BookAt,
): PlannedRow[] | Misfit {
  const { needs = [], may = [], rows } = RULES[type];
  const named = Object.keys(covers) as Part[];
  const isRight =
    needs.every((part) => named.includes(part)) && named.every((part) => [...needs, ...may].includes(part));
  if (isRight) return rows(covers, book, division);
  const expected = [needs.join(' and ') || 'nothing by name', ...may.map((part) => `perhaps ${part}`)].join(', ');
  return { path: 'covers', expected, found: shown(covers) };
}
