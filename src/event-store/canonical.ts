import { hash } from 'node:crypto';
import canonicalize from 'canonicalize';

/**
 * RFC 8785. The value must be JSON: no undefined at the top, no number that is not finite, no lone surrogate.
 *
 * RFC 8785 defines strings and numbers as JSON.stringify writes them. Plain JSON of whole numbers, which is all that entries are
 * made of, is written as bytes in one go, without a text of each part; anything else goes through the library.
 */
export function canonical(value: unknown): string {
  return written(value).toString('utf8');
}

/** The same in UTF-8. */
export function canonicalBytes(value: unknown): Buffer {
  return Buffer.from(written(value));
}

/** SHA-256 of the same, in base64. */
export function canonicalHash(value: unknown): string {
  return hash('sha256', written(value), 'base64');
}

const FIRST_BYTES = 16_384;
const MOST_KEPT_BYTES = 1_048_576;

/** What is being written, and how much of it there is. */
let bytes = Buffer.allocUnsafe(FIRST_BYTES);
let end = 0;
/** Keys of the objects that are being written, the innermost last. */
const keys: string[] = [];
let lastKey = 0;

/** Good until the next call. */
function written(value: unknown): Buffer {
  if (bytes.length > MOST_KEPT_BYTES) bytes = Buffer.allocUnsafe(FIRST_BYTES);
  end = 0;
  lastKey = 0;
  if (wrote(value)) return bytes.subarray(0, end);
  const unusual = canonicalize(value);
  if (unusual === undefined) throw new TypeError('the value has no canonical form');
  return Buffer.from(unusual);
}

/** False where it is not plain JSON of whole numbers. */
function wrote(value: unknown): boolean {
  if (typeof value === 'string') return wroteText(value);
  if (typeof value === 'number') return Number.isSafeInteger(value) && wroteAscii(String(value));
  if (typeof value === 'boolean') return wroteAscii(value ? 'true' : 'false');
  if (typeof value !== 'object' || value === null || 'toJSON' in value) return false;
  return Array.isArray(value) ? wroteList(value) : wroteObject(value as Record<string, unknown>);
}

function wroteList(values: readonly unknown[]): boolean {
  writeSign(OPEN_LIST);
  for (let index = 0; index < values.length; index += 1) {
    if (index > 0) writeSign(COMMA);
    if (!wrote(values[index])) return false;
  }
  writeSign(CLOSE_LIST);
  return true;
}

function wroteObject(value: Record<string, unknown>): boolean {
  const first = lastKey;
  sortKeys(value);
  const last = lastKey;
  writeSign(OPEN_OBJECT);
  for (let at = first; at < last; at += 1) {
    const key = keys[at] as string;
    if (at > first) writeSign(COMMA);
    if (!wroteText(key)) return false;
    writeSign(COLON);
    if (!wrote(value[key])) return false;
  }
  writeSign(CLOSE_OBJECT);
  lastKey = first;
  return true;
}

const FEW_KEYS = 32;

/** Puts the keys of an object behind those that are there, by UTF-16 units; they mostly come in order. */
function sortKeys(value: object): void {
  const first = lastKey;
  for (const key in value) {
    let place = lastKey;
    if (place - first >= FEW_KEYS) break;
    for (let before = keys[place - 1]; place > first && before !== undefined && precedes(key, before); ) {
      keys[place] = before;
      place -= 1;
      before = keys[place - 1];
    }
    keys[place] = key;
    lastKey += 1;
  }
  if (lastKey - first < FEW_KEYS) return;
  lastKey = first;
  for (const key of Object.keys(value).sort()) {
    keys[lastKey] = key;
    lastKey += 1;
  }
}

function precedes(a: string, b: string): boolean {
  const difference = a.charCodeAt(0) - b.charCodeAt(0);
  // Not a number where one of them is empty.
  return difference < 0 || (!(difference > 0) && a < b);
}

const [QUOTE, COMMA, COLON, BACKSLASH] = [0x22, 0x2c, 0x3a, 0x5c];
const [OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d];

/** A unit of UTF-16 takes six bytes at most, `\u001f`. */
const MOST_BYTES_A_UNIT = 6;

function makeRoom(more: number): void {
  if (end + more <= bytes.length) return;
  const larger = Buffer.allocUnsafe(Math.max(bytes.length * 2, end + more));
  bytes.copy(larger, 0, 0, end);
  bytes = larger;
}

function writeSign(sign: number): void {
  if (end === bytes.length) makeRoom(1);
  bytes[end] = sign;
  end += 1;
}

function wroteAscii(text: string): true {
  makeRoom(text.length);
  for (let index = 0; index < text.length; index += 1) bytes[end + index] = text.charCodeAt(index);
  end += text.length;
  return true;
}

/** False where it holds half of a surrogate pair, which has no UTF-8. */
function wroteText(text: string): boolean {
  const { length } = text;
  makeRoom(length * MOST_BYTES_A_UNIT + 2);
  const to = bytes;
  let at = end;
  to[at++] = QUOTE;
  for (let index = 0; index < length; index += 1) {
    const unit = text.charCodeAt(index);
    if (unit < 0x80) {
      if (unit >= 0x20 && unit !== QUOTE && unit !== BACKSLASH) to[at++] = unit;
      else at = writeEscaped(to, at, text.charAt(index));
    } else if (unit < 0x800) {
      to[at++] = 0xc0 | (unit >> 6);
      to[at++] = 0x80 | (unit & 0x3f);
    } else if (unit < 0xd800 || unit > 0xdfff) {
      to[at++] = 0xe0 | (unit >> 12);
      to[at++] = 0x80 | ((unit >> 6) & 0x3f);
      to[at++] = 0x80 | (unit & 0x3f);
    } else {
      const point = text.codePointAt(index) ?? 0;
      if (point < 0x10000) return false;
      index += 1;
      to[at++] = 0xf0 | (point >> 18);
      to[at++] = 0x80 | ((point >> 12) & 0x3f);
      to[at++] = 0x80 | ((point >> 6) & 0x3f);
      to[at++] = 0x80 | (point & 0x3f);
    }
  }
  to[at++] = QUOTE;
  end = at;
  return true;
}

function writeEscaped(to: Buffer, at: number, sign: string): number {
  const quoted = JSON.stringify(sign);
  for (let index = 1; index < quoted.length - 1; index += 1) to[at + index - 1] = quoted.charCodeAt(index);
  return at + quoted.length - 2;
}
