import type { Judge } from './byte-text.js';
import { KnownTexts } from './known-texts.js';
import type { Form } from './shape.js';

/** One line: its bytes `from` to `to` of a buffer, and the same as text byte for byte. */
export interface ByteLine {
  bytes: Buffer;
  from: number;
  to: number;
  text: string;
}

/** Gives the value of a line in canonical form that has a shape; nothing where it has not, or where that is not plain to see. */
export type Scanner = (line: ByteLine) => unknown;

/** Reads a value from where the scan has come to; nothing where none of its shape stands there. */
type Reader = () => unknown;

interface Field {
  /** Its name as it stands after another field, with the quote that a text begins with, or the whole value of a constant. */
  after: Buffer;
  /** The same where it is the first of its record. */
  first: Buffer;
  read: Reader;
  isRequired: boolean;
}

/** What is being scanned, and how far that has come: there is one at a time. */
let bytes: Buffer = Buffer.alloc(0);
let at = 0;
let end = 0;
let text = '';
let textFrom = 0;

/**
 * Makes what reads one shape: it compares names where they must stand, judges the bytes up to the next quote and cuts texts out,
 * and so parses, judges and proves canonical form in one go, several times as fast as doing it one after the other. What it takes
 * is right; of what it does not take nothing is said, and whoever calls it looks closer. Texts with a backslash are among that.
 *
 * It is made of few small functions that all shapes share. A program written for each shape runs no faster, and V8 works longer
 * on compiling it than on all else together.
 */
export function scannerOf(form: Form): Scanner {
  const { first, read } = fieldOf({ name: '', form, isRequired: true });
  const begins = first.subarray('{"":'.length);
  return (line) => {
    ({ bytes, from: at, to: end, text } = line);
    textFrom = at;
    if (text.includes('\\') || !stands(begins)) return undefined;
    const value = read();
    return at === end ? value : undefined;
  };
}

/** Goes on behind what is expected, where it stands there. */
function stands(expected: Uint8Array): boolean {
  const { length } = expected;
  const [line, from] = [bytes, at];
  if (from + length > end) return false;
  for (let index = 0; index < length; index += 1) if (line[from + index] !== expected[index]) return false;
  at = from + length;
  return true;
}

function fieldOf({ name, form, isRequired }: { name: string; form: Form; isRequired: boolean }): Field {
  const begins = form.is === 'text' ? '"' : form.is === 'constant' ? JSON.stringify(form.value) : '';
  const named = `${JSON.stringify(name)}:${begins}`;
  return { after: Buffer.from(`,${named}`), first: Buffer.from(`{${named}`), read: readerOf(form), isRequired };
}

/** Of a value whose beginning was read with its name. */
function readerOf(form: Form): Reader {
  switch (form.is) {
    case 'text':
      return form.isKnown ? knownReader(new KnownTexts(form.isRight)) : textReader(form.isRight);
    case 'whole':
      return wholeReader(form.least, form.most);
    case 'constant': {
      const { value } = form;
      return () => value;
    }
    case 'list':
      return listReader(form);
    case 'record':
      return recordReader(form.fields);
    case 'anything':
      throw new Error('what may be anything cannot be scanned');
  }
}

function textReader(isRight: Judge): Reader {
  return () => {
    const from = at;
    const to = toQuote();
    return isRight(bytes, from, to) ? text.slice(from - textFrom, to - textFrom) : undefined;
  };
}

function knownReader(known: KnownTexts): Reader {
  return () => {
    const found = known.read(bytes, at, end);
    at = known.end + 1;
    return found;
  };
}

const [QUOTE, COMMA, LIST_BEGINS, LIST_ENDS] = [0x22, 0x2c, 0x5b, 0x5d];

/** Where the next quote stands; goes on behind it. */
function toQuote(): number {
  const [line, last] = [bytes, end];
  let to = at;
  while (to < last && line[to] !== QUOTE) to += 1;
  at = to + 1;
  return to;
}

const [ZERO, NINE] = [0x30, 0x39];
/** A number of so many digits is exact. */
const MOST_DIGITS = 15;

function wholeReader(least: number, most: number): Reader {
  return () => {
    const from = at;
    let value = 0;
    for (let digit = bytes[at] as number; at < end && digit >= ZERO && digit <= NINE; digit = bytes[at] as number) {
      value = value * 10 + (digit - ZERO);
      at += 1;
    }
    const digits = at - from;
    const isCanonical = digits === 1 || (digits > 1 && digits <= MOST_DIGITS && bytes[from] !== ZERO);
    return isCanonical && value >= least && value <= most ? value : undefined;
  };
}

function listReader({ item, least }: { item: Form; least: number }): Reader {
  const read = readerOf(item);
  const isQuoted = item.is === 'text';
  return () => {
    const values: unknown[] = [];
    if (bytes[at] !== LIST_BEGINS) return undefined;
    at += 1;
    if (bytes[at] === LIST_ENDS) at += 1;
    else {
      for (let code = COMMA; code !== LIST_ENDS; at += 1) {
        if (code !== COMMA) return undefined;
        if (isQuoted && bytes[at++] !== QUOTE) return undefined;
        const value = read();
        if (value === undefined) return undefined;
        values.push(value);
        code = bytes[at] as number;
      }
    }
    return values.length < least ? undefined : values;
  };
}

const [EMPTY, RECORD_ENDS] = [Buffer.from('{}'), Buffer.from('}')];

function recordReader(shapes: { name: string; form: Form; isRequired: boolean }[]): Reader {
  const fields = shapes.map(fieldOf);
  const put = putTogether(shapes.map(({ name }) => name));
  const values: unknown[] = fields.map(() => undefined);
  return () => {
    let isFirst = true;
    for (let index = 0; index < fields.length; index += 1) {
      const { after, first, read, isRequired } = fields[index] as Field;
      if (stands(isFirst ? first : after)) {
        const value = read();
        if (value === undefined) return undefined;
        values[index] = value;
        isFirst = false;
      } else if (isRequired) return undefined;
      else values[index] = undefined;
    }
    return stands(isFirst ? EMPTY : RECORD_ENDS) ? put(values) : undefined;
  };
}

/** Makes an object of values by the names of their fields, as V8 likes it best: written out. The names are those of a shape. */
function putTogether(names: readonly string[]): (values: readonly unknown[]) => object {
  const fields = names.map((name, index) => `${JSON.stringify(name)}: values[${index}]`);
  return new Function('values', `return { ${fields.join(', ')} };`) as (values: readonly unknown[]) => object;
}
