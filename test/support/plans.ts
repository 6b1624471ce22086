import type pg from 'pg';
import type { Statement } from './recorded-statements.js';

const MANY = 10_000_000;
/** Tables with a row for each book, key or process at most; a list of all books reads them whole, as it must. */
const FEW = new Set([
  'streams',
  'log_keys',
  'log_key_starts',
  'vault_master_keys',
  'migrations',
  'checkpoints',
  'book_snapshots',
  'processes',
]);

/** The planner reckons rows from those a page held when it was last counted, and from the pages that there are. */
export async function pretendRows(client: pg.Client): Promise<void> {
  // The server may have counted some of the tables meanwhile, and found that all rows are of one book.
  await client.query(
    `select pg_clear_attribute_stats(n.nspname, c.relname, a.attname, false)
       from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
      where a.attnum > 0 and not a.attisdropped and c.relkind = 'r' and n.nspname in ('public', 'views')`,
  );
  const { rows } = await client.query<{ schema: string; name: string; kind: string; pages: number; owner: string }>(
    `select n.nspname as schema, c.relname as name, c.relkind as kind, coalesce(t.relname, c.relname) as owner,
            (pg_relation_size(c.oid) / 8192)::int as pages
       from pg_class c join pg_namespace n on n.oid = c.relnamespace
       left join pg_index i on i.indexrelid = c.oid left join pg_class t on t.oid = i.indrelid
      where n.nspname in ('public', 'views') and c.relkind in ('r', 'i')`,
  );
  for (const { schema, name, kind, owner, pages } of rows) {
    // A table without a page has no row for the planner, unless it was never counted: then it has ten pages full.
    const wasCounted = kind !== 'r' || pages > 0;
    const count = FEW.has(owner) ? 3_200 : MANY;
    await client.query(
      `select pg_restore_relation_stats('schemaname', $1::text, 'relname', $2::text, 'relpages', $3::int, 'reltuples', $4::real)`,
      [schema, name, wasCounted ? Math.max(pages, 1) : 0, wasCounted ? count : -1],
    );
  }
  // 3,200 books: without this a book would be reckoned as a two-hundredth of a table.
  const { rows: columns } = await client.query<{ schema: string; name: string }>(
    `select n.nspname as schema, c.relname as name from pg_attribute a
       join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
      where a.attname = 'book' and c.relkind = 'r' and n.nspname in ('public', 'views')`,
  );
  for (const { schema, name } of columns) {
    await client.query(
      `select pg_restore_attribute_stats('schemaname', $1::text, 'relname', $2::text, 'attname', 'book', 'inherited', false,
         'null_frac', 0::real, 'avg_width', 7, 'n_distinct', 3200::real)`,
      [schema, name],
    );
  }
}

/** @param statistics names and values, as `pg_restore_attribute_stats` takes them */
export async function pretendColumn(
  client: pg.Client,
  table: string,
  column: string,
  statistics: string,
): Promise<void> {
  await client.query(
    `select pg_restore_attribute_stats('schemaname', 'views', 'relname', $1::text, 'attname', $2::text, 'inherited', false,
       'null_frac', 0::real, 'avg_width', 7, ${statistics})`,
    [table, column],
  );
}

interface Plan {
  'Node Type': string;
  'Relation Name'?: string;
  'Index Name'?: string;
  'Index Cond'?: string;
  'Plan Rows': number;
  Plans?: Plan[];
}

export function* nodes(plan: Plan): Generator<Plan> {
  yield plan;
  for (const child of plan.Plans ?? []) yield* nodes(child);
}

/** What reads a whole table or a whole index of a table that is large. */
export function wholeReads(plan: Plan): { table: string; node: string }[] {
  return [...nodes(plan)].flatMap((node) => {
    const table = node['Relation Name'] ?? '';
    const isScan =
      node['Node Type'] === 'Seq Scan' || (/Index/.test(node['Node Type']) && node['Index Cond'] === undefined);
    return isScan && !FEW.has(table) ? [{ table, node: `${node['Node Type']} of ${table || node['Index Name']}` }] : [];
  });
}

/** A table without a page is always read whole: of these it is shown that an index could answer. */
export async function tablesWithoutPages(client: pg.Client): Promise<Set<string>> {
  const { rows } = await client.query<{ name: string }>(
    `select relname as name from pg_class
      where relnamespace in ('public'::regnamespace, 'views'::regnamespace) and relkind = 'r' and pg_relation_size(oid) = 0`,
  );
  return new Set(rows.map(({ name }) => name));
}

/** @param mayReadWhole whether to scan tables, and to join by reading both sides to their ends */
export async function explain(client: pg.Client, { text, values }: Statement, mayReadWhole: boolean): Promise<Plan> {
  await client.query('savepoint before');
  for (const way of mayReadWhole ? [] : ['seqscan', 'mergejoin', 'hashjoin'])
    await client.query(`set local enable_${way} = off`);
  const { rows } = await client.query<{ 'QUERY PLAN': { Plan: Plan }[] }>({
    text: `explain (format json) ${text}`,
    values,
  });
  await client.query('rollback to savepoint before');
  const plan = rows[0]?.['QUERY PLAN'][0]?.Plan;
  if (plan === undefined) throw new Error(`no plan of ${text}`);
  return plan;
}
