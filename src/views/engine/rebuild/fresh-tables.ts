import type { Pool, PoolClient } from 'pg';
import type { View } from '../view.js';

/** For sorting what an index is made of. */
const SORT_MEMORY = '128MB';
/** Indexes are made in the server alone; so many at once keep two processors busy. */
const AT_ONCE = 2;
/** Of 3,000 rows: enough to tell how values are spread, at a tenth of what 30,000 cost, which is a fifth of all the server does. */
const STATISTICS = 10;

/** Tables of views and their twins in `views_next`, which nobody but a rebuild knows. */
export class FreshTables {
  private readonly indexed = new Set<string>();

  private readonly names: readonly string[];
  private readonly twins: ReadonlySet<string>;

  constructor(
    private readonly pool: Pool,
    views: readonly View[],
  ) {
    this.names = views.flatMap(namesOf);
    this.twins = new Set(views.flatMap(({ tables }) => tables.map(({ pastName }) => pastName)));
  }

  /** Empty, with the columns and checks of those in use, but without indexes and keys. */
  async create(client: PoolClient): Promise<void> {
    await client.query(
      [
        'begin',
        ...this.names.flatMap((name) => [
          `drop table if exists views_next.${name}`,
          `create table views_next.${name} (like views.${name} including all excluding indexes)`,
        ]),
      ].join(';\n'),
    );
    for (const text of await this.settings(client)) await client.query(text);
    await client.query('commit');
  }

  /** How full their pages are filled, which is not copied with a table. */
  private async settings(client: PoolClient): Promise<string[]> {
    const { rows } = await client.query<{ text: string }>(
      `select format('alter table views_next.%I set (%s)', relname, array_to_string(reloptions, ', ')) as text
        from pg_class where relnamespace = 'views'::regnamespace and relname = any ($1) and reloptions is not null`,
      [this.names],
    );
    return rows.map(({ text }) => text);
  }

  /** Keys and indexes of a table, under the names that they have in use; a sorted whole costs less than row by row. */
  async index(client: PoolClient, name: string): Promise<void> {
    if (this.indexed.has(name)) return;
    this.indexed.add(name);
    const { rows } = await client.query<{ text: string }>(
      `select case
          when c.oid is null then replace(pg_get_indexdef(i.indexrelid), ' ON views.', ' ON views_next.')
          else format('alter table views_next.%I add constraint %I %s', $1::text, c.conname, pg_get_constraintdef(c.oid))
        end as text
        from pg_index i left join pg_constraint c on c.conindid = i.indexrelid and c.contype in ('p', 'u')
        where i.indrelid = ('views.' || $1)::regclass`,
      [name],
    );
    const statements = rows.map(({ text }) => text);
    await client.query(
      ['begin', `set local maintenance_work_mem = '${SORT_MEMORY}'`, ...statements, 'commit'].join(';\n'),
    );
  }

  /**
   * Whatever has none yet; with statistics, so that nobody asks tables without. Twins, which are looked up by their keys alone, get theirs
   * from the server when it has time.
   */
  async indexAll(): Promise<void> {
    const names = [...this.names];
    const work = async () => {
      const client = await this.pool.connect();
      try {
        for (let name = names.shift(); name !== undefined; name = names.shift()) {
          await this.index(client, name);
          if (!this.twins.has(name)) await client.query(analysis(name));
        }
        client.release();
      } catch (error) {
        client.release(true);
        throw error;
      }
    };
    const ends = await Promise.allSettled(Array.from({ length: AT_ONCE }, work));
    for (const end of ends) if (end.status === 'rejected') throw end.reason;
  }
}

function analysis(name: string): string {
  return `begin; set local default_statistics_target = ${STATISTICS}; analyze views_next.${name}; commit`;
}

/** Its tables and their twins. */
export function namesOf(view: View): string[] {
  return view.tables.flatMap(({ name, pastName }) => [name, pastName]);
}
