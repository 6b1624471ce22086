import { utf8 } from './byte-text.js';
import { shown } from './difference.js';
import { KINDS, type Kind, PUBLISHED, type PublishedRows } from './published.js';
import type { Row } from './registers/standing.js';
import type { Misfit } from './shape.js';

interface Expected {
  kind: Kind;
  row: Row;
}

/** Holds what is published, line by line in the order of a bundle, against what must be. */
export class PublishedAudit {
  readonly counts: Record<string, number> = {};
  private readonly expected: Iterator<Expected>;
  private next: Expected | undefined;

  constructor(rows: PublishedRows) {
    for (const kind of KINDS) this.counts[PUBLISHED[kind].table] = 0;
    this.expected = inOrder(rows);
    this.advance();
  }

  /** The next line, and what of it is not as it must be. */
  take(kind: Kind, text: string): Misfit | undefined {
    const { next } = this;
    if (next?.kind !== kind || !isSame(next, text)) return this.differing(kind, text);
    const { table } = PUBLISHED[kind];
    this.counts[table] = (this.counts[table] ?? 0) + 1;
    this.advance();
    return undefined;
  }

  /** What was not published though it must be. */
  missing(): Misfit | undefined {
    return this.next === undefined ? undefined : missing(this.next);
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
    const key = names.map((name) => String(found[name])).join('\0');
    const isOfNext = next?.kind === kind && key === next.row.key.join('\0');
    if (isOfNext) return inside(next, found);
    // A row that is left out or put in moves all that follow, so the order tells which of the two it is.
    const isNextLeftOut = next?.kind === kind ? next.row.key.join('\0') < key : rank(next?.kind) < rank(kind);
    if (next !== undefined && isNextLeftOut) return missing(next);
    return { path: `${table}[${utf8(key.replaceAll('\0', ' '))}]`, expected: 'nothing', found: shown(found) };
  }
}

function rank(kind: Kind | undefined): number {
  return kind === undefined ? KINDS.length : KINDS.indexOf(kind);
}

function inside(next: Expected, found: Record<string, unknown>): Misfit {
  const difference = firstDifference(expectedOf(next, found), found, pathOf(next));
  const [expected, other] = [shown(difference.expected), shown(difference.found)];
  return {
    path: difference.field,
    expected: expected === other ? `canonical form ${expected}` : expected,
    found: other,
  };
}

function* inOrder(rows: PublishedRows): Generator<Expected, undefined> {
  for (const kind of KINDS) for (const row of rows.of(kind)) yield { kind, row };
  return undefined;
}

function isSame({ kind, row }: Expected, found: string): boolean {
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

function expectedOf({ kind, row }: Expected, found: Record<string, unknown>): object {
  return kind === 'enrolment' && found.erased === true ? erased(row.fields()) : row.fields();
}

function missing(expected: Expected): Misfit {
  return { path: pathOf(expected), expected: shown(expected.row.fields()), found: 'nothing' };
}

function pathOf({ kind, row }: Expected): string {
  return `${PUBLISHED[kind].table}[${utf8(row.key.join(' '))}]`;
}

function fieldsOf(kind: Kind, text: string): Record<string, unknown> | undefined {
  try {
    const { [kind]: fields } = JSON.parse(text) as Record<string, unknown>;
    return isObject(fields) ? fields : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Of two values that are not alike. */
export function firstDifference(
  expected: unknown,
  found: unknown,
  field: string,
): { field: string; expected: unknown; found: unknown } {
  if (isObject(expected) && isObject(found) && Array.isArray(expected) === Array.isArray(found)) {
    for (const name of new Set([...Object.keys(expected), ...Object.keys(found)])) {
      const [own, theirs] = [expected[name], found[name]];
      if (own !== theirs && JSON.stringify(own) !== JSON.stringify(theirs))
        return firstDifference(own, theirs, Array.isArray(expected) ? `${field}[${name}]` : `${field}.${utf8(name)}`);
    }
  }
  return { field, expected, found };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
