import { divisionAndAncestors, isWithin } from '../../domain/division.js';
import { type Fen, formatYuan } from '../../domain/money.js';
import { shown } from '../difference.js';
import type { Misfit } from '../shape.js';
import type { Row } from './standing.js';

const COUNTS = ['householdAssets', 'operatingAssets', 'payouts', 'projects', 'publicAssets'] as const;
const AMOUNTS = [
  'allocated',
  'householdAssetsValue',
  'operatingAssetsValue',
  'paidCapital',
  'paidExpense',
  'payoutsAmount',
  'planned',
  'publicAssetsValue',
] as const;

type Count = (typeof COUNTS)[number];
type Amount = (typeof AMOUNTS)[number];

/** The figures of one division; of each that is not here the value is nothing. */
export interface Figures {
  counts: Partial<Record<Count, number>>;
  amountsFen: Partial<Record<Amount, Fen>>;
}

/** What lies in each division, and rolled up to those above it in the book. */
export class DivisionSums {
  private readonly own = new Map<string, Figures>();

  constructor(private readonly book: string) {}

  /** Of what lies in the division itself. */
  figures(division: string): Figures {
    let figures = this.own.get(division);
    if (figures === undefined) {
      figures = { counts: {}, amountsFen: {} };
      this.own.set(division, figures);
    }
    return figures;
  }

  /** Something lies there from now on, or is refused there. */
  place(division: string): Misfit | undefined {
    this.figures(division);
    return this.inside('data.division', division);
  }

  inside(path: string, division: string): Misfit | undefined {
    return isWithin(division, this.book)
      ? undefined
      : { path, expected: `a division inside ${this.book}`, found: shown(division) };
  }

  /** @param more figures of divisions that are known at the end only */
  *rows(more: Iterable<readonly [division: string, figures: Figures]>): Iterable<Row> {
    const sums = new Map<string, { figures: Figures; parent: string | null }>();
    for (const [division, figures] of [...this.own, ...more]) {
      const codes = divisionAndAncestors(division).filter((code) => isWithin(code, this.book));
      for (const [index, code] of codes.entries()) {
        const sum = sums.get(code) ?? { figures: { counts: {}, amountsFen: {} }, parent: codes[index + 1] ?? null };
        sums.set(code, sum);
        addTo(sum.figures, figures);
      }
    }
    for (const [code, { figures, parent }] of sums)
      yield { key: [code], fields: () => fieldsOf(code, parent, figures) };
  }
}

export function addTo(sum: Figures, { counts, amountsFen }: Figures): void {
  for (const name of COUNTS) sum.counts[name] = (sum.counts[name] ?? 0) + (counts[name] ?? 0);
  for (const name of AMOUNTS) sum.amountsFen[name] = (sum.amountsFen[name] ?? 0n) + (amountsFen[name] ?? 0n);
}

function fieldsOf(code: string, parent: string | null, { counts, amountsFen }: Figures): object {
  const fields: Record<string, string | number | null> = { code, parent };
  for (const name of COUNTS) fields[name] = counts[name] ?? 0;
  for (const name of AMOUNTS) fields[name] = formatYuan(amountsFen[name] ?? 0n);
  return Object.fromEntries(Object.entries(fields).sort(([a], [b]) => (a < b ? -1 : 1)));
}
