import { isUtf8 } from 'node:buffer';
import { hash } from 'node:crypto';
import type { BookEvent } from '../domain/event.js';
import { inBoth } from '../in-both.js';
import { parseVerifier, type Verifier } from '../log/note.js';
import { PlainError } from '../plain-error.js';
import type { AuditOptions } from './bundle/audit-with.js';
import { Different, shown } from './difference.js';
import { ServiceDisclosure } from './disclosure/service-disclosure.js';
import { EventAudit } from './event-audit.js';
import { EventReader } from './event-reader.js';
import { LogAudit, type Whole } from './log-audit.js';
import type { ByteLine } from './scanner.js';
import { readBytes, readJson, readText } from './service-bytes.js';

const TILE_WIDTH = 256;
const HASH_BYTES = 32;
/** Tiles of entries on which notices rest. */
const MOST_READ_AGAIN = 16;
/** 256 entries of at most 65,535 bytes, each after its length. */
const MOST_BYTES = TILE_WIDTH * (2 + 65_535);

/** Audits a book over what its service shows to everybody (C2SP tlog-tiles). Errors: Different; PlainError. */
export async function auditService(url: string, options: AuditOptions): Promise<Whole> {
  const { base, book } = place(url, options.book);
  const keys = options.keys.length > 0 ? options.keys : await publishedKeys(base);
  const note = await readText(`${base}/log/${book}/checkpoint`);
  const { since } = options;
  const rules = { verifiers: keys, withLeaves: true, onlyOwnSignature: false, ...(since !== undefined && { since }) };
  const log = new LogAudit(book, rules);
  const { size } = log.announced(note);
  options.onSize?.(size);
  const events = new EventAudit(book, size);
  const reader = new EventReader(({ path: field, expected, found }) => {
    throw new Different({ book, seq: events.count, field, expected, found });
  });
  const tiles = new Tiles(`${base}/log/${book}/tile`, book, size);
  const json = (path: string) => readJson(`${base}/v1/disclosure${path}`);
  const disclosure = new ServiceDisclosure(book, events, { json, entry: (seq) => tiles.entry(seq) });
  for (let tile = 0; tile * TILE_WIDTH < size; tile += 1) {
    const entries = await tiles.entries(tile);
    for (const entry of entries) {
      events.take(reader.read(entry));
      disclosure.note();
      log.leaf(entry.bytes);
      for (const hash of await tiles.completed(events.count)) log.tileHash(hash);
    }
    options.onEvents?.(entries.length);
  }
  log.checkpointNow(note);
  return { ...log.end(), ...(await disclosure.compare(options.onLines)) };
}

/** `https://ledger.example` with the code of a book, or `https://ledger.example/log/640121`. */
function place(url: string, wanted: string | undefined): { base: string; book: string } {
  const match = /^(.*?)\/log\/(\d{6,12})\/?$/.exec(url);
  const [, base = url.replace(/\/+$/, ''), named] = match ?? [];
  if (named !== undefined && wanted !== undefined && named !== wanted)
    throw new PlainError(
      `${url} 是账套 ${named} 的日志,不是 ${wanted} 的 is the log of book ${named}, not of ${wanted}.`,
    );
  const book = wanted ?? named;
  if (book === undefined)
    throw new PlainError('请指明账套 Say which book, with --book or as the end of the URL: …/log/640121.');
  return { base, book };
}

async function publishedKeys(base: string): Promise<Verifier[]> {
  const lines = (await readText(`${base}/log/keys`)).split('\n').filter((line) => line !== '');
  try {
    return lines.map(parseVerifier);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new PlainError(
      `${base}/log/keys 中有不是公钥的内容 shows something that is no key: ${inBoth(error.message)}.`,
      {
        cause: error,
      },
    );
  }
}

/** The tiles of a log of one size; of each level the one that is being looked at is kept. */
class Tiles {
  private readonly shown = new Map<number, { tile: number; hashes: string[] }>();
  private readonly readAgain = new Map<number, ByteLine[]>();
  /** Of the entries of a tile as they were judged: what is shown later must be the same. */
  private readonly judged = new Map<number, string>();

  constructor(
    private readonly base: string,
    private readonly book: string,
    private readonly size: number,
  ) {}

  /** An entry that was judged before, its texts byte for byte. */
  async entry(seq: number): Promise<BookEvent | undefined> {
    const tile = Math.floor(seq / TILE_WIDTH);
    const entries = this.readAgain.get(tile) ?? (await this.entries(tile));
    if (this.readAgain.size > MOST_READ_AGAIN) this.readAgain.clear();
    this.readAgain.set(tile, entries);
    const entry = entries[seq % TILE_WIDTH];
    return entry && (JSON.parse(entry.bytes.toString('latin1', entry.from)) as BookEvent);
  }

  /** Each behind a byte 0x00, as it is hashed. */
  async entries(tile: number): Promise<ByteLine[]> {
    const width = this.width(0, tile);
    const bytes = await readBytes(`${this.base}/entries/${tilePath(tile, width)}`, MOST_BYTES);
    this.mustBeAsJudged(tile, hash('sha256', bytes, 'base64'));
    const entries = [];
    let from = 0;
    while (from + 2 <= bytes.length) {
      const to = from + 2 + bytes.readUInt16BE(from);
      if (to > bytes.length) break;
      this.mustBeText(bytes.subarray(from + 2, to), tile * TILE_WIDTH + entries.length);
      // The byte before the entry is of its length, which is read.
      bytes[from + 1] = 0x00;
      entries.push({ bytes: bytes.subarray(from + 1, to), from: 1, to: to - from - 1 });
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

  private mustBeAsJudged(tile: number, now: string): void {
    const before = this.judged.get(tile);
    if (before !== undefined && before !== now)
      this.differ(tile * TILE_WIDTH, 'entries', 'the entries that were shown before', 'others');
    this.judged.set(tile, now);
  }

  private mustBeText(bytes: Buffer, seq: number): void {
    if (!isUtf8(bytes)) this.differ(seq, 'event', 'UTF-8', shown(bytes.toString('latin1')));
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
