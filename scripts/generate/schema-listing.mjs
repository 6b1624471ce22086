import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { startEmbeddedPostgres } from '../../dist/database/embedded-postgres.js';
import { migrate } from '../../dist/database/migrate.js';

const ours = `n.nspname !~ '^pg_' and n.nspname <> 'information_schema'`;

const tables = `
  select format('%I.%I', n.nspname, c.relname) as name, c.oid,
         case c.relkind when 'v' then 'view' when 'm' then 'materialized view' else 'table' end as kind
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
   where c.relkind in ('r', 'p', 'v', 'm') and ${ours}
   order by 1`;

const columns = `
  select format('  %I %s%s%s%s', a.attname, format_type(a.atttypid, a.atttypmod),
           case when co.collname <> 'default' then format(' collate %I', co.collname) end,
           case when a.attnotnull then ' not null' end,
           case when a.attidentity <> '' then ' generated as identity'
                when a.attgenerated <> '' then ' generated always as ' || pg_get_expr(d.adbin, d.adrelid)
                when d.adbin is not null then ' default ' || pg_get_expr(d.adbin, d.adrelid) end) as line
    from pg_attribute a
    left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
    left join pg_collation co on co.oid = a.attcollation
   where a.attrelid = $1 and a.attnum > 0 and not a.attisdropped
   order by a.attnum`;

const constraints = `
  select format('  constraint %I %s', conname, pg_get_constraintdef(oid)) as line
    from pg_constraint where conrelid = $1 and contype <> 'n' order by contype desc, conname`;

const indexes = `
  select '  ' || pg_get_indexdef(i.indexrelid) as line
    from pg_index i
   where i.indrelid = $1 and not exists (select from pg_constraint k where k.conindid = i.indexrelid)
   order by 1`;

const triggers = `
  select '  ' || pg_get_triggerdef(oid) as line
    from pg_trigger where tgrelid = $1 and not tgisinternal order by tgname`;

const functions = `
  select pg_get_functiondef(p.oid) as line
    from pg_proc p join pg_namespace n on n.oid = p.pronamespace
   where ${ours} and p.prokind in ('f', 'p')
     and not exists (select from pg_depend d where d.objid = p.oid and d.deptype = 'e')
   order by n.nspname, p.proname`;

/** Every table, constraint, index, trigger and function of a fresh database, so that a change shows in review. */
export default async function schemaListing() {
  const dataDir = mkdtempSync(join(tmpdir(), 'mingzhang-schema-'));
  chmodSync(dataDir, 0o755);
  const postgres = await startEmbeddedPostgres({ dataDir, log: (message) => console.error(message) });
  try {
    await migrate(postgres.url);
    return await list(postgres.url);
  } finally {
    await postgres.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

async function list(url) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const lines = ['# Made by `npm run generate` from migrations/; not to be edited.'];
    for (const { name, oid, kind } of (await client.query(tables)).rows) {
      lines.push('', `${kind} ${name}`);
      for (const part of [columns, constraints, indexes, triggers]) {
        lines.push(...(await client.query(part, [oid])).rows.map(({ line }) => line));
      }
    }
    for (const { line } of (await client.query(functions)).rows) lines.push('', line.trimEnd());
    return `${lines.join('\n')}\n`;
  } finally {
    await client.end();
  }
}
