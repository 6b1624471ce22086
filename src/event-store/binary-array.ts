/**
 * Arrays of one dimension, as PostgreSQL takes them in binary: a head of five 32-bit numbers (dimensions, has nulls, type of
 * the elements, length, first index), then each element after its length, which is -1 for a null. Neither side has to escape
 * or parse a text then; `pg` sends a parameter that is a Buffer as it is.
 */
const HEAD_BYTES = 20;
const LENGTH_BYTES = 4;
const NULL_LENGTH = -1;

/** Object ids of the types, the same in every PostgreSQL. */
const TYPE = { bytea: 17, int8: 20, int4: 23, text: 25, date: 1082, timestamptz: 1184, uuid: 2950, jsonb: 3802 };

export function texts(values: readonly (string | null)[]): Buffer {
  return written(TYPE.text, '', values);
}

/** The same of texts that are in UTF-8 already. */
export function encodedTexts(values: readonly Uint8Array[]): Buffer {
  let length = HEAD_BYTES;
  for (const value of values) length += LENGTH_BYTES + value.length;
  const array = withHead(TYPE.text, values.length, length);
  let at = HEAD_BYTES;
  for (const value of values) {
    array.writeInt32BE(value.length, at);
    array.set(value, at + LENGTH_BYTES);
    at += LENGTH_BYTES + value.length;
  }
  return array;
}

/** The first byte of a `jsonb` in binary is its version. */
const JSONB_VERSION = '\u0001';

/** Values that JSON can tell, as `jsonb`; null is no value. */
export function jsons(values: readonly unknown[]): Buffer {
  return written(
    TYPE.jsonb,
    JSONB_VERSION,
    values.map((value) => (value == null ? null : JSON.stringify(value))),
  );
}

/** Where texts are put together, since how many bytes they take is known only then. */
let scratch = Buffer.allocUnsafe(65_536);
const MOST_KEPT_BYTES = 1_048_576;
/** A UTF-16 unit takes three at most. */
const MOST_BYTES_A_UNIT = 3;

function written(type: number, prefix: string, values: readonly (string | null)[]): Buffer {
  if (scratch.length > MOST_KEPT_BYTES) scratch = Buffer.allocUnsafe(MOST_KEPT_BYTES);
  writeHead(scratch, type, values.length);
  let at = HEAD_BYTES;
  for (const value of values) {
    const most = at + LENGTH_BYTES + prefix.length + (value?.length ?? 0) * MOST_BYTES_A_UNIT;
    if (most > scratch.length) scratch = Buffer.concat([scratch.subarray(0, at)], Math.max(most, scratch.length * 2));
    if (value === null) {
      at = scratch.writeInt32BE(NULL_LENGTH, at);
      continue;
    }
    const begin = at + LENGTH_BYTES;
    const text = begin + (prefix === '' ? 0 : scratch.write(prefix, begin, 'latin1'));
    const end = text + writeText(scratch, value, text);
    scratch.writeInt32BE(end - begin, at);
    at = end;
  }
  return Buffer.from(scratch.subarray(0, at));
}

/** Up to here a loop is faster than a call out of JavaScript. */
const SHORT = 24;

/** How many bytes the text takes. */
function writeText(to: Buffer, text: string, at: number): number {
  if (text.length > SHORT) return to.write(text, at, 'utf8');
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    if (unit > 0x7f) return to.write(text, at, 'utf8');
    to[at + index] = unit;
  }
  return text.length;
}

export function bigints(values: readonly (number | bigint | null)[]): Buffer {
  return fixed(TYPE.int8, 8, values, (array, value, at) => {
    if (typeof value === 'bigint') array.writeBigInt64BE(value, at);
    else writeInt64(array, value, at);
  });
}

/** Texts of digits as numbers, up to fifteen of them. */
export function codes(values: readonly (string | null)[]): Buffer {
  return bigints(values.map((value) => (value === null ? null : Number(value))));
}

export function integers(values: readonly (number | null)[]): Buffer {
  return fixed(TYPE.int4, 4, values, (array, value, at) => array.writeInt32BE(value, at));
}

export function uuids(values: readonly string[]): Buffer {
  return fixed(TYPE.uuid, 16, values, writeUuid);
}

const DASH = 0x2d;

/** A text of 32 hexadecimal digits with dashes between. */
function writeUuid(array: Buffer, uuid: string, at: number): void {
  let digits = 0;
  for (let index = 0; index < uuid.length; index += 1) {
    const unit = uuid.charCodeAt(index);
    if (unit === DASH) continue;
    // The low bits of `0` to `9` are their value; those of `A` and `a` to `F` and `f` are 1 to 6.
    const digit = (unit & 0xf) + (unit > 0x39 ? 9 : 0);
    const place = at + (digits >> 1);
    array[place] = digits % 2 === 0 ? digit << 4 : (array[place] ?? 0) | digit;
    digits += 1;
  }
}

/** SHA-256 hashes in base64, as `bytea`. */
export function hashes(values: readonly string[]): Buffer {
  return fixed(TYPE.bytea, 32, values, (array, value, at) => array.write(value, at, 'base64'));
}

const MS_A_DAY = 86_400_000;
/** Both count from the year 2000. */
const EPOCH_MS = Date.UTC(2000, 0, 1);

/** Days as `YYYY-MM-DD`. */
export function dates(values: readonly (string | null)[]): Buffer {
  const parse = parser();
  return fixed(TYPE.date, 4, values, (array, value, at) =>
    array.writeInt32BE((parse(value) - EPOCH_MS) / MS_A_DAY, at),
  );
}

/** Instants, as texts in UTC with milliseconds or as they are, as `timestamptz`. */
export function instants(values: readonly (string | Date | null)[]): Buffer {
  const parse = parser();
  return fixed(TYPE.timestamptz, 8, values, (array, value, at) => {
    const ms = typeof value === 'string' ? parse(value) : value.getTime();
    writeInt64(array, (ms - EPOCH_MS) * 1000, at);
  });
}

/** Of days and instants that mostly are those of the row before. */
function parser(): (text: string) => number {
  let [known, ms] = ['', Number.NaN];
  return (text) => {
    if (text !== known) [known, ms] = [text, Date.parse(text)];
    return ms;
  };
}

function fixed<Value>(
  type: number,
  bytes: number,
  values: readonly (Value | null)[],
  write: (array: Buffer, value: Value, at: number) => void,
): Buffer {
  const array = withHead(type, values.length, HEAD_BYTES + values.length * (LENGTH_BYTES + bytes));
  let at = HEAD_BYTES;
  for (const value of values) {
    if (value === null) {
      at = array.writeInt32BE(NULL_LENGTH, at);
      continue;
    }
    array.writeInt32BE(bytes, at);
    write(array, value, at + LENGTH_BYTES);
    at += LENGTH_BYTES + bytes;
  }
  return array.subarray(0, at);
}

function withHead(type: number, length: number, bytes: number): Buffer {
  const array = Buffer.allocUnsafe(bytes);
  writeHead(array, type, length);
  return array;
}

function writeHead(array: Buffer, type: number, length: number): void {
  array.writeInt32BE(1, 0);
  array.writeInt32BE(0, 4);
  array.writeInt32BE(type, 8);
  array.writeInt32BE(length, 12);
  array.writeInt32BE(1, 16);
}

const TWO_TO_32 = 2 ** 32;

function writeInt64(array: Buffer, value: number, at: number): void {
  const high = Math.floor(value / TWO_TO_32);
  array.writeInt32BE(high, at);
  array.writeUInt32BE(value - high * TWO_TO_32, at + 4);
}
