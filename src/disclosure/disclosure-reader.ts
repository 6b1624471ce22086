import { Injectable, Optional } from '@nestjs/common';
import { accountId, accountKind } from '../domain/account.js';
import { type DivisionCode, type DivisionLevel, divisionPrefix } from '../domain/division.js';
import { FUND_LEVELS } from '../domain/kinds.js';
import { formatYuan } from '../domain/money.js';
import type { NoticeStanding } from '../domain/notices/standing.js';
import { disclosureView } from '../views/disclosure/disclosure.js';
import { type LineRow, lines, members } from '../views/disclosure/disclosure-tables.js';
import { spoken } from '../views/disclosure/terms.js';
import { InvalidQuery } from '../views/engine/invalid-query.js';
import type { Moment } from '../views/engine/moment.js';
import { cursorOf, type PageRequest, parseCursor } from '../views/engine/page.js';
import type { Condition, Listing, Value, Where } from '../views/engine/row-source.js';
import { ViewReader } from '../views/engine/view-reader.js';
import { BearingBooks } from './bearing-books.js';
import { addDays } from './calendar.js';
import { dayOf } from './day-of.js';
import { foundLines, searchable } from './line-search.js';
import type { Line, LineKind } from './lines.js';
import { ShownPersons } from './shown-persons.js';

export const LINE_ORDERS = ['date', 'amount', 'title'] as const;
export type LineOrder = (typeof LINE_ORDERS)[number];

export interface LineFilter {
  /** What somebody typed who looks for it: see `line-search.ts`. */
  q?: string;
  book?: DivisionCode;
  year?: number;
  /** Level of a fund, category of a project, policy, class of an asset, `received` or `shared`, type of a notice. */
  category?: string;
  /** Level of a fund that is in it. */
  level?: string;
  /** Kind of an owner. */
  owner?: string;
  /** Stage that a project is at. */
  stage?: string;
  status?: 'standing' | 'reversed';
  /** Business dates, both included, `YYYY-MM-DD`. */
  from?: string;
  to?: string;
  /** Of a notice, by the calendar. */
  state?: NoticeStanding;
  /** Of a notice: whose board or site it is for. */
  noticeLevel?: DivisionLevel;
  /** The project that a notice is about. */
  project?: string;
  /** A day, `YYYY-MM-DD`, on which a notice is to be read: within its public period, neither withdrawn nor replaced. */
  postedOn?: string;
}

export interface LineSort {
  by: LineOrder;
  isDescending: boolean;
}

export interface LinePage<Kind extends LineKind> {
  items: Line<Kind>[];
  next: string | null;
  /** Up to which entry of each book the page tells. */
  books: { book: DivisionCode; seq: number }[];
}

const COLUMN: Record<LineOrder, 'effectiveDate' | 'amountFen' | 'title'> = {
  date: 'effectiveDate',
  amount: 'amountFen',
  title: 'title',
};
const NAMED = ['project', 'asset'];
/** After every id, and before every one. */
const [LAST, FIRST] = ['\u{10FFFF}', ''];

/** The lines of a division and of all below it, from all books that bear on it, in one order. */
@Injectable()
export class DisclosureReader {
  constructor(
    private readonly books: BearingBooks,
    private readonly reader: ViewReader,
    /** Whoever searches for nobody needs none. */
    @Optional() private readonly persons?: ShownPersons,
  ) {}

  async list<Kind extends LineKind>(
    kind: Kind,
    division: DivisionCode,
    filter: LineFilter,
    sort: LineSort,
    page: PageRequest,
    moment: Moment,
  ): Promise<LinePage<Kind>> {
    const after = parseLineCursor(page.after, sort);
    const { above, below } = await this.books.of(division);
    const wanted = [...above, ...below].filter((book) => filter.book === undefined || book === filter.book);
    const found = await Promise.all(
      wanted.map((book) => this.listBook(book, kind, division, filter, sort, page.limit + 1, after, moment)),
    );
    const column = COLUMN[sort.by];
    const rows = found
      .flatMap((part) => part?.rows ?? [])
      .sort((a, b) => {
        const order = compare(a[column], b[column]) || compare(a.book, b.book) || compare(a.id, b.id);
        return sort.isDescending ? -order : order;
      });
    const shown = rows.slice(0, page.limit);
    const last = shown.at(-1);
    return {
      items: shown.map((row) => lineOf<Kind>(row)),
      next: rows.length > shown.length && last !== undefined ? cursorOfLine(last, sort) : null,
      books: found.flatMap((part) => (part === undefined ? [] : [{ book: part.book, seq: part.seq }])),
    };
  }

  /** Undefined where there is no such line, or no such book at that time. */
  async find<Kind extends LineKind>(
    kind: Kind,
    book: DivisionCode,
    id: string,
    moment: Moment,
  ): Promise<Line<Kind> | undefined> {
    const row = await this.reader.readIfThere(disclosureView, book, moment, async (rows) => {
      const found = await rows.one(lines, [kind, id]);
      // Income shared out was at the address `17.F-1` once, and is still found there.
      return found ?? (kind === 'income' ? rows.one(lines, [kind, id.replace('.', '~')]) : undefined);
    });
    return row === undefined ? undefined : lineOf<Kind>(row);
  }

  /** Names of projects and assets by their accounts, `project:<id>` and `asset:<id>`; those of other accounts are left out. */
  async namesOf(book: DivisionCode, accounts: readonly string[]): Promise<Map<string, string>> {
    const wanted = new Set(accounts.filter((account) => NAMED.some((kind) => kind === accountKind(account))));
    if (wanted.size === 0) return new Map();
    const where = { kind: { in: NAMED }, id: { in: [...wanted].map(accountId) } };
    const found = await this.reader.readIfThere(disclosureView, book, {}, (rows) =>
      rows.list(members, { where, orderBy: ['kind', 'id'] }),
    );
    const names = (found ?? []).map(({ kind, id, name }): [string, string] => [`${kind}:${id}`, name]);
    return new Map(names.filter(([account]) => wanted.has(account)));
  }

  private async listBook(
    book: DivisionCode,
    kind: LineKind,
    division: DivisionCode,
    filter: LineFilter,
    sort: LineSort,
    limit: number,
    after: LineCursor | undefined,
    moment: Moment,
  ): Promise<{ book: DivisionCode; seq: number; rows: LineRow[] } | undefined> {
    const { q, year, category, level, owner, stage, status, from, to, state, noticeLevel, project, postedOn } = filter;
    const listing: Listing<LineRow> = {
      where: {
        kind,
        division: book.startsWith(divisionPrefix(division)) ? undefined : { startsWith: divisionPrefix(division) },
        year,
        category,
        levels: level === undefined ? undefined : { contains: `,${level},` },
        owners: owner === undefined ? undefined : { contains: `,${owner},` },
        stage,
        status,
        noticeLevel,
        effectiveDate: between(from, to),
        terms: project === undefined ? undefined : { listsAll: [spoken(book, 'project', project)] },
        ...(state !== undefined && ofState(state, moment)),
        ...(postedOn !== undefined && { stage: { in: ['', 'objected'] }, ...within(postedOn) }),
      },
      orderBy: [COLUMN[sort.by], 'id'],
      isDescending: sort.isDescending,
      after: after && afterIn(book, after, sort),
      limit,
    };
    const words = q === undefined ? undefined : searchable(q);
    const persons = words === undefined || kind !== 'payout' ? [] : ((await this.persons?.named(book, words)) ?? []);
    return this.reader.readIfThere(disclosureView, book, moment, async (rows, seq) => {
      if (q === undefined) return { book, seq, rows: await rows.list(lines, listing) };
      if (words === undefined) return { book, seq, rows: [] };
      return { book, seq, rows: await foundLines(rows, { kind, book, division, words, persons }, listing) };
    });
  }
}

function between(from: string | undefined, to: string | undefined): Condition | undefined {
  if (from === undefined && to === undefined) return undefined;
  return { ...(from !== undefined && { from }), ...(to !== undefined && { to }) };
}

/** The same by columns as `standingOf` of the domain has it. */
function ofState(state: NoticeStanding, moment: Moment): Where<LineRow> {
  const today = dayOf(moment);
  switch (state) {
    case 'objected':
    case 'withdrawn':
    case 'replaced':
      return { stage: state };
    case 'announced':
      return { stage: '', publicFrom: { from: addDays(today, 1) } };
    case 'standing':
      return { stage: '', ...within(today) };
    case 'closed':
      return { stage: '', publicTo: { to: addDays(today, -1) } };
  }
}

function within(day: string): Where<LineRow> {
  return { publicFrom: { to: day }, publicTo: { from: day } };
}

interface LineCursor {
  value: Value;
  book: string;
  id: string;
}

/** Books are a part of the order, between the value and the id. */
function afterIn(book: DivisionCode, { value, book: last, id }: LineCursor, { isDescending }: LineSort): Value[] {
  if (book === last) return [value, id];
  const isBefore = book < last !== isDescending;
  return [value, isBefore !== isDescending ? LAST : FIRST];
}

function cursorOfLine(row: LineRow, { by }: LineSort): string {
  const value = row[COLUMN[by]];
  return cursorOf([typeof value === 'bigint' ? value.toString() : value, row.book, row.id]);
}

/** Error: InvalidQuery. */
function parseLineCursor(cursor: string | undefined, { by }: LineSort): LineCursor | undefined {
  const first = by === 'date' ? 'day' : 'string';
  const values = parseCursor(cursor, [first, 'string', 'string']) as [string, string, string] | undefined;
  if (values === undefined) return undefined;
  const [value, book, id] = values;
  if (by !== 'amount') return { value, book, id };
  if (!/^\d{1,18}$/.test(value)) throw new InvalidQuery('after', '不是此列表的游标 is not a cursor of this collection');
  return { value: BigInt(value), book, id };
}

function compare(a: Value, b: Value): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

export function lineOf<Kind extends LineKind>(row: LineRow): Line<Kind> {
  const { kind, book, id, division, title, year, documents, seq, status, facts } = row;
  return {
    kind: kind as Kind,
    book,
    id,
    division,
    title,
    date: row.effectiveDate,
    year,
    amount: formatYuan(row.amountFen),
    status,
    levels: FUND_LEVELS.filter((level) => row.levels.includes(`,${level},`)),
    documents,
    seq,
    recordedAt: row.recordedAt.toISOString(),
    facts: facts as Line<Kind>['facts'],
  };
}
