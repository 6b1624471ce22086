import type { ColumnType, Table } from '../table.js';

const FIRST_BYTES = 16 * 1024;
const LENGTH_BYTES = 4;
const NULL_LENGTH = -1;
/** A UTF-16 unit takes three bytes of UTF-8 at most. */
const MOST_BYTES_A_UNIT = 3;
/** Written sign by sign here, which costs less than a call of the encoder up to about that length. */
const SHORT = 48;
const ASCII = 0x80;
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

/** Writes rows of a table as their fields, `changed_seq` last, each after its length. */
export class RowBytes {
  private bytes = Buffer.allocUnsafe(FIRST_BYTES);
  private at = 0;
  private readonly fields: readonly Field[];
  private day = { text: '', number: 0 };
  private code = { text: '', number: 0 };

  constructor(table: Table<object>) {
    this.fields = table.columns.map(({ property, type }) => ({ property, type }));
  }

  /** Valid until the next call. */
  of(row: object, changedSeq: number): Buffer {
    this.at = 0;
    const values = row as Record<string, unknown>;
    for (const { property, type } of this.fields) {
      const value = values[property];
      if (value == null) this.writeNull();
      else this.write(type, value);
    }
    this.writeInteger(changedSeq);
    return this.bytes.subarray(0, this.at);
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
    for (let index = 0; index < length; index += 1) {
      const unit = text.charCodeAt(index);
      if (unit >= ASCII) return this.bytes.write(text, start, 'utf8');
      this.bytes[start + index] = unit;
    }
    return length;
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

  private reserve(bytes: number): void {
    const needed = this.at + LENGTH_BYTES + bytes;
    if (needed <= this.bytes.length) return;
    const larger = Buffer.allocUnsafe(Math.max(needed, this.bytes.length * 2));
    this.bytes.copy(larger, 0, 0, this.at);
    this.bytes = larger;
  }
}
