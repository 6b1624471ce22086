import type { ColumnType, Table } from '../table.js';

/** `PGCOPY\n\377\r\n\0`, no flags, no extension. */
const HEAD = Buffer.from('5047434f50590aff0d0a000000000000000000', 'hex');
const END = Buffer.from('ffff', 'hex');
const PART_BYTES = 256 * 1024;
const COUNT_BYTES = 2;
const LENGTH_BYTES = 4;
const NULL_LENGTH = -1;
/** A UTF-16 unit takes three bytes of UTF-8 at most. */
const MOST_BYTES_A_UNIT = 3;
/** Written sign by sign here, which costs less than a call of the encoder up to about that length. */
const SHORT = 128;
const [ONE_BYTE, TWO_BYTES] = [0x80, 0x800];
const [FIRST_SURROGATE, LAST_SURROGATE] = [0xd800, 0xdfff];
/** The first byte of a `jsonb` in binary. */
const JSONB_VERSION = 1;
const MS_A_DAY = 86_400_000;
/** PostgreSQL counts days and microseconds from the year 2000. */
const EPOCH_MS = Date.UTC(2000, 0, 1);
const TWO_TO_32 = 2 ** 32;

interface Field {
  property: string;
  type: ColumnType;
}

/**
 * Rows on their way into a table, in the binary form of `COPY`: the head, each row as the number of its fields (16 bits)
 * and the fields, each after its length (32 bits, -1 for a null), and an end. The last field of a row is `changed_seq`; of one in a twin
 * `superseded_seq` comes after it.
 */
export class RowBytes {
  private parts: Buffer[] = [HEAD];
  private bytes = Buffer.alloc(0);
  /** Where the row begins that is being written. */
  private start = 0;
  private at = 0;
  private readonly fields: readonly Field[];
  private readonly count: number;
  private day = { text: '', number: 0 };
  private code = { text: '', number: 0 };

  constructor(table: Table<object>, isOfTwin: boolean) {
    this.fields = table.columns.map(({ property, type }) => ({ property, type }));
    this.count = this.fields.length + (isOfTwin ? 2 : 1);
  }

  get length(): number {
    return this.parts.reduce((sum, { length }) => sum + length, this.at);
  }

  get isEmpty(): boolean {
    return this.parts.length === 1 && this.at === 0;
  }

  /** The fields of a row that is not sent yet. Valid until the next call of anything here. */
  of(row: object, changedSeq: number): Buffer {
    this.start = this.at;
    this.writeRow(row, changedSeq);
    const fields = this.bytes.subarray(this.start, this.at);
    this.at = this.start;
    return fields;
  }

  add(row: object, changedSeq: number): void {
    this.begin();
    this.writeRow(row, changedSeq);
  }

  /** What `of` gave. */
  addFields(fields: Buffer, supersededSeq?: number): void {
    this.begin();
    this.reserve(fields.length);
    this.bytes.set(fields, this.at);
    this.at += fields.length;
    if (supersededSeq !== undefined) this.writeInteger(supersededSeq);
  }

  /** All of it; what is added from now on comes after it. */
  take(): Buffer[] {
    const parts = [...this.parts, this.bytes.subarray(0, this.at), END];
    this.parts = [HEAD];
    this.bytes = Buffer.alloc(0);
    this.at = 0;
    return parts;
  }

  private begin(): void {
    this.start = this.at;
    this.reserve(COUNT_BYTES);
    this.bytes[this.at] = this.count >> 8;
    this.bytes[this.at + 1] = this.count;
    this.at += COUNT_BYTES;
  }

  private writeRow(row: object, changedSeq: number): void {
    const values = row as Record<string, unknown>;
    for (const { property, type } of this.fields) {
      const value = values[property];
      if (value == null) this.writeNull();
      else this.write(type, value);
    }
    this.writeInteger(changedSeq);
  }

  private write(type: ColumnType, value: unknown): void {
    if (type === 'text') this.writeText(value as string, 0);
    else if (type === 'jsonb') this.writeText(JSON.stringify(value), 1);
    else if (type === 'code') this.writeLong(this.codeOf(value as string));
    else if (type === 'integer') this.writeInteger(value as number);
    else if (type === 'bigint') this.writeBigint(value as bigint);
    else if (type === 'date') this.writeInteger(this.dayOf(value as string));
    else this.writeLong(((value as Date).getTime() - EPOCH_MS) * 1000);
  }

  private writeText(text: string, versionBytes: 0 | 1): void {
    this.reserve(text.length * MOST_BYTES_A_UNIT + versionBytes);
    const start = this.at + LENGTH_BYTES;
    if (versionBytes === 1) this.bytes[start] = JSONB_VERSION;
    const length = versionBytes + this.encode(text, start + versionBytes);
    this.putInt32(length);
    this.at = start + length;
  }

  /** Answers how many bytes it takes. */
  private encode(text: string, start: number): number {
    const { length } = text;
    if (length > SHORT) return this.bytes.write(text, start, 'utf8');
    const { bytes } = this;
    let at = start;
    for (let index = 0; index < length; index += 1) {
      const unit = text.charCodeAt(index);
      if (unit < ONE_BYTE) bytes[at++] = unit;
      else if (unit < TWO_BYTES) {
        bytes[at++] = 0xc0 | (unit >> 6);
        bytes[at++] = 0x80 | (unit & 0x3f);
      } else if (unit < FIRST_SURROGATE || unit > LAST_SURROGATE) {
        bytes[at++] = 0xe0 | (unit >> 12);
        bytes[at++] = 0x80 | ((unit >> 6) & 0x3f);
        bytes[at++] = 0x80 | (unit & 0x3f);
      } else return bytes.write(text, start, 'utf8');
    }
    return at - start;
  }

  private writeInteger(value: number): void {
    this.reserve(4);
    this.putInt32(4);
    this.putInt32(value);
  }

  private writeBigint(value: bigint): void {
    const number = Number(value);
    if (Number.isSafeInteger(number)) {
      this.writeLong(number);
      return;
    }
    this.reserve(8);
    this.putInt32(8);
    this.at = this.bytes.writeBigInt64BE(value, this.at);
  }

  private writeLong(value: number): void {
    this.reserve(8);
    this.putInt32(8);
    const high = Math.floor(value / TWO_TO_32);
    this.putInt32(high);
    this.putInt32(value - high * TWO_TO_32);
  }

  private writeNull(): void {
    this.reserve(0);
    this.putInt32(NULL_LENGTH);
  }

  /** Room for it was reserved. */
  private putInt32(value: number): void {
    const { bytes, at } = this;
    bytes[at] = value >>> 24;
    bytes[at + 1] = value >>> 16;
    bytes[at + 2] = value >>> 8;
    bytes[at + 3] = value;
    this.at = at + 4;
  }

  /** Entries of the same day mostly come together. */
  private dayOf(text: string): number {
    if (this.day.text !== text) this.day = { text, number: (Date.parse(text) - EPOCH_MS) / MS_A_DAY };
    return this.day.number;
  }

  /** Rows come book by book. */
  private codeOf(text: string): number {
    if (this.code.text !== text) this.code = { text, number: Number(text) };
    return this.code.number;
  }

  /** For a field after its length. What was written of the row so far comes along where it does not fit. */
  private reserve(bytes: number): void {
    const needed = this.at + LENGTH_BYTES + bytes;
    if (needed <= this.bytes.length) return;
    const { bytes: full, start, at } = this;
    if (start > 0) this.parts.push(full.subarray(0, start));
    this.bytes = Buffer.allocUnsafe(Math.max(PART_BYTES, (needed - start) * 2));
    full.copy(this.bytes, 0, start, at);
    this.start = 0;
    this.at = at - start;
  }
}
