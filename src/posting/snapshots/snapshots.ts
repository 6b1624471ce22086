import { createHash } from 'node:crypto';
import type { BookLog } from '../../log/book-log.js';
import { parseNote, parseVerifier, type Signer } from '../../log/note.js';
import { addBytes, type BookMemory, bytesOf, emptyMemory } from './book-parts.js';
import { rulesVersion } from './rules-version.js';
import type { SnapshotStore } from './snapshot-store.js';

/** Smaller books are read whole as fast. */
export const LEAST_SIZE = 5_000;

/** Where a book may be loaded from, instead of from all of its events. */
export interface BookSnapshots {
  /**
   * What stood in a book when its last snapshot was taken; nothing where there is none that can be trusted. Then all events are
   * to be read, which gives the same.
   */
  restore(book: string): Promise<BookMemory | undefined>;
}

/**
 * What stood in a book, kept and taken back. A snapshot is signed by the key of the log, so that a row that somebody changed is
 * as useless as one that is damaged. The text of its note, six lines, is no checkpoint:
 *
 *   mingzhang snapshot
 *   640121
 *   1000000
 *   <version of the rules, hex>
 *   <number of parts>
 *   <SHA-256 of the parts one after another, hex>
 */
export class Snapshots implements BookSnapshots {
  constructor(
    private readonly store: SnapshotStore,
    private readonly log: BookLog,
    private readonly signer: Signer,
    private readonly warn: (message: string, facts: Record<string, unknown>) => void,
  ) {}

  async restore(book: string): Promise<BookMemory | undefined> {
    const latest = await this.store.latest(book);
    if (latest === undefined) return undefined;
    try {
      const memory = await this.read(book, latest.size, latest.note);
      await this.check(book, latest.size, memory);
      return memory;
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.warn('a snapshot is not used; all events are read instead', { book, size: latest.size, reason });
      return undefined;
    }
  }

  /** False where the book has a snapshot of this size. */
  async take(book: string, memory: BookMemory): Promise<boolean> {
    const { size } = memory.edge;
    const hash = createHash('sha256');
    let parts = 0;
    const hashed = function* () {
      for (const bytes of bytesOf(memory)) {
        hash.update(bytes);
        parts += 1;
        yield bytes;
      }
    };
    return this.store.save(book, size, hashed(), () => this.signer.sign(text(book, size, parts, hash.digest('hex'))));
  }

  private async read(book: string, size: number, note: string): Promise<BookMemory> {
    const signed = parseNote(note);
    if (!parseVerifier(this.signer.vkey).accepts(signed))
      throw new Untrusted('the present key of the log did not sign it');
    const [, , , rules] = signed.text.split('\n');
    if (rules !== rulesVersion()) throw new Untrusted('other rules made it');
    const memory = emptyMemory();
    const hash = createHash('sha256');
    let parts = 0;
    await this.store.eachPart(book, size, (bytes) => {
      hash.update(bytes);
      parts += 1;
      addBytes(memory, bytes);
    });
    if (signed.text !== text(book, size, parts, hash.digest('hex'))) throw new Untrusted('it is not what was signed');
    return memory;
  }

  /** It ends where a checkpoint was signed, and its tree has the root that was signed there. */
  private async check(book: string, size: number, { state, edge }: BookMemory): Promise<void> {
    const signed = await this.log.signedAt(book, size);
    const isSigned = signed?.root.equals(edge.root()) === true;
    if (!isSigned || state.nextSeq !== size || edge.size !== size)
      throw new Untrusted('its tree is not the one that the log has signed');
  }
}

function text(book: string, size: number, parts: number, digest: string): string {
  return `mingzhang snapshot\n${book}\n${size}\n${rulesVersion()}\n${parts}\n${digest}\n`;
}

class Untrusted extends Error {}
