import { Inject, Injectable } from '@nestjs/common';
import type { Pool, PoolClient } from 'pg';
import { inTransaction } from '../../database/in-transaction.js';
import { VIEW_POOL } from '../../database/pool.js';
import type { DivisionCode } from '../../domain/division.js';
import type { Plan } from './compose.js';
import type { DailyFile, Edition, Pin } from './daily-file.js';

const FILE = `'name', name, 'rows', rows, 'bytes', bytes, 'sha256', sha256, 'contentSha256', content_sha256`;
const EDITIONS = `
  select division, day::text as day, pins,
    (select json_agg(json_build_object(${FILE}) order by name collate "C") from daily_files
     where daily_files.division = daily_editions.division and daily_files.day = daily_editions.day) as files
  from daily_editions where division = $1`;

interface Row extends Omit<Edition, 'books'> {
  pins: Record<DivisionCode, number>;
}

/** The files of the days, as they lie in the database. */
@Injectable()
export class DailyStore {
  constructor(@Inject(VIEW_POOL) private readonly pool: Pool) {}

  /** The latest first, those before a day where one is given. */
  async list(division: DivisionCode, limit: number, before: string | undefined): Promise<Edition[]> {
    const { rows } = await this.pool.query<Row>({
      name: 'daily-editions',
      text: `${EDITIONS} and day < coalesce($2::date, 'infinity') order by day desc limit $3`,
      values: [division, before ?? null, limit],
    });
    return rows.map(editionOf);
  }

  async find(division: DivisionCode, day: string): Promise<Edition | undefined> {
    const { rows } = await this.pool.query<Row>({
      name: 'daily-edition',
      text: `${EDITIONS} and day = $2::date`,
      values: [division, day],
    });
    return rows.map(editionOf)[0];
  }

  /** The bytes of a file that there is, part by part. */
  async *read(division: DivisionCode, day: string, { name, bytes }: DailyFile): AsyncGenerator<Buffer> {
    let number = 0;
    for (let read = 0; read < bytes; number += 1) {
      const { rows } = await this.pool.query<{ bytes: Buffer }>({
        name: 'daily-file-part',
        text: 'select bytes from daily_file_parts where division = $1 and day = $2 and name = $3 and number = $4',
        values: [division, day, name, number],
      });
      const part = rows[0]?.bytes;
      if (part === undefined) throw new Error(`part ${number} of ${name} of ${division} of ${day} is not there`);
      read += part.length;
      yield part;
    }
  }

  /**
   * Puts an edition in, whole or not at all.
   *
   * @param compose is told where the parts go; where it answers no files nothing is put in
   */
  async put(plan: Plan, compose: (save: SavePart) => Promise<DailyFile[]>): Promise<DailyFile[]> {
    const { division, day, books } = plan;
    return inTransaction(this.pool, async (client) => {
      const pins = Object.fromEntries(books.map(({ book, seq }) => [book, seq]));
      await client.query('insert into daily_editions (division, day, pins) values ($1, $2, $3)', [division, day, pins]);
      const files = await compose((name, number, bytes) => savePart(client, plan, name, number, bytes));
      if (files.length === 0)
        await client.query('delete from daily_editions where division = $1 and day = $2', [division, day]);
      for (const { name, rows, bytes, sha256, contentSha256 } of files)
        await client.query(
          `insert into daily_files (division, day, name, rows, bytes, sha256, content_sha256)
           values ($1, $2, $3, $4, $5, $6, $7)`,
          [division, day, name, rows, bytes, sha256, contentSha256],
        );
      return files;
    });
  }

  /**
   * Takes away what is older than a day, but the first set of each month and the latest of each division, which tells what still
   * stands. Whatever goes can be made again from the entries.
   */
  async thin(before: string): Promise<void> {
    await this.pool.query(
      `delete from daily_editions as old where day < $1
       and exists (select from daily_editions as first where first.division = old.division and first.day < old.day
         and first.day >= date_trunc('month', old.day)::date)
       and exists (select from daily_editions as later where later.division = old.division and later.day > old.day)`,
      [before],
    );
  }
}

export type SavePart = (name: string, number: number, bytes: Buffer) => Promise<void>;

async function savePart(
  client: PoolClient,
  { division, day }: Plan,
  name: string,
  number: number,
  bytes: Buffer,
): Promise<void> {
  await client.query('insert into daily_file_parts (division, day, name, number, bytes) values ($1, $2, $3, $4, $5)', [
    division,
    day,
    name,
    number,
    bytes,
  ]);
}

function editionOf({ pins, ...row }: Row): Edition {
  const books = Object.entries(pins).map(([book, seq]): Pin => ({ book, seq }));
  return { ...row, books: books.sort((a, b) => (a.book < b.book ? -1 : 1)) };
}
