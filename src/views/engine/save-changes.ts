import type { ClientBase } from 'pg';
import { integers, jsons, texts } from '../../event-store/binary-array.js';
import type { Seqs } from './checkpoint.js';
import type { ChangedRow } from './row-set.js';
import { asColumns, given, sameKey, type ViewSchema } from './stored-rows.js';
import type { Table } from './table.js';

/** A row to be stored. */
export interface StoredChange extends ChangedRow {
  /** Where the chunk of its transaction begins: what an earlier entry made stood at the end of a chunk before. */
  chunkStart: number;
}

/** At least one row of a table. */
export interface Changes {
  table: Table<object>;
  rows: readonly StoredChange[];
}

/** Parts of one statement, each of which sees the tables as they were before. */
interface Parts {
  texts: string[];
  values: Buffer[];
  /** Names of parts that must change so many rows. */
  counted: { name: string; rows: number }[];
}

/** A statement to be sent; what it writes is not changed any more by whoever changes the rows. */
export interface Saving {
  text: string;
  values: Buffer[];
  counted: Parts['counted'];
  /** How many rows it changes. */
  rows: number;
}

/** Which tables change differs from one transaction to the next, but mostly it is the same few sets of them. */
const MOST_NAMES = 100;
const names = new Map<string, string>();

/**
 * Everything that a transaction changes, in one statement: new rows are inserted, those that were loaded replaced, and the
 * checkpoints of the views in use moved. Versions that an entry before `chunkStart` made are copied to the twin: they stood at the end of an
 * earlier chunk.
 */
export function savingOf(schema: ViewSchema, changes: readonly Changes[], moved: ReadonlyMap<string, Seqs>): Saving {
  const parts: Parts = { texts: [], values: [], counted: [] };
  const keepsSome = changes.some(({ rows }) => rows.some((row) => supersededSeq(row) !== null));
  for (const { table, rows } of changes) {
    const made = rows.filter(({ before }) => before === undefined);
    if (made.length > 0) insert(parts, schema, table, made);
    const replaced = rows.filter(({ before }) => before !== undefined);
    if (replaced.length > 0) replace(parts, schema, table, replaced, keepsSome);
  }
  if (schema === 'views' && moved.size > 0) move(parts, moved);
  const counts = parts.counted.map(({ name }) => `(select count(*) from ${name})::integer as ${name}`);
  const text = `${parts.texts.length === 0 ? '' : `with ${parts.texts.join(',\n')}`}
    select ${['pg_current_xact_id()::xid::text as version', ...counts].join(', ')}`;
  return {
    text,
    values: parts.values,
    counted: parts.counted,
    rows: changes.reduce((sum, { rows }) => sum + rows.length, 0),
  };
}

/** Answers the version that the checkpoints have now. */
export async function save(client: ClientBase, { text, values, counted }: Saving): Promise<string> {
  const { rows } = await client.query<Record<string, string | number>>({ ...nameOf(text), text, values });
  for (const { name, rows: expected } of counted) {
    if (rows[0]?.[name] !== expected) throw new Error(`${name} lost rows while they were being changed`);
  }
  return String(rows[0]?.version);
}

function insert(parts: Parts, schema: ViewSchema, table: Table<object>, made: readonly StoredChange[]): void {
  const { names: columns, types, values } = asColumns(table, made);
  const from = given(columns, types, 'given', parts.values.length + 1);
  parts.values.push(...values);
  parts.texts.push(`made_${table.name} as (
    insert into ${schema}.${table.name} (${columns.join(', ')}) select * from ${from})`);
}

function replace(
  parts: Parts,
  schema: ViewSchema,
  table: Table<object>,
  replaced: readonly StoredChange[],
  keepsSome: boolean,
): void {
  const { names: columns, types, values } = asColumns(table, replaced);
  const first = parts.values.length + 1;
  const key = ['book', ...table.columnsOf(table.key)];
  const changed = columns.filter((name) => !key.includes(name)).map((name) => `${name} = given.${name}`);
  const isSame = `t.book = given.book and ${sameKey(table, 't', 'given')}`;
  parts.values.push(...values);
  let from = given(columns, types, 'given', first);
  if (keepsSome) {
    const more = given([...columns, 'superseded_seq'], [...types, 'integer'], 'given', first);
    parts.values.push(integers(replaced.map(supersededSeq)));
    parts.texts.push(
      `given_${table.name} as materialized (select * from ${more})`,
      `kept_${table.name} as (
        insert into ${schema}.${table.pastName} (${columns.join(', ')}, superseded_seq)
        select ${columns.map((name) => `t.${name}`).join(', ')}, given.superseded_seq
        from given_${table.name} as given join ${schema}.${table.name} as t on ${isSame}
        where given.superseded_seq is not null)`,
    );
    from = `given_${table.name} as given`;
  }
  parts.texts.push(`replaced_${table.name} as (
    update ${schema}.${table.name} as t set ${changed.join(', ')} from ${from} where ${isSame} returning 1)`);
  parts.counted.push({ name: `replaced_${table.name}`, rows: replaced.length });
}

function move(parts: Parts, moved: ReadonlyMap<string, Seqs>): void {
  const from = given(['book', 'seqs'], ['text', 'jsonb'], 'given', parts.values.length + 1);
  parts.values.push(texts([...moved.keys()]), jsons([...moved.values()]));
  parts.texts.push(`moved as (
    update views.checkpoints as t set seqs = t.seqs || given.seqs from ${from}
    where t.book = given.book returning 1)`);
  parts.counted.push({ name: 'moved', rows: moved.size });
}

/** Of a version that has to be kept the entry that ended it. */
function supersededSeq({ before, chunkStart }: StoredChange): number | null {
  return before !== undefined && before.changedSeq < chunkStart ? before.supersededSeq : null;
}

/** One that was met often enough to be prepared has a name; a rare one is told to the server each time. */
function nameOf(text: string): { name?: string } {
  const known = names.get(text);
  if (known !== undefined) return { name: known };
  if (names.size === MOST_NAMES) return {};
  const name = `save-${names.size}`;
  names.set(text, name);
  return { name };
}
