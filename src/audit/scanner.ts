import type { Judge } from './byte-text.js';
import { KnownTexts, NEW, WRONG } from './known-texts.js';
import type { Form } from './shape.js';
import { BITS, type Tape } from './tape.js';

/** One line: its bytes `from` to `to` of a buffer. */
export interface ByteLine {
  bytes: Buffer;
  from: number;
  to: number;
}

/** Notes the value of a line in canonical form that has a shape; false where it has not, or where that is not plain to see. */
export type Scanner = (line: ByteLine, tape: Tape) => boolean;

/** Notes a value from where the scan has come to; false where none of its shape stands there. */
type Reader = () => boolean;

interface Field {
  /** Its name as it stands after another field, with the quote that a text begins with, or the whole value of a constant. */
  after: Name;
  /** The same where it is the first of its record. */
  first: Name;
  read: Reader;
  isRequired: boolean;
}

/** At least four bytes, as whole numbers of four bytes each; the last overlaps the one before. */
interface Name {
  length: number;
  words: Int32Array;
}

/** What is being scanned, how far that has come, and what was noted: there is one at a time. */
let bytes: Buffer = Buffer.alloc(0);
let view = new DataView(bytes.buffer);
let at = 0;
let end = 0;
let numbers: Int32Array = new Int32Array(0);
let noted = 0;

/**
 * Makes scanners of shapes: they compare names where they must stand, judge the bytes up to the next quote and note where texts
 * stand, and so parse, judge and prove canonical form in one go, several times as fast as doing it one after the other. What they
 * take is right; of what they do not take nothing is said, and whoever calls them looks closer. Texts with a backslash are among that.
 *
 * They are made of few small functions that all shapes share. A program written for each shape runs no faster, and V8 works longer
 * on compiling it than on all else together.
 */
export class Scanners {
  /** By what a field must be: fields that must be the same have their texts in common. */
  private readonly known = new Map<Judge, KnownTexts>();

  scannerOf(form: Form): Scanner {
    const read = this.readerOf(form);
    return (line, tape) => {
      if (bytes !== line.bytes) view = new DataView(line.bytes.buffer, line.bytes.byteOffset, line.bytes.length);
      ({ bytes, from: at, to: end } = line);
      ({ numbers, at: noted } = tape);
      if (!read() || at !== end) {
        // What it noted is not read, so nobody else knows the texts that it has just got to know.
        for (const texts of this.known.values()) texts.forget();
        return false;
      }
      tape.at = noted;
      return true;
    };
  }

  private fieldOf({ name, form, isRequired }: { name: string; form: Form; isRequired: boolean }): Field {
    const begins = form.is === 'text' ? '"' : form.is === 'constant' ? JSON.stringify(form.value) : '';
    const named = `${JSON.stringify(name)}:${begins}`;
    return { after: nameOf(`,${named}`), first: nameOf(`{${named}`), read: this.readerOf(form), isRequired };
  }

  /** Of a value whose beginning was read with its name. */
  private readerOf(form: Form): Reader {
    switch (form.is) {
      case 'text':
        return form.isKnown ? knownReader(this.knownTexts(form.isRight)) : textReader(form.isRight);
      case 'whole':
        return wholeReader(form.least, Math.min(form.most, MOST_NUMBER));
      case 'constant':
        return () => true;
      case 'list':
        return listReader(form.item, form.least, this.readerOf(form.item));
      case 'record':
        return recordReader(form.fields.map((field) => this.fieldOf(field)));
      case 'anything':
        throw new Error('what may be anything cannot be scanned');
    }
  }

  private knownTexts(isRight: Judge): KnownTexts {
    const known = this.known.get(isRight) ?? new KnownTexts(isRight);
    this.known.set(isRight, known);
    return known;
  }
}

function nameOf(text: string): Name {
  const written = Buffer.from(text);
  const words = Int32Array.from({ length: Math.ceil(written.length / WORD) }, (_, index) =>
    written.readInt32LE(Math.min(index * WORD, written.length - WORD)),
  );
  return { length: written.length, words };
}

const WORD = 4;

/** Goes on behind a name, where it stands there. */
function stands({ length, words }: Name): boolean {
  const line = view;
  const from = at;
  const last = words.length - 1;
  if (from + length > end || line.getInt32(from + length - WORD, true) !== words[last]) return false;
  for (let index = 0; index < last; index += 1)
    if (line.getInt32(from + index * WORD, true) !== words[index]) return false;
  at = from + length;
  return true;
}

function note(number: number): void {
  numbers[noted] = number;
  noted += 1;
}

const [QUOTE, COMMA, LIST_BEGINS, LIST_ENDS, RECORD_BEGINS, RECORD_ENDS] = [0x22, 0x2c, 0x5b, 0x5d, 0x7b, 0x7d];
/** What a text has that is not itself as it is written. */
const BACKSLASH = 0x5c;

function textReader(isRight: Judge): Reader {
  return () => {
    const line = bytes;
    const from = at;
    const last = end;
    let to = from;
    for (; to < last && line[to] !== QUOTE; to += 1) if (line[to] === BACKSLASH) return false;
    at = to + 1;
    note(from);
    note(to);
    return isRight(line, from, to);
  };
}

function knownReader(known: KnownTexts): Reader {
  let last = 0;
  return () => {
    const from = at;
    const found = known.read(bytes, from, end, last);
    at = known.end + 1;
    if (found === WRONG) return false;
    note(found);
    last = found;
    if (found < NEW) return true;
    last = found - NEW;
    note(from);
    note(known.end);
    return true;
  };
}

const [ZERO, NINE] = [0x30, 0x39];
/** What a tape holds; a larger one is read closely. */
const MOST_NUMBER = 2 ** 31 - 1;
const MOST_DIGITS = 10;

function wholeReader(least: number, most: number): Reader {
  return () => {
    const from = at;
    let value = 0;
    for (let digit = bytes[at] as number; at < end && digit >= ZERO && digit <= NINE; digit = bytes[at] as number) {
      value = value * 10 + (digit - ZERO);
      at += 1;
    }
    const digits = at - from;
    note(value);
    const isCanonical = digits === 1 || (digits > 1 && digits <= MOST_DIGITS && bytes[from] !== ZERO);
    return isCanonical && value >= least && value <= most;
  };
}

function listReader(item: Form, least: number, read: Reader): Reader {
  const isQuoted = item.is === 'text';
  return () => {
    const counted = noted;
    let count = 0;
    note(count);
    if (bytes[at] !== LIST_BEGINS) return false;
    at += 1;
    if (bytes[at] === LIST_ENDS) at += 1;
    else {
      for (let code = COMMA; code !== LIST_ENDS; at += 1) {
        if (code !== COMMA) return false;
        if (isQuoted && bytes[at++] !== QUOTE) return false;
        if (!read()) return false;
        count += 1;
        code = bytes[at] as number;
      }
    }
    numbers[counted] = count;
    return count >= least;
  };
}

/** Where some of its fields need not be there, it notes before each `BITS` of them which are, a bit each. */
function recordReader(fields: readonly Field[]): Reader {
  const isWhole = fields.every(({ isRequired }) => isRequired);
  return () => {
    let isFirst = true;
    let there = 0;
    let bits = noted;
    for (let index = 0; index < fields.length; index += 1) {
      if (!isWhole && index % BITS === 0) {
        if (index > 0) numbers[bits] = there;
        there = 0;
        bits = noted;
        note(0);
      }
      const { after, first, read, isRequired } = fields[index] as Field;
      if (stands(isFirst ? first : after)) {
        if (!read()) return false;
        there |= 1 << (index % BITS);
        isFirst = false;
      } else if (isRequired) return false;
    }
    if (!isWhole) numbers[bits] = there;
    if (isFirst) {
      if (bytes[at] !== RECORD_BEGINS) return false;
      at += 1;
    }
    if (bytes[at] !== RECORD_ENDS) return false;
    at += 1;
    return true;
  };
}
