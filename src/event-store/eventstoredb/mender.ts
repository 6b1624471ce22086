import { setTimeout as sleep } from 'node:timers/promises';
import type { BookEvent } from '../../domain/event.js';
import { ImpossibleHistory } from '../../domain/evolve.js';
import { type Checkpoint, parseCheckpoint } from '../../log/checkpoint.js';
import { leafHash } from '../../log/hash.js';
import type { LogStore } from '../../log/log-store.js';
import { parseNote, parseVerifier, type Verifier } from '../../log/note.js';
import { restoreEdge } from '../../log/restore-edge.js';
import { StoredTrees } from '../../log/stored-trees.js';
import type { TreeEdge } from '../../log/tree-edge.js';
import { canonical } from '../canonical.js';
import { type EventStore, KeyTaken } from '../event-store.js';
import { asMetadata, type BookStreams, type RecordedEvent } from './book-streams.js';
import { eachAtOnce } from './each-at-once.js';
import type { SealedBatch, SealedIndex } from './sealed-index.js';
import type { StreamMetadata } from './stream-event.js';

type Entry = SealedBatch['events'][number] & { canonical: string } & Pick<StreamMetadata, 'seal'>;

/** A book whose stream is not what was sealed of it, or holds what cannot be. */
export interface Unmendable {
  book: string;
  message: string;
}

const PAGE = 500;
const BOOKS_AT_ONCE = 16;
/** Whoever appended seals at once; only where that does not come, it is done for him. */
const GRACE_MS = 1_500;
const LOOK_EVERY_MS = 50;

/**
 * Brings the index and the log of a book up to its stream, after a crash between the two stores. Nothing is signed here: each
 * batch carries in the stream what was signed over it, and that is checked before it is copied. So it does not matter who does
 * it, nor that two do it at once; and what came into the stream by another way is never sealed.
 */
export class Mender {
  private readonly mending = new Map<string, Promise<number>>();

  /** @param trusted keys whose signatures count beside those that the database knows */
  constructor(
    private readonly streams: BookStreams,
    private readonly index: SealedIndex,
    private readonly log: LogStore,
    /** Reads sealed entries only. */
    private readonly sealed: Pick<EventStore, 'leafHashes'>,
    private readonly trusted: readonly string[],
  ) {}

  /** Leaves whoever is appending some time to seal it himself. */
  async mendAfterGrace(book: string): Promise<number> {
    const head = await this.streams.head(book);
    for (let waitedMs = 0; waitedMs < GRACE_MS; waitedMs += LOOK_EVERY_MS) {
      const revision = await this.index.revision(book);
      if (revision >= head) return revision;
      await sleep(LOOK_EVERY_MS);
    }
    return this.mend(book);
  }

  /** Seq of the last sealed entry then. Error: ImpossibleHistory. */
  mend(book: string): Promise<number> {
    const running = this.mending.get(book);
    if (running !== undefined) return running;
    const mending = this.bringUp(book).finally(() => this.mending.delete(book));
    this.mending.set(book, mending);
    return mending;
  }

  /** Every book that the database knows, each held against its stream. Answers which cannot be sealed, and why. */
  async mendAll(): Promise<Unmendable[]> {
    const books = [...(await this.index.revisions()).keys()];
    const unmendable: Unmendable[] = [];
    await eachAtOnce(books, BOOKS_AT_ONCE, async (book) => {
      try {
        await this.mend(book);
      } catch (error) {
        if (!(error instanceof ImpossibleHistory)) throw error;
        unmendable.push({ book, message: error.message });
      }
    });
    return unmendable;
  }

  private async bringUp(book: string): Promise<number> {
    for (;;) {
      const revision = await this.index.revision(book);
      const head = await this.streams.head(book);
      if (head === revision) return revision;
      if (head < revision) {
        throw new ImpossibleHistory(
          `EventStoreDB holds ${head + 1} events of book ${book}, of which ${revision + 1} were sealed: it is another server, or an earlier copy`,
        );
      }
      await this.sealFrom(book, revision);
    }
  }

  /** Until the end of the stream, or until somebody else has sealed some of it. */
  private async sealFrom(book: string, revision: number): Promise<void> {
    await this.index.open(book);
    const edge = await this.edgeAt(book, revision + 1);
    if (edge === undefined) return;
    const keys = [...(await this.index.logKeys()), ...this.trusted].map(parseVerifier);
    let batch: Entry[] = [];
    for (let from = revision + 1; ; ) {
      const page = await this.streams.read(book, from, PAGE);
      for (const recorded of page) {
        const entry = entryOf(book, recorded);
        batch.push(entry);
        const { seal } = entry;
        if (seal === undefined) continue;
        if (!(await this.sealBatch(book, batch, checkedSeal(book, seal, keys), edge))) return;
        batch = [];
      }
      from += page.length;
      if (page.length < PAGE) break;
    }
    if (batch.length > 0) {
      throw new ImpossibleHistory(`events from ${batch[0]?.event.seq} on in stream ${book} were signed by nobody`);
    }
  }

  /** Nothing, where somebody else has sealed more meanwhile. */
  private async edgeAt(book: string, size: number): Promise<TreeEdge | undefined> {
    const edge = await restoreEdge(new StoredTrees(this.sealed, this.log), book, size);
    const latest = await this.log.latest(book);
    if ((latest?.size ?? 0) > size) return undefined;
    if (size === 0 || (latest?.size === size && parseCheckpoint(latest.note).root.equals(edge.root()))) return edge;
    throw new ImpossibleHistory(`the ${size} events of book ${book} are not those that its log has signed`);
  }

  /** False where somebody else was faster. */
  private async sealBatch(
    book: string,
    batch: Entry[],
    { note, root, size }: Checkpoint & { note: string },
    edge: TreeEdge,
  ): Promise<boolean> {
    const before = edge.size;
    const tileHashes = batch.flatMap((entry) => edge.append(leafHash(entry.canonical)));
    if (size !== edge.size || !root.equals(edge.root())) {
      throw new ImpossibleHistory(`what was signed over entry ${size - 1} of stream ${book} is not what stands there`);
    }
    const seal = { size, note, tileHashes };
    try {
      return await this.index.seal({ book, expectedRevision: before - 1, events: batch, seal });
    } catch (error) {
      if (!(error instanceof KeyTaken)) throw error;
      throw new ImpossibleHistory(`stream ${book} holds two events of one command: ${error.message}`, { cause: error });
    }
  }
}

/** Error: ImpossibleHistory, where it is no checkpoint of this book that a key of its log has signed. */
function checkedSeal(
  book: string,
  { size, note }: NonNullable<Entry['seal']>,
  keys: readonly Verifier[],
): Checkpoint & { note: string } {
  try {
    const signed = parseCheckpoint(note);
    const isOfBook = signed.origin.endsWith(`/${book}`) && signed.size === size;
    if (isOfBook && keys.some((key) => key.accepts(parseNote(note)))) return { ...signed, note };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
  throw new ImpossibleHistory(`entry ${size - 1} of stream ${book} is signed by no key of this log`);
}

/** Error: ImpossibleHistory, where it is no event of this book in its canonical form. */
function entryOf(book: string, { seq, canonical: text, metadata }: RecordedEvent): Entry {
  const kept = asMetadata(metadata);
  const event = parsed(text);
  const isCanonical = event !== undefined && canonical(event) === text;
  if (kept === undefined || !isCanonical || event.book !== book || event.seq !== seq) {
    throw new ImpossibleHistory(`event ${seq} of stream ${book} is none of this book`);
  }
  return { seq, canonical: text, event, ...kept };
}

function parsed(text: string): BookEvent | undefined {
  try {
    return JSON.parse(text) as BookEvent;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
