import { isDeepStrictEqual } from 'node:util';

/** The first thing that is not as the events say. */
export interface Difference {
  book: string;
  /** The entry that it is about, where one can be named. */
  seq?: number;
  /** `history`, or a view and its table and the key of a row. */
  where: string;
  field: string;
  /** What the events say. */
  expected: string;
  found: string;
}

/** The first property in which two rows differ, with both values as text. */
export function firstDifference(
  properties: readonly string[],
  expected: object,
  found: object,
): Pick<Difference, 'field' | 'expected' | 'found'> | undefined {
  for (const field of properties) {
    const [ours, theirs] = [plain(Reflect.get(expected, field)), plain(Reflect.get(found, field))];
    if (!isDeepStrictEqual(ours, theirs)) return { field, expected: shown(ours), found: shown(theirs) };
  }
  return undefined;
}

/** As it comes out of a column: what is absent is null, and what is kept as JSON has been through it. */
function plain(value: unknown): unknown {
  if (value === undefined) return null;
  if (value instanceof Date) return value.toISOString();
  return typeof value === 'object' ? JSON.parse(JSON.stringify(value)) : value;
}

function shown(value: unknown): string {
  if (typeof value === 'bigint') return `${value} fen`;
  return typeof value === 'string' ? value : JSON.stringify(value);
}

export const NOTHING = 'nothing';
