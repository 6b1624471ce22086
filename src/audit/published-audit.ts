import { shown } from './difference.js';
import { KINDS, type Kind, PUBLISHED, type PublishedRows } from './published.js';
import type { Row } from './registers/standing.js';
import { type Expected, type Fields, fieldsOf, keyOf, leftOut, rowMisfit } from './row-misfit.js';
import type { Misfit } from './shape.js';

interface Next {
  kind: Kind;
  row: Row;
}

/** Holds what is published, line by line in the order of a bundle, against what must be. */
export class PublishedAudit {
  readonly counts: Record<string, number> = {};
  private readonly expected: Iterator<Next>;
  private next: Next | undefined;

  constructor(rows: PublishedRows) {
    for (const kind of KINDS) this.counts[PUBLISHED[kind].table] = 0;
    this.expected = inOrder(rows);
    this.advance();
  }

  /** The next line, and what of it is not as it must be. */
  take(kind: Kind, text: string): Misfit | undefined {
    const { next } = this;
    if (next?.kind !== kind || !isSame(next, text)) return this.differing(kind, text);
    const { table, isPart } = PUBLISHED[next.kind];
    if (isPart !== true) this.counts[table] = (this.counts[table] ?? 0) + 1;
    this.advance();
    return undefined;
  }

  /** What was not published though it must be. */
  missing(): Misfit | undefined {
    return this.next === undefined ? undefined : leftOut(expectedOf(this.next));
  }

  private advance(): void {
    const { done, value } = this.expected.next();
    this.next = done === true ? undefined : value;
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

function* inOrder(rows: PublishedRows): Generator<Next, undefined> {
  for (const kind of KINDS) for (const row of rows.of(kind)) yield { kind, row };
  return undefined;
}

function isSame({ kind, row }: Next, found: string): boolean {
  const json = row.json?.() ?? JSON.stringify(row.fields());
  return (
    found === textOf(kind, json) ||
    (kind === 'enrolment' && found === textOf(kind, JSON.stringify(erased(row.fields()))))
  );
}

function textOf(kind: Kind, json: string): string {
  return `{"${kind}":${json}}`;
}

/** The vault may have erased a person: then it keeps nothing sealed. */
function erased(fields: object): object {
  return { ...fields, erased: true, sealed: false };
}

function expectedOf({ kind, row }: Next, found?: Fields): Expected {
  const isErased = kind === 'enrolment' && found?.erased === true;
  const fields = row.fields();
  return { table: PUBLISHED[kind].table, key: row.key, fields: isErased ? erased(fields) : fields };
}
