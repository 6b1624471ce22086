import { hash } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { DIVISION_PATTERN } from '../domain/division.js';
import { type Checkpoint, parseCheckpoint } from '../log/checkpoint.js';
import { parseNote } from '../log/note.js';
import { PlainError } from '../plain-error.js';

/** The last checkpoint of a book that the witness has cosigned. */
export interface Remembered extends Checkpoint {
  /** With the witness's own line. */
  note: string;
}

/** `shorter`: fewer entries than before; `forked`: another history of the same length; `unfounded`: a longer one not built on the first. */
export type BreachKind = 'shorter' | 'forked' | 'unfounded';

/** What a log said after what it had signed. */
export interface Evidence {
  book: string;
  kind: BreachKind;
  reason: string;
  /** Both signed by the log. */
  remembered: string;
  shown: string;
  /** The proof of consistency that the log gave, hashes in base64; absent where no proof is needed to see it. */
  proof?: string[];
}

/**
 * What a witness must never forget, in a folder: `<book>.checkpoint` for each book, `log.vkeys`, and what it refused. A file is
 * on the disk before anything is said that rests on it.
 */
export class WitnessState {
  private constructor(private readonly folder: string) {}

  static async in(folder: string): Promise<WitnessState> {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    return new WitnessState(folder);
  }

  async books(): Promise<string[]> {
    const names = (await readdir(this.folder)).filter((name) => name.endsWith('.checkpoint'));
    return names.map((name) => name.slice(0, -'.checkpoint'.length)).filter((book) => DIVISION_PATTERN.test(book));
  }

  /** Nothing also where the log was empty: no proof begins there. */
  async remembered(book: string): Promise<Remembered | undefined> {
    const note = await this.read(`${book}.checkpoint`);
    if (note === undefined) return undefined;
    try {
      const checkpoint = parseCheckpoint(note);
      return checkpoint.size === 0 ? undefined : { ...checkpoint, note };
    } catch (error) {
      // To begin anew would be to forget what was seen.
      throw new PlainError(`${join(this.folder, `${book}.checkpoint`)} 已损坏 is damaged: ${(error as Error).message}`);
    }
  }

  remember(book: string, note: string): Promise<string> {
    return this.write(`${book}.checkpoint`, note);
  }

  /** The keys of the log that this witness took when it first saw it. */
  async vkeys(): Promise<string[]> {
    return ((await this.read('log.vkeys')) ?? '').split('\n').filter((line) => line !== '');
  }

  keepVkeys(vkeys: string[]): Promise<string> {
    return this.write('log.vkeys', vkeys.map((vkey) => `${vkey}\n`).join(''));
  }

  /**
   * Answers the path of the file. Of all that was said against one checkpoint, whoever else signed it, the first of each kind is
   * kept: a log that has gone wrong goes on to sign. Of each kind, since a log that was only shown shorter may fork later, which weighs more.
   */
  async keepEvidence(evidence: Evidence): Promise<string> {
    const name = `${evidence.book}.refused-${evidence.kind}-${hash('sha256', parseNote(evidence.remembered).text).slice(0, 12)}.json`;
    if ((await this.read(name)) !== undefined) return join(this.folder, name);
    return this.write(name, `${JSON.stringify(evidence, undefined, 2)}\n`);
  }

  private async read(name: string): Promise<string | undefined> {
    try {
      return await readFile(join(this.folder, name), 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
  }

  /** Whole or not at all, and durable once this returns. */
  private async write(name: string, text: string): Promise<string> {
    const path = join(this.folder, name);
    const temporary = `${path}.new`;
    const file = await open(temporary, 'w', 0o600);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
    const folder = await open(this.folder, 'r');
    try {
      await folder.sync();
    } finally {
      await folder.close();
    }
    return path;
  }
}
