import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import canonicalize from 'canonicalize';
import type { Pool, PoolClient } from 'pg';
import { parseNote, parseVerifier, type Verifier } from '../../log/note.js';
import { PlainError } from '../../plain-error.js';
import type { PublishedKey } from '../log-audit.js';
import { KINDS } from '../published-kinds.js';
import { Repeats } from '../registers/repeats.js';
import { pagesOf } from './cursor.js';
import { DerivedNotices } from './derived-notices.js';
import { BUNDLE_FORMAT, BUNDLE_VERSION } from './lines.js';
import { COPIED_COLUMNS, type CopiedColumns, parsedEvent, wrongColumns } from './stored-copies.js';
import { StoredLines } from './stored-lines.js';
import { wrongRepeats } from './stored-repeats.js';
import { STORED } from './stored-tables.js';
import { rowWriter, selectOf } from './table-rows.js';

const PAGE = 1000;
/** Views whose rows a bundle holds. */
const VIEWS = ['balances', 'funds', 'projects', 'payouts', 'assets', 'divisions', 'disclosure'];
const TILE_WIDTH = 256;
/** How long the views may take to come to the last entry. */
const PATIENCE_MS = 15_000;
const PAUSE_MS = 200;

interface Entry {
  seq: number;
  canonical: string;
  /** Absent where the entry has no row in this database. */
  columns?: CopiedColumns;
}

export class NoBook extends PlainError {
  constructor(book: string) {
    super(`没有账套 ${book}。 There is no book ${book}.`);
  }
}

export interface BundleOptions {
  book: string;
  file: string;
  /** The entries `from` to `to - 1`, as far as there are, where they are not in this database. */
  readEntries?: (from: number, to: number) => Promise<Entry[]>;
  onSize?: (size: number) => void;
  onEvents?: (count: number) => void;
}

/**
 * Writes what the database holds of a book into one file, as it finds it: nothing is judged and nothing is made up, so that
 * whoever verifies the file judges the database. The same size of the same book gives the same bytes.
 */
export async function writeBundle(pool: Pool, options: BundleOptions): Promise<void> {
  const client = await pool.connect();
  const unfinished = `${options.file}.unfinished`;
  try {
    const size = await standStill(client, options);
    options.onSize?.(size);
    await pipeline(linesOf(client, size, options), createWriteStream(unfinished));
    await client.query('commit');
    await rename(unfinished, options.file);
    client.release();
  } catch (error) {
    // Closed, not returned: its transaction ends with it, whatever state that is in.
    client.release(true);
    await rm(unfinished, { force: true });
    const { path, message } = error as NodeJS.ErrnoException;
    if (path === unfinished)
      throw new PlainError(`${options.file} 无法写入 cannot be written: ${message}`, { cause: error });
    throw error;
  }
}

/** One moment of the database in which the views have come to the last entry. Gives the number of entries. */
async function standStill(client: PoolClient, { book, readEntries }: BundleOptions): Promise<number> {
  const until = Date.now() + PATIENCE_MS;
  for (;;) {
    await client.query('begin isolation level repeatable read read only');
    const { rows } = await client.query<{ last: string | null; revision: string | null; seen: string }>(
      `select (select max(seq) from events where book = $1) as last,
        (select revision from streams where book = $1) as revision,
        (select min(coalesce((seqs ->> name)::integer, -1)) from unnest($2::text[]) as wanted (name)
          left join views.checkpoints on book = $1) as seen`,
      [book, VIEWS],
    );
    // Entries that are elsewhere are those that the database counts.
    const last = Number((readEntries === undefined ? rows[0]?.last : rows[0]?.revision) ?? -1);
    if (last < 0) throw new NoBook(book);
    // Views that are ahead have seen entries that are gone, which is for the verifier to find.
    // So is an entry that the book's own revision does not count.
    if (Number(rows[0]?.seen) >= Math.min(last, Number(rows[0]?.revision ?? -1))) return last + 1;
    await client.query('commit');
    if (Date.now() > until) {
      throw new PlainError(
        `账套 ${book} 的视图尚未跟上,请让服务运行片刻。 The views of book ${book} are not at its last entry: let the service run and rest a moment.`,
      );
    }
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}

async function* linesOf(client: PoolClient, size: number, options: BundleOptions): AsyncGenerator<string> {
  const { book, onEvents, readEntries = (from: number, to: number) => storedEntries(client, book, from, to) } = options;
  yield line({ book, format: BUNDLE_FORMAT, size, version: BUNDLE_VERSION });
  for (const key of await signers(client, book)) yield line({ key });
  const tiles = await tilesByCompletion(client, book);
  const lines = await StoredLines.open(client, book);
  const repeats = new Repeats(book);
  const notices = await DerivedNotices.open(client, book, async (seq) => {
    const [entry] = await readEntries(seq, seq + 1);
    return entry && parsedEvent(entry.canonical);
  });
  let from = 0;
  for (; from < size; from += PAGE) {
    const entries = await readEntries(from, Math.min(from + PAGE, size));
    const notes = await notesBySize(client, book, from, from + PAGE);
    let text = '';
    for (const { seq, canonical, columns } of entries) {
      const after = seq + 1;
      const event = parsedEvent(canonical);
      if (event !== undefined) repeats.take(event);
      const disclosed = [...(await lines.linesAfter(seq, event)), ...(event === undefined ? [] : notices.take(event))];
      const marks = [...disclosed, ...wrongColumns(event, columns)];
      text += `${canonical}\n${marks.map(line).join('')}${tiles.get(after)?.join('') ?? ''}${notes.get(after) ?? ''}`;
      tiles.delete(after);
      notes.delete(after);
    }
    // What has no event of its own stays in view of whoever verifies.
    yield `${text}${[...notes.values()].join('')}`;
    onEvents?.(entries.length);
  }
  const beyond = await notesBySize(client, book, from, Number.MAX_SAFE_INTEGER);
  const strays = (await lines.linesAtEnd()).map(line);
  yield [...strays, ...tiles.values(), ...beyond.values()].flat().join('');
  yield await wrongRevision(client, book, size);
  for await (const wrong of wrongRepeats(client, book, repeats)) yield line(wrong);
  yield* publishedLines(client, book);
}

async function storedEntries(client: PoolClient, book: string, from: number, to: number): Promise<Entry[]> {
  const { rows } = await client.query<{ seq: string; canonical: string } & CopiedColumns>(
    `select seq, canonical, ${COPIED_COLUMNS} from events where book = $1 and seq >= $2 and seq < $3 order by seq`,
    [book, from, to],
  );
  return rows.map(({ seq, canonical, ...columns }) => ({ seq: Number(seq), canonical, columns }));
}

/** What the book itself says of its last entry, where that is not so. */
async function wrongRevision(client: PoolClient, book: string, size: number): Promise<string> {
  const { rows } = await client.query<{ revision: string }>('select revision from streams where book = $1', [book]);
  const revision = rows[0] === undefined ? null : Number(rows[0].revision);
  return revision === size - 1 ? '' : line({ revision });
}

/** Keys that signed checkpoints of the book, in order of first use, whatever others the service has. */
async function signers(client: PoolClient, book: string): Promise<PublishedKey[]> {
  // Five characters after the name of the signer tell its keys apart; the first note of each is enough.
  const first = await client.query<{ note: string; size: string }>(
    `select distinct on (signer) note, size, left(split_part(note, '— ', 2), -88) as signer
      from log_checkpoints where book = $1 order by signer, size`,
    [book],
  );
  const keys = await client.query<{ vkey: string; from: string | null }>(
    `select vkey, min(from_size) as "from"
      from log_keys left join log_key_starts as start on start.number = log_keys.number and book = $1 group by vkey`,
    [book],
  );
  const verifiers = keys.rows.flatMap(({ vkey }) => parsed(vkey));
  const used = new Set<string>();
  for (const { note } of first.rows.sort((a, b) => Number(a.size) - Number(b.size))) {
    const signer = verifiers.find((key) => accepts(key, note));
    if (signer !== undefined) used.add(signer.vkey);
  }
  const starts = new Map(keys.rows.map(({ vkey, from }) => [vkey, from === null ? null : Number(from)]));
  return [...used].map((vkey) => ({ from: starts.get(vkey) ?? null, vkey }));
}

/** A key that is none has signed nothing. */
function parsed(vkey: string): Verifier[] {
  try {
    return [parseVerifier(vkey)];
  } catch (error) {
    if (error instanceof RangeError) return [];
    throw error;
  }
}

function accepts(key: Verifier, note: string): boolean {
  try {
    return key.accepts(parseNote(note));
  } catch (error) {
    // A note that is none is signed by nobody; it goes into the bundle as it is.
    if (error instanceof RangeError) return false;
    throw error;
  }
}

/** Lines of tile hashes by the size of the log that completed them, lower levels first. */
async function tilesByCompletion(client: PoolClient, book: string): Promise<Map<number, string[]>> {
  const { rows } = await client.query<{ level: number; index: string; hash: Buffer }>(
    'select level, index, hash from log_tile_hashes where book = $1 order by level, index',
    [book],
  );
  const tiles = new Map<number, string[]>();
  for (const { level, index, hash } of rows) {
    const completedAt = (Number(index) + 1) * TILE_WIDTH ** level;
    const text = line({ tile: { hash: hash.toString('base64'), index: Number(index), level } });
    tiles.set(completedAt, [...(tiles.get(completedAt) ?? []), text]);
  }
  return tiles;
}

async function notesBySize(client: PoolClient, book: string, from: number, to: number): Promise<Map<number, string>> {
  const { rows } = await client.query<{ size: string; note: string; previous: string }>(
    'select size, note, previous from log_checkpoints where book = $1 and size > $2 and size <= $3 order by size',
    [book, from, to],
  );
  return new Map(
    rows.map(({ size, note, previous }) => [Number(size), line({ checkpoint: { note, previous: Number(previous) } })]),
  );
}

async function* publishedLines(client: PoolClient, book: string): AsyncGenerator<string> {
  for (const kind of KINDS) {
    const write = rowWriter(STORED[kind]);
    const query = { name: 'published', query: selectOf(STORED[kind]), values: [book] };
    for await (const rows of pagesOf<Record<string, unknown>>(client, query))
      yield rows.map((row) => line({ [kind]: write(row) })).join('');
  }
}

function line(value: object): string {
  return `${canonicalize(value)}\n`;
}
