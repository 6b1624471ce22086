import { type Judge, utf8 } from './byte-text.js';
import { shown } from './difference.js';

/** Where a value is not of its shape; the path is below the value, e.g. `owners[0].share`, empty for the value itself. */
export interface Misfit {
  path: string;
  expected: string;
  found: string;
}

/** What a value must be: `judge` says what is wrong, `form` how it is written, so that a scanner can be made of it. */
export interface Shape {
  judge(value: unknown): Misfit | undefined;
  form: Form;
}

export type Form =
  /** One that is known has few values, so that each is judged and held once. */
  | { is: 'text'; isRight: Judge; isKnown: boolean }
  | { is: 'whole'; least: number; most: number }
  | { is: 'constant'; value: string | number }
  | { is: 'list'; item: Form; least: number }
  /** Fields in the order of RFC 8785. */
  | { is: 'record'; fields: { name: string; form: Form; isRequired: boolean }[] }
  | { is: 'anything' };

export const anything: Shape = { judge: () => undefined, form: { is: 'anything' } };

export function judged(expected: string, isRight: Judge): Shape {
  return {
    judge: (value) => (typeof value === 'string' && isRightText(value, isRight) ? undefined : misfit(expected, value)),
    form: { is: 'text', isRight, isKnown: false },
  };
}

function isRightText(text: string, isRight: Judge): boolean {
  // Half a character, which an escape can name and no canonical form has.
  if (!text.isWellFormed()) return false;
  // Characters of more than a byte come of escapes that are not canonical form, which is said of them later.
  const bytes = Buffer.from(text, /[^\0-\xff]/.test(text) ? 'utf8' : 'latin1');
  return isRight(bytes, 0, bytes.length);
}

/** The same of a field that has few values in all of a book. */
export function known({ judge, form }: Shape): Shape {
  return { judge, form: form.is === 'text' ? { ...form, isKnown: true } : form };
}

export function matching(expected: string, pattern: RegExp): Shape {
  return judged(expected, (bytes, from, to) => pattern.test(bytes.toString('latin1', from, to)));
}

export function oneOf(values: readonly string[]): Shape {
  const allowed = new Set(values);
  const expected = `one of ${values.join(', ')}`;
  return known(judged(expected, (bytes, from, to) => allowed.has(bytes.toString('latin1', from, to))));
}

export function wholeNumber(least: number, most: number): Shape {
  const expected = `a whole number from ${least} to ${most}`;
  return {
    judge: (value) =>
      Number.isSafeInteger(value) && (value as number) >= least && (value as number) <= most
        ? undefined
        : misfit(expected, value),
    form: { is: 'whole', least, most },
  };
}

export function exactly(constant: string | number): Shape {
  return {
    judge: (value) => (value === constant ? undefined : misfit(shown(constant), value)),
    form: { is: 'constant', value: constant },
  };
}

export function nullOr(shape: Shape): Shape {
  return { judge: (value) => (value === null ? undefined : shape.judge(value)), form: { is: 'anything' } };
}

export function listOf(shape: Shape, least = 0): Shape {
  return {
    judge: (value) => {
      if (!Array.isArray(value) || value.length < least) return misfit(`a list of ${least} or more`, value);
      for (let index = 0; index < value.length; index += 1) {
        const inside = shape.judge(value[index]);
        if (inside !== undefined) return below(`[${index}]`, inside);
      }
      return undefined;
    },
    form: { is: 'list', item: shape.form, least },
  };
}

/**
 * An object with these fields, in the order of RFC 8785, and no others. With that, text that JSON.stringify writes again as
 * it was is in canonical form.
 */
export function record(required: Record<string, Shape>, optional: Record<string, Shape> = {}): Shape {
  const shapes = new Map(Object.entries({ ...required, ...optional }));
  const needed = Object.keys(required);
  const fields = [...shapes]
    .map(([name, { form }]) => ({ name, form, isRequired: name in required }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  return { judge: (value) => recordMisfit(value, shapes, needed), form: { is: 'record', fields } };
}

function recordMisfit(value: unknown, shapes: Map<string, Shape>, needed: string[]): Misfit | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return misfit('an object', value);
  const fields = value as Record<string, unknown>;
  let before = '';
  for (const name of Object.keys(fields)) {
    const shape = shapes.get(name);
    if (shape === undefined) return { path: utf8(name), expected: 'no such field', found: shown(fields[name]) };
    if (name < before) return { path: name, expected: `it before ${before} (RFC 8785)`, found: `it after ${before}` };
    const inside = shape.judge(fields[name]);
    if (inside !== undefined) return below(name, inside);
    before = name;
  }
  for (const name of needed) if (!(name in fields)) return { path: name, expected: 'it to be there', found: 'nothing' };
  return undefined;
}

function misfit(expected: string, value: unknown): Misfit {
  return { path: '', expected, found: shown(value) };
}

function below(name: string, { path, expected, found }: Misfit): Misfit {
  return { path: path === '' || path.startsWith('[') ? name + path : `${name}.${path}`, expected, found };
}
