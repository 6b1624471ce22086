import canonicalize from 'canonicalize';
import type { PoolClient } from 'pg';
import type { BookEvent } from '../../domain/event.js';
import { saidByEntry } from '../disclosure/made-lines.js';
import { RowsBySeq } from './cursor.js';
import { MADE_LINES } from './stored-tables.js';
import { rowWriter, selectOf } from './table-rows.js';

/** The disclosure lines that entries make, as their table has them, each without what its entry says of it anyway. */
export class StoredLines {
  private readonly write = rowWriter(MADE_LINES);

  private constructor(private readonly rows: RowsBySeq) {}

  static async open(client: PoolClient, book: string): Promise<StoredLines> {
    return new StoredLines(
      await RowsBySeq.open(client, { name: 'lines', query: selectOf(MADE_LINES), values: [book] }),
    );
  }

  /** Those of an entry, each a JSON value, and of those before it that were not given yet. */
  async linesAfter(seq: number, event: BookEvent | undefined): Promise<object[]> {
    const said = Object.entries(event === undefined ? {} : saidByEntry(event)).map(
      ([name, value]) => [name, canonicalize(value)] as const,
    );
    return (await this.rows.upTo(seq)).map((row) => {
      const line = this.write(row);
      for (const [name, value] of said)
        if (canonicalize(Reflect.get(line, name)) === value) Reflect.deleteProperty(line, name);
      return { line };
    });
  }

  /** Lines of no entry at all. */
  linesAtEnd(): Promise<object[]> {
    return this.linesAfter(Number.POSITIVE_INFINITY, undefined);
  }
}
