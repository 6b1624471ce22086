import { finished } from 'node:stream/promises';
import type { PoolClient } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import type { Table } from '../table.js';
import { RowBytes } from './row-bytes.js';

/** Gathers new rows of the tables of `views_next` and of their twins, and copies them in. */
export class CopiedRows {
  private readonly ofTables = new Map<Table<object>, RowBytes>();
  private readonly ofTwins = new Map<Table<object>, RowBytes>();

  /** The row as it is sent. Valid until anything else is done with the table. */
  bytesOf(table: Table<object>, row: object, changedSeq: number): Buffer {
    return rowsOf(this.ofTables, table, false).of(row, changedSeq);
  }

  add(table: Table<object>, row: object, changedSeq: number): void {
    rowsOf(this.ofTables, table, false).add(row, changedSeq);
  }

  /** What `bytesOf` gave. */
  addBytes(table: Table<object>, row: Buffer): void {
    rowsOf(this.ofTables, table, false).addFields(row);
  }

  addPast(table: Table<object>, row: Buffer, supersededSeq: number): void {
    rowsOf(this.ofTwins, table, true).addFields(row, supersededSeq);
  }

  get bytes(): number {
    return [...this.ofTables.values(), ...this.ofTwins.values()].reduce((sum, { length }) => sum + length, 0);
  }

  /** All that was gathered so far; what is added from now on goes with the next. */
  take(): { send: (client: PoolClient) => Promise<void> } {
    const outgoing = [
      ...Array.from(this.ofTables, ([table, rows]) => ({ target: targetOf(table, table.name), rows })),
      ...Array.from(this.ofTwins, ([table, rows]) => ({
        target: targetOf(table, table.pastName, 'superseded_seq'),
        rows,
      })),
    ]
      .filter(({ rows }) => !rows.isEmpty)
      .map(({ target, rows }) => ({ target, parts: rows.take() }));
    return {
      send: async (client) => {
        for (const { target, parts } of outgoing) {
          const stream = client.query(copyFrom(`copy ${target} from stdin (format binary)`));
          for (const part of parts) stream.write(part);
          stream.end();
          await finished(stream);
        }
      },
    };
  }
}

function rowsOf(all: Map<Table<object>, RowBytes>, table: Table<object>, isTwin: boolean): RowBytes {
  let rows = all.get(table);
  if (rows === undefined) {
    rows = new RowBytes(table, isTwin);
    all.set(table, rows);
  }
  return rows;
}

/** With its columns. */
function targetOf({ columns }: Table<object>, name: string, ...more: readonly string[]): string {
  return `views_next.${name} (${[...columns.map((column) => column.name), 'changed_seq', ...more].join(', ')})`;
}
