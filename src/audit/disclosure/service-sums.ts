import { DivisionTable } from '../../divisions/division-table.js';
import { canonicalText } from '../canonical-text.js';
import { shown, textOf } from '../difference.js';
import type { Whole } from '../log-audit.js';
import type { PublishedRows } from '../published.js';
import { type Fields, fieldsIn } from '../row-misfit.js';
import type { Misfit } from '../shape.js';

/** What the entries of the book give of a division. */
interface Own {
  money: Fields[];
  counts: Fields[];
}

interface Asked {
  book: string;
  /** The last entry that was judged, and when it was recorded. */
  seq: number;
  recordedAt: string;
  json: (path: string) => Promise<Fields | undefined>;
}

const NONE: Own = { money: [], counts: [] };

/**
 * Holds the sums that a service answers of each division against those of the entries. Where a division has no page, or other books have
 * a part in it, the page of the one above it has what this book says of it, if that is of this book alone; where that is not so
 * either, nothing can be said, and that is told.
 */
export class ServiceSums {
  compared = 0;
  readonly notCompared: Whole['notCompared'] = [];
  private readonly own = new Map<string, Own>();
  private readonly parents = new Map<string, string>();
  /** Divisions that were held against what the page of the one above them has. */
  private readonly listed = new Set<string>();

  constructor(
    published: PublishedRows,
    private readonly asked: Asked,
  ) {
    this.add('money', published, 'disclosureMoney');
    this.add('counts', published, 'disclosureCount');
  }

  async compare(): Promise<Misfit | undefined> {
    // The one above comes first, since codes begin with its own.
    for (const division of [...this.own.keys()].sort()) {
      const page = await this.page(division);
      const misfit = page === undefined ? this.withoutPage(division) : this.onPage(division, page);
      if (misfit !== undefined) return misfit;
    }
    return undefined;
  }

  private add(part: keyof Own, published: PublishedRows, kind: 'disclosureMoney' | 'disclosureCount'): void {
    for (const row of published.rows(kind)) {
      const fields = row.fields() as Fields;
      const division = String(fields.division);
      const own = this.own.get(division) ?? { money: [], counts: [] };
      this.own.set(division, own);
      own[part].push(fields);
      this.parents.set(division, String(fields.parent));
    }
  }

  /** As of the last entry, which is not what the service answers now where entries came meanwhile; undefined where it has none. */
  private async page(division: string): Promise<Fields | undefined> {
    const { json, recordedAt } = this.asked;
    const now = await json(`/divisions/${division}`);
    if (now === undefined || this.isOfBook(now)) return now;
    return json(`/divisions/${division}?asOf=${recordedAt}`);
  }

  private isOfBook({ books }: Fields): boolean {
    const { book, seq } = this.asked;
    return canonicalText(books) === canonicalText([{ book, seq }]);
  }

  private withoutPage(division: string): Misfit | undefined {
    if (isRegistered(division))
      return { path: `divisions[${division}]`, expected: 'the page of a division of the register', found: 'nothing' };
    return this.byListing(division, 'it has no page, since it is not in the register of divisions');
  }

  private onPage(division: string, page: Fields): Misfit | undefined {
    if (!this.isOfBook(page))
      return this.byListing(division, 'other books have a part in them, or entries came meanwhile');
    if (!this.listed.has(division)) this.compared += 1;
    return this.sumsMisfit(division, page) ?? this.childrenMisfit(division, page);
  }

  /** What its own page does not tell. */
  private byListing(division: string, why: string): undefined {
    if (!this.listed.has(division)) this.notCompared.push({ division, why });
  }

  private childrenMisfit(parent: string, page: Fields): Misfit | undefined {
    const left = new Set([...this.parents].flatMap(([division, above]) => (above === parent ? [division] : [])));
    for (const child of fieldsIn(page.children)) {
      const code = textOf(child.code);
      const misfit = this.sumsMisfit(code, child, left.has(code) ? this.own.get(code) : NONE);
      if (misfit !== undefined) return misfit;
      if (left.delete(code)) this.list(code);
    }
    const [missing] = left;
    return missing === undefined ? undefined : this.sumsMisfit(missing, {});
  }

  private list(division: string): void {
    this.compared += 1;
    this.listed.add(division);
  }

  private sumsMisfit(division: string, found: Fields, own = this.own.get(division) ?? NONE): Misfit | undefined {
    const { money, counts } = own;
    return (
      rowsMisfit(`disclosure_money[${division}]`, money, fieldsIn(found.money), 'amount') ??
      rowsMisfit(`disclosure_counts[${division}]`, counts, fieldsIn(found.counts), 'count')
    );
  }
}

/** Whether the service must have a page of it. */
export function isRegistered(division: string): boolean {
  const table = DivisionTable.get();
  return (table.find(division) ?? table.formerly(division)) !== undefined;
}

function rowsMisfit(
  path: string,
  expected: readonly Fields[],
  found: readonly Fields[],
  value: 'amount' | 'count',
): Misfit | undefined {
  const left = new Map(expected.map((row) => [nameOf(row), row[value]]));
  for (const row of found) {
    const name = nameOf(row);
    const sum = left.get(name);
    if (sum === undefined || sum !== row[value])
      return { path: `${path}[${name}]`, expected: shown(sum), found: shown(row[value]) };
    left.delete(name);
  }
  for (const [name, sum] of left) return { path: `${path}[${name}]`, expected: shown(sum), found: 'nothing' };
  return undefined;
}

function nameOf({ kind, category, level, use, outcome, year }: Fields): string {
  const names = kind === undefined ? [level, use, outcome, year] : [kind, category];
  return names.map(textOf).join(' ');
}
