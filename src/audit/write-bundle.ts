import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import canonicalize from 'canonicalize';
import type { Pool, PoolClient } from 'pg';
import { formatYuan } from '../domain/money.js';
import { parseNote, parseVerifier, type Verifier } from '../log/note.js';
import { PlainError } from '../plain-error.js';
import { BUNDLE_FORMAT, BUNDLE_VERSION } from './bundle-lines.js';
import { storedAssets } from './stored-assets.js';

const PAGE = 1000;
const TILE_WIDTH = 256;
/** How long the views may take to come to the last entry. */
const PATIENCE_MS = 15_000;
const PAUSE_MS = 200;

export interface BundleOptions {
  book: string;
  file: string;
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
    const size = await standStill(client, options.book);
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
    if (path === unfinished) throw new PlainError(`${options.file} cannot be written: ${message}`, { cause: error });
    throw error;
  }
}

/** One moment of the database in which the views have come to the last entry. Gives the number of entries. */
async function standStill(client: PoolClient, book: string): Promise<number> {
  const until = Date.now() + PATIENCE_MS;
  for (;;) {
    await client.query('begin isolation level repeatable read read only');
    const { rows } = await client.query<{ last: string | null; revision: string | null; seen: string }>(
      `select (select max(seq) from events where book = $1) as last,
        (select revision from streams where book = $1) as revision,
        (select min(coalesce(seq, -1)) from unnest(array['balances', 'assets']) as wanted (name)
          left join views.checkpoints on view = name and book = $1) as seen`,
      [book],
    );
    const last = Number(rows[0]?.last ?? -1);
    if (last < 0) throw new PlainError(`There is no book ${book}.`);
    // Views that are ahead have seen entries that are gone, which is for the verifier to find.
    // So is an entry that the book's own revision does not count.
    if (Number(rows[0]?.seen) >= Math.min(last, Number(rows[0]?.revision ?? -1))) return last + 1;
    await client.query('commit');
    if (Date.now() > until) {
      throw new PlainError(
        `The views of book ${book} are not at its last entry: let the service run and rest a moment.`,
      );
    }
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}

async function* linesOf(client: PoolClient, size: number, options: BundleOptions): AsyncGenerator<string> {
  const { book, onEvents } = options;
  yield line({ book, format: BUNDLE_FORMAT, size, version: BUNDLE_VERSION });
  for (const key of await signers(client, book)) yield line({ key });
  const tiles = await tilesByCompletion(client, book);
  let from = 0;
  for (; from < size; from += PAGE) {
    const events = await client.query<{ seq: string; canonical: string }>(
      'select seq, canonical from events where book = $1 and seq >= $2 and seq < $3 order by seq',
      [book, from, from + PAGE],
    );
    const notes = await notesBySize(client, book, from, from + PAGE);
    let text = '';
    for (const { seq, canonical } of events.rows) {
      const after = Number(seq) + 1;
      text += `${canonical}\n${tiles.get(after)?.join('') ?? ''}${notes.get(after) ?? ''}`;
      tiles.delete(after);
      notes.delete(after);
    }
    // What has no event of its own stays in view of whoever verifies.
    yield `${text}${[...notes.values()].join('')}`;
    onEvents?.(events.rows.length);
  }
  const beyond = await notesBySize(client, book, from, Number.MAX_SAFE_INTEGER);
  yield [...tiles.values(), ...beyond.values()].flat().join('');
  yield* publishedLines(client, book);
}

/** Keys that signed checkpoints of the book, in order of first use, whatever others the service has. */
async function signers(client: PoolClient, book: string): Promise<string[]> {
  // Five characters after the name of the signer tell its keys apart; the first note of each is enough.
  const first = await client.query<{ note: string; size: string }>(
    `select distinct on (signer) note, size, left(split_part(note, '— ', 2), -88) as signer
      from log_checkpoints where book = $1 order by signer, size`,
    [book],
  );
  const keys = await client.query<{ vkey: string }>('select distinct vkey from log_keys');
  const verifiers = keys.rows.flatMap(({ vkey }) => parsed(vkey));
  const used = new Set<string>();
  for (const { note } of first.rows.sort((a, b) => Number(a.size) - Number(b.size))) {
    const signer = verifiers.find((key) => accepts(key, note));
    if (signer !== undefined) used.add(signer.vkey);
  }
  return [...used];
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
  const { rows } = await client.query<{ size: string; note: string }>(
    'select size, note from log_checkpoints where book = $1 and size > $2 and size <= $3 order by size',
    [book, from, to],
  );
  return new Map(rows.map(({ size, note }) => [Number(size), line({ checkpoint: note })]));
}

async function* publishedLines(client: PoolClient, book: string): AsyncGenerator<string> {
  const { rows } = await client.query<{ account: string; fund: string; amount_fen: string }>(
    'select account, fund, amount_fen from views.balances where book = $1 and amount_fen <> 0 order by account, fund',
    [book],
  );
  // Code units, as RFC 8785 compares: the database compares bytes, which differs beyond the basic plane.
  const balances = rows.sort((a, b) => compare(a.account, b.account) || compare(a.fund, b.fund));
  let text = '';
  for (const { account, fund, amount_fen } of balances)
    text += line({ balance: { account, amount: formatYuan(BigInt(amount_fen)), fund } });
  yield text;
  yield (await storedAssets(client, book)).map((asset) => line({ asset })).join('');
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function line(value: object): string {
  return `${canonicalize(value)}\n`;
}
