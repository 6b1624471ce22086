import { finished } from 'node:stream/promises';
import type { PoolClient } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import type { Table } from '../table.js';
import { RowBytes } from './row-bytes.js';

/** `PGCOPY\n\377\r\n\0`, no flags, no extension. */
const HEAD = Buffer.from('5047434f50590aff0d0a000000000000000000', 'hex');
const END = Buffer.from('ffff', 'hex');
const PART_BYTES = 256 * 1024;
const SEQ_BYTES = 4;

/**
 * Rows on their way into a table, in the binary form of `COPY`: the head, each row as the number of its fields (16 bits)
 * and the fields, each after its length (32 bits, -1 for a null), and an end.
 */
class Outgoing {
  private parts: Buffer[] = [];
  private part = Buffer.allocUnsafe(PART_BYTES);
  private at = 0;

  constructor(
    readonly target: string,
    private readonly fields: number,
  ) {
    this.append(HEAD);
  }

  get bytes(): number {
    return this.parts.reduce((sum, { length }) => sum + length, this.at);
  }

  add(row: Buffer, seq?: number): void {
    this.reserve(2);
    this.at = this.part.writeInt16BE(this.fields, this.at);
    this.append(row);
    if (seq !== undefined) {
      this.reserve(4 + SEQ_BYTES);
      this.at = this.part.writeInt32BE(SEQ_BYTES, this.at);
      this.at = this.part.writeInt32BE(seq, this.at);
    }
  }

  end(): Buffer[] {
    this.append(END);
    return [...this.parts, this.part.subarray(0, this.at)];
  }

  private append(bytes: Buffer): void {
    this.reserve(bytes.length);
    bytes.copy(this.part, this.at);
    this.at += bytes.length;
  }

  private reserve(bytes: number): void {
    if (this.at + bytes <= this.part.length) return;
    this.parts.push(this.part.subarray(0, this.at));
    this.part = Buffer.allocUnsafe(Math.max(PART_BYTES, bytes));
    this.at = 0;
  }
}

/** Gathers new rows of the tables of `views_next` and of their twins, and copies them in. */
export class CopiedRows {
  private readonly encoders = new Map<Table<object>, RowBytes>();
  private outgoing = new Map<string, Outgoing>();

  /** The row as it is sent. Valid until the next row of the table is made. */
  bytesOf(table: Table<object>, row: object, changedSeq: number): Buffer {
    let encoder = this.encoders.get(table);
    if (encoder === undefined) {
      encoder = new RowBytes(table);
      this.encoders.set(table, encoder);
    }
    return encoder.of(row, changedSeq);
  }

  add(table: Table<object>, row: Buffer): void {
    this.to(table.name, table, []).add(row);
  }

  addPast(table: Table<object>, row: Buffer, supersededSeq: number): void {
    this.to(table.pastName, table, ['superseded_seq']).add(row, supersededSeq);
  }

  get bytes(): number {
    return [...this.outgoing.values()].reduce((sum, { bytes }) => sum + bytes, 0);
  }

  /** All that was gathered so far; what is added from now on goes with the next. */
  take(): { send: (client: PoolClient) => Promise<void> } {
    const { outgoing } = this;
    this.outgoing = new Map();
    return {
      send: async (client) => {
        for (const one of outgoing.values()) {
          const stream = client.query(copyFrom(`copy ${one.target} from stdin (format binary)`));
          for (const part of one.end()) stream.write(part);
          stream.end();
          await finished(stream);
        }
      },
    };
  }

  private to(name: string, table: Table<object>, more: readonly string[]): Outgoing {
    let outgoing = this.outgoing.get(name);
    if (outgoing === undefined) {
      const columns = [...table.columns.map((column) => column.name), 'changed_seq', ...more];
      outgoing = new Outgoing(`views_next.${name} (${columns.join(', ')})`, columns.length);
      this.outgoing.set(name, outgoing);
    }
    return outgoing;
  }
}
