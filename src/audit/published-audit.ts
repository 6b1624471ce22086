import { endOf } from './byte-text.js';
import { shown } from './difference.js';
import { type PublishedRows } from './published.js';
import { KINDS, type Kind, PUBLISHED } from './published-kinds.js';
import { type Row, type RowList, SortedRows } from './registers/standing.js';
import { type Expected, type Fields, fieldsOf, keyOf, leftOut, rowMisfit } from './row-misfit.js';
import type { Misfit } from './shape.js';

interface Next {
  kind: Kind;
  row: Row;
}

/** Holds what is published, line by line in the order of a bundle, against what must be. */
export class PublishedAudit {
  readonly counts: Record<string, number> = {};
  /** The kind of the next row, its rows, and which of them it is; none where nothing more must come. */
  private kinds = -1;
  private list: RowList = NO_ROWS;
  private at = 0;

  constructor(private readonly rows: PublishedRows) {
    for (const kind of KINDS) this.counts[PUBLISHED[kind].table] = 0;
    this.advance();
  }

  /** The next line, which stands there in the text, and what of it is not as it must be. */
  take(kind: Kind, text: string, from: number, to: number): Misfit | undefined {
    if (KINDS[this.kinds] !== kind || !this.isNext(kind, text, from, to))
      return this.differing(kind, text.slice(from, to));
    const { table, isPart } = PUBLISHED[kind];
    if (isPart !== true) this.counts[table] = (this.counts[table] ?? 0) + 1;
    this.at += 1;
    this.advance();
    return undefined;
  }

  /** What was not published though it must be. */
  missing(): Misfit | undefined {
    const { next } = this;
    return next && leftOut(expectedOf(next));
  }

  private get next(): Next | undefined {
    const kind = KINDS[this.kinds];
    return kind && { kind, row: this.list.row(this.at) };
  }

  /** To the next kind that has rows, where this one has no more. */
  private advance(): void {
    while (this.at === this.list.length && this.kinds < KINDS.length) {
      this.kinds += 1;
      this.at = 0;
      const kind = KINDS[this.kinds];
      this.list = kind === undefined ? NO_ROWS : this.rows.of(kind);
    }
  }

  private isNext(kind: Kind, text: string, from: number, to: number): boolean {
    const begins = BEGINS[kind];
    if (!text.startsWith(begins, from)) return false;
    const row = from + begins.length;
    const end = to - 1;
    if (text[end] !== '}') return false;
    if (endOf(this.list.parts(this.at), text, row) === end) return true;
    return kind === 'enrolment' && text.slice(row, end) === JSON.stringify(erased(this.list.row(this.at).fields()));
  }

  private differing(kind: Kind, text: string): Misfit {
    const { next } = this;
    const { table, key: names } = PUBLISHED[kind];
    const found = fieldsOf(kind, text);
    if (found === undefined) return { path: table, expected: 'a row', found: shown(text) };
    // Of an earlier kind one was left out.
    if (next !== undefined && KINDS.indexOf(next.kind) < KINDS.indexOf(kind)) return leftOut(expectedOf(next));
    return rowMisfit(table, keyOf(found, names), found, next?.kind === kind ? expectedOf(next, found) : undefined);
  }
}

const NO_ROWS: RowList = new SortedRows([]);

const BEGINS = Object.fromEntries(KINDS.map((kind) => [kind, `{"${kind}":`])) as Record<Kind, string>;

/** The vault may have erased a person: then it keeps nothing sealed. */
function erased(fields: object): object {
  return { ...fields, erased: true, sealed: false };
}

function expectedOf({ kind, row }: Next, found?: Fields): Expected {
  const isErased = kind === 'enrolment' && found?.erased === true;
  const fields = row.fields();
  return { table: PUBLISHED[kind].table, key: row.key, fields: isErased ? erased(fields) : fields };
}
