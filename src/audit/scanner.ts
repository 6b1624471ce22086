import type { Form } from './shape.js';

/** Gives the value of a text in canonical form that has a shape; nothing where it has not, or where that is not plain to see. */
export type Scanner = (text: string) => unknown;

/** Reads a value from where the scan has come to; nothing where none of its shape stands there. */
type Reader = () => unknown;

interface Field {
  /** Its name as it stands after another field, with the quote that a text begins with, or the whole value of a constant. */
  after: string;
  /** The same where it is the first of its record. */
  first: string;
  read: Reader;
  isRequired: boolean;
}

/** What is being scanned, and how far that has come: there is one at a time. */
let text = '';
let at = 0;

/**
 * Makes what reads one shape: it compares names where they must stand, cuts texts out up to the next quote and judges them, and so
 * parses, judges and proves canonical form in one go, several times as fast as doing it one after the other. What it takes is
 * right; of what it does not take nothing is said, and whoever calls it looks closer. Texts with a backslash are among that.
 *
 * It is made of few small functions that all shapes share. A program written for each shape runs no faster, and V8 works longer
 * on compiling it than on all else together.
 */
export function scannerOf(form: Form): Scanner {
  const field = fieldOf({ name: '', form, isRequired: true });
  const begins = field.first.slice('{"":'.length);
  return (line) => {
    if (line.includes('\\') || !line.startsWith(begins)) return undefined;
    text = line;
    at = begins.length;
    const value = field.read();
    return at === line.length ? value : undefined;
  };
}

function fieldOf({ name, form, isRequired }: { name: string; form: Form; isRequired: boolean }): Field {
  const begins = form.is === 'text' ? '"' : form.is === 'constant' ? form.json : '';
  const named = `${JSON.stringify(name)}:${begins}`;
  return { after: `,${named}`, first: `{${named}`, read: readerOf(form), isRequired };
}

/** Of a value whose beginning was read with its name. */
function readerOf(form: Form): Reader {
  switch (form.is) {
    case 'text':
      return textReader(form.isRight);
    case 'whole':
      return wholeReader(form.least, form.most);
    case 'constant': {
      const value: unknown = JSON.parse(form.json);
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

function textReader(isRight: (text: string) => boolean): Reader {
  return () => {
    const end = text.indexOf('"', at);
    if (end < 0) return undefined;
    const found = text.slice(at, end);
    if (!isRight(found)) return undefined;
    at = end + 1;
    return found;
  };
}

const [ZERO, NINE] = [0x30, 0x39];
/** A number of so many digits is exact. */
const MOST_DIGITS = 15;

function wholeReader(least: number, most: number): Reader {
  return () => {
    const from = at;
    let value = 0;
    for (let code = text.charCodeAt(at); code >= ZERO && code <= NINE; code = text.charCodeAt(at)) {
      value = value * 10 + (code - ZERO);
      at += 1;
    }
    const digits = at - from;
    const isCanonical = digits === 1 || (digits > 1 && digits <= MOST_DIGITS && text.charCodeAt(from) !== ZERO);
    return isCanonical && value >= least && value <= most ? value : undefined;
  };
}

const [QUOTE, COMMA, LIST_BEGINS, LIST_ENDS] = [0x22, 0x2c, 0x5b, 0x5d];

function listReader({ item, least }: { item: Form; least: number }): Reader {
  const read = readerOf(item);
  const isQuoted = item.is === 'text';
  return () => {
    const values: unknown[] = [];
    if (text.charCodeAt(at) !== LIST_BEGINS) return undefined;
    at += 1;
    if (text.charCodeAt(at) === LIST_ENDS) at += 1;
    else {
      for (let code = COMMA; code !== LIST_ENDS; at += 1) {
        if (code !== COMMA) return undefined;
        if (isQuoted && text.charCodeAt(at++) !== QUOTE) return undefined;
        const value = read();
        if (value === undefined) return undefined;
        values.push(value);
        code = text.charCodeAt(at);
      }
    }
    return values.length < least ? undefined : values;
  };
}

function recordReader(shapes: { name: string; form: Form; isRequired: boolean }[]): Reader {
  const fields = shapes.map(fieldOf);
  const put = putTogether(shapes.map(({ name }) => name));
  const values: unknown[] = fields.map(() => undefined);
  return () => {
    let isFirst = true;
    for (let index = 0; index < fields.length; index += 1) {
      const { after, first, read, isRequired } = fields[index] as Field;
      const name = isFirst ? first : after;
      if (text.startsWith(name, at)) {
        at += name.length;
        const value = read();
        if (value === undefined) return undefined;
        values[index] = value;
        isFirst = false;
      } else if (isRequired) return undefined;
      else values[index] = undefined;
    }
    const end = isFirst ? '{}' : '}';
    if (!text.startsWith(end, at)) return undefined;
    at += end.length;
    return put(values);
  };
}

/** Makes an object of values by the names of their fields, as V8 likes it best: written out. The names are those of a shape. */
function putTogether(names: readonly string[]): (values: readonly unknown[]) => object {
  const fields = names.map((name, index) => `${JSON.stringify(name)}: values[${index}]`);
  return new Function('values', `return { ${fields.join(', ')} };`) as (values: readonly unknown[]) => object;
}
