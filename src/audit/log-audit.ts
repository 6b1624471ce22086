import { type Checkpoint, parseCheckpoint } from '../log/checkpoint.js';
import { EMPTY_ROOT, type Hash, leafHash, nodeHash } from '../log/hash.js';
import { type ParsedNote, parseNote, type Verifier } from '../log/note.js';
import { Different, shown } from './difference.js';

/** C2SP tlog-tiles: each hash of a tile stands for 2 ** 8 of the tile below. */
const TILE_HEIGHT = 8;

/** A hash as it stands in a tile; those of level 0 are the leaves. */
export interface TileHash {
  level: number;
  index: number;
  hash: string;
}

export interface LogRules {
  /** Any of these may have signed. */
  verifiers: readonly Verifier[];
  /** Whether the hashes of the lowest tiles are shown too. */
  withLeaves: boolean;
  /** What the book is to have grown from. */
  since?: Checkpoint;
  /** Notes of the book's own table bear one signature; a published one may bear those of witnesses too. */
  onlyOwnSignature: boolean;
}

/** Grows the tree of a book by its own reckoning, and holds what the log says against it. */
export class LogAudit {
  /** The complete subtrees of the tree so far, by level; none where the size has no such bit. */
  private readonly subtrees: (Hash | undefined)[] = [];
  private due: TileHash[] = [];
  private size = 0;
  private signed = 0;
  private lastNote = '';
  private readonly used = new Set<string>();

  constructor(
    private readonly book: string,
    private readonly rules: LogRules,
  ) {
    if (rules.since?.size === 0) this.hold(rules.since, 'since');
  }

  get count(): number {
    return this.size;
  }

  /** The checkpoint of the size that the log has now. */
  get checkpoint(): string {
    return this.lastNote;
  }

  /** Keys that signed something here. */
  get signers(): string[] {
    return [...this.used];
  }

  append(event: string): void {
    this.nothingDue();
    let added = leafHash(event);
    if (this.rules.withLeaves) this.due.push({ level: 0, index: this.size, hash: added.toString('base64') });
    let level = 0;
    for (let left = this.subtrees[0]; left !== undefined; left = this.subtrees[level]) {
      added = nodeHash(left, added);
      this.subtrees[level] = undefined;
      level += 1;
      if (level % TILE_HEIGHT === 0) {
        const index = Math.floor(this.size / 2 ** level);
        this.due.push({ level: level / TILE_HEIGHT, index, hash: added.toString('base64') });
      }
    }
    this.subtrees[level] = added;
    this.size += 1;
    const { since } = this.rules;
    if (since !== undefined && since.size === this.size) this.hold(since, 'since');
  }

  root(): Hash {
    let root: Hash | undefined;
    for (const subtree of this.subtrees) {
      if (subtree !== undefined) root = root === undefined ? subtree : nodeHash(subtree, root);
    }
    return root ?? EMPTY_ROOT;
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

  /** A checkpoint of the size that the tree has now. */
  checkpointNow(note: string): void {
    this.nothingDue();
    const { checkpoint, parsed } = this.parse(note);
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
    const signer = this.rules.verifiers.find((verifier) => verifier.accepts(parsed));
    if (signer === undefined || (this.rules.onlyOwnSignature && parsed.signatures.length !== 1))
      this.differ('checkpoint', `a signature by ${this.keyNames()}`, shown(note.slice(parsed.text.length + 1)));
    if (checkpoint.origin !== `${signer.name}/${this.book}`)
      this.differ('checkpoint', `the origin ${signer.name}/${this.book}`, checkpoint.origin);
    const { since } = this.rules;
    if (since !== undefined && since.origin !== checkpoint.origin)
      this.differ('since', `the origin ${checkpoint.origin}`, since.origin);
    this.used.add(signer.vkey);
    this.signed = checkpoint.size;
    this.lastNote = note;
  }

  end(): void {
    this.nothingDue();
    const { since } = this.rules;
    if (since !== undefined && since.size > this.size)
      this.differ('since', `at least the ${since.size} entries of the earlier checkpoint`, `${this.size} entries`);
    if (this.signed !== this.size)
      this.differ('checkpoint', `one that signs ${this.size} entries`, `the last signs ${this.signed}`);
  }

  private parse(note: string): { checkpoint: Checkpoint; parsed: ParsedNote } {
    try {
      return { checkpoint: parseCheckpoint(note), parsed: parseNote(note) };
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      return this.differ('checkpoint', 'a signed checkpoint', error.message);
    }
  }

  private hold({ size, root }: Checkpoint, field: string): void {
    const own = size === 0 ? EMPTY_ROOT : this.root();
    if (!root.equals(own))
      this.differ(field, `the root ${own.toString('base64')} of ${size} entries`, root.toString('base64'));
  }

  private nothingDue(): void {
    const [missing] = this.due;
    if (missing !== undefined) this.differ(`tile ${missing.level}, hash ${missing.index}`, missing.hash, 'nothing');
  }

  private keyNames(): string {
    return this.rules.verifiers.map(({ vkey }) => vkey).join(' or ') || 'a key that is given';
  }

  private differ(field: string, expected: string, found: string, seq = this.size - 1): never {
    throw new Different({ book: this.book, seq: seq < 0 ? null : seq, field, expected, found });
  }
}
