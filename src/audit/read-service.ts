import { isUtf8 } from 'node:buffer';
import { parseCheckpoint } from '../log/checkpoint.js';
import { parseVerifier, type Verifier } from '../log/note.js';
import { PlainError } from '../plain-error.js';
import { BookAudit, type Whole } from './book-audit.js';
import type { AuditOptions } from './bundle/read-bundle.js';
import { asBytes } from './byte-text.js';
import { Different, shown } from './difference.js';
import type { ByteLine } from './scanner.js';

const TILE_WIDTH = 256;
const HASH_BYTES = 32;
const WITHIN_MS = 30_000;
const MOST_TEXT = 1 << 20;
/** 256 entries of at most 65,535 bytes, each after its length. */
const MOST_BYTES = TILE_WIDTH * (2 + 65_535);

/** Audits a book over what its service shows to everybody (C2SP tlog-tiles). Errors: Different; PlainError. */
export async function auditService(url: string, options: AuditOptions): Promise<Whole> {
  const { base, book } = place(url, options.book);
  const keys = options.keys.length > 0 ? options.keys : await publishedKeys(base);
  const note = await readText(`${base}/log/${book}/checkpoint`);
  const size = sizeOf(book, note);
  options.onSize?.(size);
  const { since } = options;
  const rules = { verifiers: keys, withLeaves: true, onlyOwnSignature: false, ...(since !== undefined && { since }) };
  const audit = new BookAudit(book, rules);
  const tiles = new Tiles(`${base}/log/${book}/tile`, book, size);
  for (let tile = 0; tile * TILE_WIDTH < size; tile += 1) {
    const entries = await tiles.entries(tile);
    for (const entry of entries) {
      audit.entry(entry.line);
      audit.leaf(entry.leaf);
      for (const hash of await tiles.completed(audit.size)) audit.tileHash(hash);
    }
    options.onEvents?.(entries.length);
  }
  audit.checkpoint(note);
  return audit.end();
}

/** `https://ledger.example` with the code of a book, or `https://ledger.example/log/640121`. */
function place(url: string, wanted: string | undefined): { base: string; book: string } {
  const match = /^(.*?)\/log\/(\d{6,12})\/?$/.exec(url);
  const [, base = url.replace(/\/+$/, ''), named] = match ?? [];
  if (named !== undefined && wanted !== undefined && named !== wanted)
    throw new PlainError(`${url} is the log of book ${named}, not of ${wanted}.`);
  const book = wanted ?? named;
  if (book === undefined) throw new PlainError('Say which book, with --book or as the end of the URL: …/log/640121.');
  return { base, book };
}

async function publishedKeys(base: string): Promise<Verifier[]> {
  const lines = (await readText(`${base}/log/keys`)).split('\n').filter((line) => line !== '');
  try {
    return lines.map(parseVerifier);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new PlainError(`${base}/log/keys shows something that is no key: ${error.message}.`, { cause: error });
  }
}

function sizeOf(book: string, note: string): number {
  try {
    return parseCheckpoint(note).size;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    const expected = 'a signed checkpoint';
    throw new Different({ book, seq: null, field: 'checkpoint', expected, found: shown(asBytes(note)) });
  }
}

/** The tiles of a log of one size; of each level the one that is being looked at is kept. */
class Tiles {
  private readonly shown = new Map<number, { tile: number; hashes: string[] }>();

  constructor(
    private readonly base: string,
    private readonly book: string,
    private readonly size: number,
  ) {}

  async entries(tile: number): Promise<{ line: ByteLine; leaf: Uint8Array }[]> {
    const width = this.width(0, tile);
    const bytes = await readBytes(`${this.base}/entries/${tilePath(tile, width)}`, MOST_BYTES);
    const entries = [];
    let from = 0;
    while (from + 2 <= bytes.length) {
      const to = from + 2 + bytes.readUInt16BE(from);
      if (to > bytes.length) break;
      const text = this.text(bytes.subarray(from + 2, to), tile * TILE_WIDTH + entries.length);
      // The byte before the entry is of its length, which is read.
      bytes[from + 1] = 0x00;
      entries.push({ line: { bytes, from: from + 2, to, text }, leaf: bytes.subarray(from + 1, to) });
      from = to;
    }
    if (from !== bytes.length || entries.length !== width)
      this.differ(tile * TILE_WIDTH + entries.length, 'entries', `${width} entries`, `${entries.length}`);
    return entries;
  }

  /** The hashes that a log has gained by its last entry, of each level, as the service shows them. */
  async completed(size: number): Promise<{ level: number; index: number; hash: string }[]> {
    const hashes = [];
    for (let level = 0, index = size; ; level += 1, index /= TILE_WIDTH) {
      hashes.push({ level, index: index - 1, hash: await this.hash(level, index - 1) });
      if (index % TILE_WIDTH !== 0) return hashes;
    }
  }

  private async hash(level: number, index: number): Promise<string> {
    const tile = Math.floor(index / TILE_WIDTH);
    let shownNow = this.shown.get(level);
    if (shownNow?.tile !== tile) {
      shownNow = { tile, hashes: await this.hashes(level, tile) };
      this.shown.set(level, shownNow);
    }
    return shownNow.hashes[index % TILE_WIDTH] ?? 'nothing';
  }

  private async hashes(level: number, tile: number): Promise<string[]> {
    const width = this.width(level, tile);
    const bytes = await readBytes(`${this.base}/${level}/${tilePath(tile, width)}`, TILE_WIDTH * HASH_BYTES);
    if (bytes.length !== width * HASH_BYTES) {
      const seq = Math.min(this.size, (tile * TILE_WIDTH + 1) * TILE_WIDTH ** level) - 1;
      this.differ(seq, `tile ${level}/${tile}`, `${width * HASH_BYTES} bytes`, `${bytes.length}`);
    }
    return Array.from({ length: width }, (_, at) => bytes.toString('base64', at * HASH_BYTES, (at + 1) * HASH_BYTES));
  }

  private width(level: number, tile: number): number {
    return Math.min(TILE_WIDTH, Math.floor(this.size / TILE_WIDTH ** level) - tile * TILE_WIDTH);
  }

  private text(bytes: Buffer, seq: number): string {
    const text = bytes.toString('latin1');
    return isUtf8(bytes) ? text : this.differ(seq, 'event', 'UTF-8', shown(text));
  }

  private differ(seq: number, field: string, expected: string, found: string): never {
    throw new Different({ book: this.book, seq, field, expected, found });
  }
}

/** C2SP tlog-tiles: `x001/x234/067`, and `.p/<width>` for a tile that is not full. */
function tilePath(tile: number, width: number): string {
  const digits = String(tile);
  const groups = digits.padStart(Math.ceil(digits.length / 3) * 3, '0').match(/\d{3}/g) ?? [];
  const path = groups.map((group, at) => (at < groups.length - 1 ? `x${group}` : group)).join('/');
  return width < TILE_WIDTH ? `${path}.p/${width}` : path;
}

async function readText(url: string): Promise<string> {
  return (await readBytes(url, MOST_TEXT)).toString();
}

async function readBytes(url: string, most: number): Promise<Buffer> {
  // Made anew for the auditor, whatever stands between him and the tables.
  const headers = { 'cache-control': 'no-cache' };
  const response = await fetch(url, { headers, signal: AbortSignal.timeout(WITHIN_MS) }).catch((cause: Error) => {
    // fetch itself says only "fetch failed".
    const why = cause.cause instanceof Error ? cause.cause.message : cause.message;
    throw new PlainError(`${url} does not answer: ${why}`, { cause });
  });
  if (!response.ok) throw new PlainError(`${url} answers with status ${response.status}.`);
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body ?? []) {
    length += chunk.length;
    if (length > most) throw new PlainError(`${url} answers with more than ${most} bytes.`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
