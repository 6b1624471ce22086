import { hash } from 'node:crypto';
import { type Checkpoint, checkpointOf } from '../log/checkpoint.js';
import { EMPTY_ROOT, type Hash } from '../log/hash.js';
import { type ParsedNote, parseNote, type Verifier } from '../log/note.js';
import { asBytes } from './byte-text.js';
import { cut, Different, shown } from './difference.js';

/** C2SP tlog-tiles: each hash of a tile stands for 2 ** 8 of the tile below. */
const TILE_HEIGHT = 8;

/** 32 bytes of SHA-256, byte for byte: half as dear as a buffer each. */
export type HashText = string;

/** A hash as it stands in a tile; those of level 0 are the leaves. */
export interface TileHash {
  level: number;
  index: number;
  hash: string;
}

/** A key, and the size of the log from which it counts; null where that is the beginning. */
export interface PublishedKey {
  from: number | null;
  vkey: string;
}

export interface LogRules {
  /** Any of these may have signed. */
  verifiers: readonly Verifier[];
  /** Whether the hashes of the lowest tiles are shown too. */
  withLeaves: boolean;
  /** What the book is to have grown from. */
  since?: Checkpoint;
  /** Sizes from which keys count: each is one more than that of a checkpoint. */
  keyStarts?: readonly number[];
  /** Notes of the book's own table bear one signature; a published one may bear those of witnesses too. */
  onlyOwnSignature: boolean;
}

/** What an audit found of the log of a book that is whole. */
export interface LogFound {
  book: string;
  size: number;
  /** Base64. */
  root: string;
  /** Keys that signed its checkpoints. */
  signers: string[];
  /** The last signed checkpoint: what an auditor keeps for the next visit. */
  checkpoint: string;
  checkpoints: number;
}

/** What an audit found of a book that is whole. */
export interface Whole extends LogFound {
  /** How many rows were compared, by what they are; null where the service discloses nothing of the book. */
  published: Record<string, number> | null;
  /** Divisions of whose sums nothing could be said, and why: of a bundle there are none. */
  notCompared: { division: string; why: string }[];
}

interface Signed {
  checkpoint: Checkpoint;
  parsed: ParsedNote;
  note: string;
}

/** Of a book with a checkpoint for each entry no more are held than this. */
const MOST_UNPROVEN = 1 << 12;

/** Grows the tree of a book by its own reckoning, and holds what the log says against it. */
export class LogAudit {
  /** The complete subtrees of the tree so far, by level; none where the size has no such bit. */
  private readonly subtrees: (HashText | undefined)[] = [];
  private due: TileHash[] = [];
  private size = 0;
  private signed = 0;
  private lastNote = '';
  private checkpoints = 0;
  private unproven: Signed[] = [];
  /** Sizes of checkpoints that must come, since a key counts from the entry after them. */
  private readonly startsDue: Set<number>;
  /** Keys that signed, with the size of the log when each did first. */
  private readonly used = new Map<string, number>();

  constructor(
    private readonly book: string,
    private readonly rules: LogRules,
  ) {
    this.startsDue = new Set(rules.keyStarts?.map((from) => from - 1));
    if (rules.since?.size === 0) this.hold(rules.since, 'since');
  }

  /** The next entry: a byte 0x00 and its own. */
  leaf(bytes: Uint8Array): void {
    this.append(hash('sha256', bytes, 'binary'));
  }

  private append(leaf: HashText): void {
    this.nothingDue();
    let added = leaf;
    if (this.rules.withLeaves) this.due.push({ level: 0, index: this.size, hash: base64(added) });
    let level = 0;
    for (let left = this.subtrees[0]; left !== undefined; left = this.subtrees[level]) {
      added = nodeHash(left, added);
      this.subtrees[level] = undefined;
      level += 1;
      if (level % TILE_HEIGHT === 0) {
        const index = Math.floor(this.size / 2 ** level);
        this.due.push({ level: level / TILE_HEIGHT, index, hash: base64(added) });
      }
    }
    this.subtrees[level] = added;
    this.size += 1;
    const { since } = this.rules;
    if (since !== undefined && since.size === this.size) this.hold(since, 'since');
  }

  private root(): Hash {
    let root: HashText | undefined;
    for (const subtree of this.subtrees) {
      if (subtree !== undefined) root = root === undefined ? subtree : nodeHash(subtree, root);
    }
    return root === undefined ? EMPTY_ROOT : Buffer.from(root, 'latin1');
  }

  /** The next hash of a tile: each is shown right after the entry that completed it, those of lower tiles first. */
  tileHash({ level, index, hash }: TileHash): void {
    const expected = this.due.shift();
    const field = `tile ${level}, hash ${index}`;
    if (expected === undefined) this.differ(field, `no such hash in a log of ${this.size} entries`, hash);
    if (expected.level !== level || expected.index !== index)
      this.differ(`tile ${expected.level}, hash ${expected.index}`, expected.hash, `a hash of ${field}`);
    if (expected.hash !== hash) this.differ(field, expected.hash, hash);
  }

  /**
   * A checkpoint of the size that the tree has now.
   *
   * @param previous the size of the one before it, where that is told
   */
  checkpointNow(note: string, previous?: number): void {
    this.nothingDue();
    const { checkpoint, parsed } = this.parse(note);
    if (previous !== undefined && previous !== this.signed)
      this.differ('checkpoint.previous', `${this.signed}, the size of the checkpoint before it`, `${previous}`);
    if (checkpoint.size > this.size)
      this.differ(
        'event',
        `entry ${this.size}: a checkpoint signs ${checkpoint.size} entries`,
        'no such entry',
        this.size,
      );
    if (checkpoint.size <= this.signed || checkpoint.size < this.size)
      this.differ('checkpoint', `a size above ${this.signed}, up to ${this.size}`, `${checkpoint.size}`);
    this.hold(checkpoint, 'checkpoint');
    this.signed = checkpoint.size;
    this.lastNote = note;
    this.checkpoints += 1;
    this.unproven.push({ checkpoint, parsed, note });
    // The first at once: of a book that another key signed nothing more need be read.
    if (this.checkpoints === 1 || this.unproven.length >= MOST_UNPROVEN) this.prove();
  }

  /**
   * The checkpoint that is to come after the last entry, before any was read: what is wrong with its signature, or that the book is
   * shorter than it was, is known from it alone.
   */
  announced(note: string): Checkpoint {
    const { checkpoint, parsed } = this.parse(note);
    this.signature({ checkpoint, parsed, note });
    this.holdSince(checkpoint.size);
    return checkpoint;
  }

  /**
   * Holds the signatures against the keys, which is as much work as all else. So it is left for when there is nothing better to
   * do; a difference then is of an earlier line than any that was found before it.
   */
  prove(): void {
    while (this.proveNext());
  }

  /** The same with the earliest alone; false where none is left, as after one that is wrong. */
  proveNext(): boolean {
    const [signed] = this.unproven.splice(0, 1);
    if (signed === undefined) return false;
    try {
      this.signature(signed);
      return true;
    } catch (error) {
      this.unproven = [];
      throw error;
    }
  }

  private signature({ checkpoint, parsed }: Signed): void {
    const seq = checkpoint.size - 1;
    const signer = this.rules.verifiers.find((verifier) => verifier.accepts(parsed));
    if (signer === undefined)
      this.differ('checkpoint', `a signature by ${this.keyNames()}`, this.signersNamed(parsed), seq);
    if (this.rules.onlyOwnSignature && parsed.signatures.length !== 1)
      this.differ('checkpoint', `a signature by ${signer.vkey}`, `${parsed.signatures.length} signatures`, seq);
    if (checkpoint.origin !== `${signer.name}/${this.book}`)
      this.differ('checkpoint', `the origin ${signer.name}/${this.book}`, checkpoint.origin, seq);
    const { since } = this.rules;
    if (since !== undefined && since.origin !== checkpoint.origin)
      this.differ('since', `the origin ${checkpoint.origin}`, since.origin, seq);
    if (!this.used.has(signer.vkey)) this.used.set(signer.vkey, checkpoint.size);
    this.startsDue.delete(checkpoint.size);
  }

  /** Keys as they are published, in the order of their first use, each with the size from which it counts. */
  private publishedKeys(keys: readonly PublishedKey[]): void {
    const used = [...this.used];
    for (let at = 0; at < Math.max(keys.length, used.length); at += 1) {
      const [key, [signer, firstUse] = ['nothing', 0]] = [keys[at], used[at]];
      if (key?.vkey !== signer) this.differ('log_keys', signer, key?.vkey ?? 'nothing');
      // The first counts from the opening of the book, and is not told; a later one from the entry after those that stood then.
      const isRight =
        at === 0 ? key.from === null : key.from !== null && key.from <= firstUse && !this.startsDue.has(key.from - 1);
      const expected =
        at === 0
          ? 'none, since it counts from the first entry'
          : `1 more than the size of an earlier checkpoint, up to ${firstUse}`;
      if (!isRight) this.differ(`log_key_starts[${key.vkey}].from_size`, expected, `${key.from ?? 'nothing'}`);
    }
  }

  /** @param keys as they are published, where they are */
  end(keys?: readonly PublishedKey[]): LogFound {
    this.prove();
    this.nothingDue();
    this.holdSince(this.size);
    if (this.signed !== this.size)
      this.differ('checkpoint', `one that signs ${this.size} entries`, `the last signs ${this.signed}`);
    if (keys !== undefined) this.publishedKeys(keys);
    return {
      book: this.book,
      size: this.size,
      root: this.root().toString('base64'),
      signers: [...this.used.keys()],
      checkpoint: this.lastNote,
      checkpoints: this.checkpoints,
    };
  }

  private parse(note: string): { checkpoint: Checkpoint; parsed: ParsedNote } {
    try {
      const parsed = parseNote(note);
      return { checkpoint: checkpointOf(parsed), parsed };
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      return this.differ('checkpoint', `a signed checkpoint (${cut(error.message)})`, shown(asBytes(note)));
    }
  }

  private hold({ size, root }: Checkpoint, field: string): void {
    const own = size === 0 ? EMPTY_ROOT : this.root();
    if (!root.equals(own))
      this.differ(field, `the root ${own.toString('base64')} of ${size} entries`, root.toString('base64'));
  }

  /** A book only grows. */
  private holdSince(size: number): void {
    const { since } = this.rules;
    if (since !== undefined && since.size > size)
      this.differ('since', `at least the ${since.size} entries of the earlier checkpoint`, `${size} entries`, size - 1);
  }

  private nothingDue(): void {
    const [missing] = this.due;
    if (missing !== undefined) this.differ(`tile ${missing.level}, hash ${missing.index}`, missing.hash, 'nothing');
  }

  /** As the vkeys of the signers begin, so that who gave a wrong key sees which would have been the right one. */
  private signersNamed({ signatures }: ParsedNote): string {
    const names = signatures.map(({ name, keyId }) => `${name}+${keyId.toString('hex')}`);
    const claimed = names.find((one) => this.rules.verifiers.some(({ vkey }) => vkey.startsWith(`${one}+`)));
    return claimed === undefined
      ? `signatures that name ${cut(names.join(', '))}`
      : `one that names ${cut(claimed)} and is not of that key`;
  }

  private keyNames(): string {
    return this.rules.verifiers.map(({ vkey }) => vkey).join(' or ') || 'a key that is given';
  }

  private differ(field: string, expected: string, found: string, seq = this.size - 1): never {
    throw new Different({ book: this.book, seq: seq < 0 ? null : seq, field, expected, found });
  }
}

/** RFC 6962, 2.1: SHA-256(0x01 || left || right). */
const node = Buffer.alloc(65);
node[0] = 0x01;

function nodeHash(left: HashText, right: HashText): HashText {
  node.write(left, 1, 'latin1');
  node.write(right, 33, 'latin1');
  return hash('sha256', node, 'binary');
}

function base64(hashed: HashText): string {
  return Buffer.from(hashed, 'latin1').toString('base64');
}
