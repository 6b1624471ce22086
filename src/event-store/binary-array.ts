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

function written(type: number, prefix: string, values: readonly (string | null)[]): Buffer {
  // A UTF-16 unit takes three bytes at most; what is not needed is not sent.
  const most = values.reduce(
    (bytes, value) => bytes + LENGTH_BYTES + prefix.length + (value?.length ?? 0) * 3,
    HEAD_BYTES,
  );
  const array = withHead(type, values.length, most);
  let at = HEAD_BYTES;
  for (const value of values) {
    if (value === null) {
      at = array.writeInt32BE(NULL_LENGTH, at);
      continue;
    }
    let bytes = prefix === '' ? 0 : array.write(prefix, at + LENGTH_BYTES, 'latin1');
    bytes += array.write(value, at + LENGTH_BYTES + bytes, 'utf8');
    array.writeInt32BE(bytes, at);
    at += LENGTH_BYTES + bytes;
  }
  return array.subarray(0, at);
}

export function bigints(values: readonly (number | bigint | null)[]): Buffer {
  return fixed(TYPE.int8, 8, values, (array, value, at) => {
    if (typeof value === 'bigint') array.writeBigInt64BE(value, at);
    else writeInt64(array, value, at);
  });
}

export function integers(values: readonly (number | null)[]): Buffer {
  return fixed(TYPE.int4, 4, values, (array, value, at) => array.writeInt32BE(value, at));
}

export function uuids(values: readonly string[]): Buffer {
  return fixed(TYPE.uuid, 16, values, (array, value, at) => array.write(value.replaceAll('-', ''), at, 'hex'));
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
  return fixed(TYPE.date, 4, values, (array, value, at) =>
    array.writeInt32BE((Date.parse(value) - EPOCH_MS) / MS_A_DAY, at),
  );
}

/** Instants, as texts in UTC with milliseconds or as they are, as `timestamptz`. */
export function instants(values: readonly (string | Date | null)[]): Buffer {
  return fixed(TYPE.timestamptz, 8, values, (array, value, at) => {
    const ms = typeof value === 'string' ? Date.parse(value) : value.getTime();
    writeInt64(array, (ms - EPOCH_MS) * 1000, at);
  });
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
  array.writeInt32BE(1, 0);
  array.writeInt32BE(0, 4);
  array.writeInt32BE(type, 8);
  array.writeInt32BE(length, 12);
  array.writeInt32BE(1, 16);
  return array;
}

const TWO_TO_32 = 2 ** 32;

function writeInt64(array: Buffer, value: number, at: number): void {
  const high = Math.floor(value / TWO_TO_32);
  array.writeInt32BE(high, at);
  array.writeUInt32BE(value - high * TWO_TO_32, at + 4);
}
