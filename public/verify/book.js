// One entry of a book: its bytes, its leaf, and the path from there to the signed root.

import { fromBase64, isConsistent, isSame, leafHash, rootOf, toBase64, Wrong } from './bytes.js';
import { checkCheckpoint, parseKey } from './note.js';

/** How many entries or hashes a tile has (C2SP tlog-tiles). */
export const TILE = 256;

/** Where the tile `index` of a level is, of `count` things on that level. */
export function tilePath(level, index, count) {
  const digits = String(index);
  const groups = digits.padStart(Math.ceil(digits.length / 3) * 3, '0').match(/\d{3}/g);
  const place = groups.map((group, at) => (at < groups.length - 1 ? `x${group}` : group)).join('/');
  const width = Math.min(TILE, count - index * TILE);
  return `${level}/${place}${width < TILE ? `.p/${width}` : ''}`;
}

/** A bundle is entries, each after its length in two bytes, big-endian. */
export function entriesIn(bundle) {
  const view = new DataView(bundle.buffer, bundle.byteOffset, bundle.byteLength);
  const entries = [];
  for (let at = 0; at + 2 <= bundle.length; ) {
    const end = at + 2 + view.getUint16(at);
    if (end > bundle.length) break;
    entries.push(bundle.subarray(at + 2, end));
    at = end;
  }
  return entries;
}

/** A book as its service shows it; `load(path)` answers the bytes at a path. */
export class Book {
  #keys;
  #notes = new Map();
  #tiles = new Map();
  /** The largest checkpoint that was seen: all others are proven to be of the log that it is of. */
  #largest = Promise.resolve();

  constructor(id, load, pinned) {
    this.id = id;
    this.load = load;
    this.pinned = pinned;
  }

  keys() {
    this.#keys ??= this.text('/log/keys').then((lines) => Promise.all(lines.trim().split('\n').map(parseKey)));
    return this.#keys;
  }

  async text(path) {
    return new TextDecoder().decode(await this.load(path));
  }

  async json(path) {
    return JSON.parse(await this.text(path));
  }

  /** The entry with number `seq`, once it is proven that the signed book has just these bytes there. */
  async prove(seq) {
    const receipt = await this.json(`/v1/books/${this.id}/events/${seq}/proof`);
    const checkpoint = await this.checkpoint(receipt.checkpoint);
    const bytes = (await this.entries(Math.floor(seq / TILE), checkpoint.size))[seq % TILE];
    if (bytes === undefined)
      throw new Wrong(`账本没有给出第 ${seq} 号记录的原文`, `the log does not show entry ${seq}`);
    const leaf = await leafHash(bytes);
    const at = `第 ${seq} 号记录`;
    if (toBase64(leaf) !== receipt.leafHash)
      throw new Wrong(
        `${at}的原文被改过：指纹与账本里的不同`,
        `entry ${seq} was changed: its hash is not the one in the log`,
      );
    const root = await rootOf(leaf, seq, checkpoint.size, receipt.proof.map(fromBase64));
    if (root === null || !isSame(root, checkpoint.root))
      throw new Wrong(`${at}不在签了名的账本里`, `entry ${seq} is not in the signed book`);
    const event = JSON.parse(new TextDecoder().decode(bytes));
    if (event.book !== this.id || event.seq !== seq)
      throw new Wrong(`${at}自称是另一条记录`, `entry ${seq} says that it is another one`);
    return { event, bytes, leaf, checkpoint, path: receipt.proof.length };
  }

  /** The bytes of the entries of a bundle, of a log of `size`: as they came, proven by nothing yet. */
  async entries(index, size) {
    return entriesIn(await this.tile(tilePath('entries', index, size)));
  }

  tile(path) {
    if (!this.#tiles.has(path)) this.#tiles.set(path, this.load(`/log/${this.id}/tile/${path}`));
    return this.#tiles.get(path);
  }

  /** What a note signs, once it is proven to be of the same log as all that were seen before. */
  checkpoint(note) {
    if (!this.#notes.has(note)) {
      const checked = this.keys().then((keys) => checkCheckpoint(note, this.id, keys, this.pinned));
      this.#largest = Promise.all([this.#largest, checked]).then(([largest, one]) => this.#largerOf(one, largest));
      this.#notes.set(
        note,
        this.#largest.then(() => checked),
      );
    }
    return this.#notes.get(note);
  }

  /** Whoever has the key can sign two logs; a receipt of each proves nothing of the two together. */
  async #largerOf(one, other = one) {
    const [from, to] = one.size < other.size ? [one, other] : [other, one];
    const path = `/v1/books/${this.id}/consistency?from=${from.size}&to=${to.size}`;
    const proof = from.size === to.size ? [] : (await this.json(path)).proof.map(fromBase64);
    if (await isConsistent(from, to, proof)) return to;
    throw new Wrong(
      '本站给出的两份签名总指纹不是同一本账的：有人另写了一本',
      'two signed checkpoints shown here are not of one log: somebody wrote another one',
    );
  }
}
