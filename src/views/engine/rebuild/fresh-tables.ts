import type { Pool, PoolClient } from 'pg';
import type { View } from '../view.js';

/** For sorting what an index is made of. */
const SORT_MEMORY = '128MB';
/** Indexes are made in the server alone; so many at once keep two processors busy. */
const AT_ONCE = 2;
/** Of 3,000 rows: enough to tell how values are spread, at a tenth of what 30,000 cost, which is a fifth of all the server does. */
const STATISTICS = 10;

/** A table that lacks indexes. */
interface Bare {
  readonly name: string;
  /** Statements that make them. */
  readonly making: string[];
  /** And then statements that make keys of them. */
  readonly keying: string[];
  /** How many are not made yet. */
  left: number;
}

// Of the tables that are named, the largest first, and of each its key first.
const INDEXES = `
  select t.relname as name, x.making, x.keying
  from pg_class t left join lateral (
    select replace(pg_get_indexdef(i.indexrelid), ' ON views.', ' ON views_next.') as making,
      case when c.oid is not null then format('alter table views_next.%I add constraint %I %s using index %I', t.relname,
        c.conname, case c.contype when 'p' then 'primary key' else 'unique' end, own.relname) end as keying,
      i.indisprimary as is_key
    from pg_index i join pg_class own on own.oid = i.indexrelid
      left join pg_constraint c on c.conindid = i.indexrelid and c.contype in ('p', 'u')
    where i.indrelid = t.oid and (i.indisprimary or not $2)
      and to_regclass(format('views_next.%I', own.relname)) is null
  ) as x on true
  where t.relnamespace = 'views'::regnamespace and t.relname = any ($1)
  order by pg_relation_size(format('views_next.%I', t.relname)::regclass) desc, t.relname, x.is_key desc`;

/** Tables of views and their twins in `views_next`, which nobody but a rebuild knows. */
export class FreshTables {
  private readonly keyed = new Set<string>();

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
          // The server's own statistics would be in the way of making indexes, and of what is half full.
          `create table views_next.${name} (like views.${name} including all excluding indexes) with (autovacuum_enabled = false)`,
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

  /** So that rows of the table are found before all of them are there. */
  async makeKey(client: PoolClient, name: string): Promise<void> {
    if (this.keyed.has(name)) return;
    this.keyed.add(name);
    for (const { making, keying } of await bareOf(client, [name], true)) {
      for (const text of making) await make(client, text);
      for (const text of keying) await client.query(text);
    }
  }

  /**
   * Keys and indexes of all tables, under the names that they have in use; a sorted whole costs less than row by row. With statistics, so
   * that nobody asks tables without; twins, which are looked up by their keys alone, get theirs from the server when it has time.
   */
  async indexAll(client: PoolClient): Promise<void> {
    const tables = await bareOf(client, this.names, false);
    for (const table of tables) if (table.left === 0) await this.finish(client, table);
    const tasks = tables.flatMap((table) => table.making.map((text) => ({ table, text })));
    const work = async () => {
      const own = await this.pool.connect();
      try {
        for (let task = tasks.shift(); task !== undefined; task = tasks.shift()) {
          await make(own, task.text);
          task.table.left -= 1;
          if (task.table.left === 0) await this.finish(own, task.table);
        }
        own.release();
      } catch (error) {
        own.release(true);
        throw error;
      }
    };
    const ends = await Promise.allSettled(Array.from({ length: AT_ONCE }, work));
    for (const end of ends) if (end.status === 'rejected') throw end.reason;
  }

  private async finish(client: PoolClient, { name, keying }: Bare): Promise<void> {
    for (const text of [...keying, `alter table views_next.${name} reset (autovacuum_enabled)`])
      await client.query(text);
    if (!this.twins.has(name)) await client.query(analysis(name));
  }
}

async function bareOf(client: PoolClient, names: readonly string[], isKeyAlone: boolean): Promise<Bare[]> {
  const { rows } = await client.query<{ name: string; making: string | null; keying: string | null }>(INDEXES, [
    names,
    isKeyAlone,
  ]);
  return [...Map.groupBy(rows, ({ name }) => name)].map(([name, indexes]) => {
    const making = indexes.flatMap((index) => index.making ?? []);
    return { name, making, keying: indexes.flatMap((index) => index.keying ?? []), left: making.length };
  });
}

/**
 * Several at once keep the processors busy, also where they are of one table; so none has processes of its own beside it, which cost more
 * in all, for an inverted index several times as much.
 */
async function make(client: PoolClient, text: string): Promise<void> {
  const settings = `set local maintenance_work_mem = '${SORT_MEMORY}'; set local max_parallel_maintenance_workers = 0`;
  await client.query(`begin; ${settings}; ${text}; commit`);
}

function analysis(name: string): string {
  return `begin; set local default_statistics_target = ${STATISTICS}; analyze views_next.${name}; commit`;
}

/** Its tables and their twins. */
export function namesOf(view: View): string[] {
  return view.tables.flatMap(({ name, pastName }) => [name, pastName]);
}
