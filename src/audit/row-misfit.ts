import { parsedJson } from '../parsed-json.js';
import { utf8 } from './byte-text.js';
import { shown, textOf } from './difference.js';
import type { Misfit } from './shape.js';

/** A row as it must be; the key as its table has it, and fields in the order of RFC 8785. */
export interface Expected {
  table: string;
  key: readonly string[];
  fields: object;
}

export type Fields = Record<string, unknown>;

/** What is wrong with a row that is not the next one of its table, nor of what follows where none is next. */
export function rowMisfit(table: string, key: readonly string[], found: Fields, next: Expected | undefined): Misfit {
  const [own, theirs] = [next?.key.join('\0') ?? '', key.join('\0')];
  if (next !== undefined && own === theirs) return fieldMisfit(next, found);
  // A row that is left out or put in moves all that follow, so the order tells which of the two it is.
  if (next !== undefined && own < theirs) return leftOut(next);
  return { path: pathOf(table, key), expected: 'nothing', found: shown(found) };
}

export function leftOut({ table, key, fields }: Expected): Misfit {
  return { path: pathOf(table, key), expected: shown(fields), found: 'nothing' };
}

function fieldMisfit({ table, key, fields }: Expected, found: Fields): Misfit {
  const difference = firstDifference(fields, found, pathOf(table, key));
  const [expected, other] = [shown(difference.expected), shown(difference.found)];
  return {
    path: difference.field,
    expected: expected === other ? `canonical form ${expected}` : expected,
    found: other,
  };
}

function pathOf(table: string, key: readonly string[]): string {
  return `${table}[${utf8(key.join(' '))}]`;
}

/** What a line of a bundle has under its kind; undefined where that is no row. */
export function fieldsOf(kind: string, text: string): Fields | undefined {
  const line = parsedJson(text);
  const fields = isObject(line) ? line[kind] : undefined;
  return isObject(fields) ? fields : undefined;
}

/** The rows of a list; one that is none has no fields. */
export function fieldsIn(list: unknown): Fields[] {
  return Array.isArray(list) ? list.map((row: unknown) => (isObject(row) ? row : {})) : [];
}

export function keyOf(found: Fields, names: readonly string[]): string[] {
  return names.map((name) => textOf(found[name]));
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

export function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null;
}
