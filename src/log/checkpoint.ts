import type { Hash } from './hash.js';
import { type ParsedNote, parseNote } from './note.js';
import { parseUint64 } from './uint64.js';

/** C2SP tlog-checkpoint: what a book's log holds at a size, in the text of a signed note. */
export interface Checkpoint {
  /** `<host>/log/<book>`. */
  origin: string;
  size: number;
  root: Hash;
}

export function checkpointText({ origin, size, root }: Checkpoint): string {
  return `${origin}\n${size}\n${root.toString('base64')}\n`;
}

/** Throws a RangeError where the text is not a checkpoint without extension lines. Says nothing of signatures. */
export function parseCheckpoint(note: string): Checkpoint {
  return checkpointOf(parseNote(note));
}

/** The same of a note that was parsed. */
export function checkpointOf({ text }: ParsedNote): Checkpoint {
  const [origin = '', sizeText = '', rootText = '', ...rest] = text.split('\n');
  const size = Number(sizeText);
  if (parseUint64(sizeText) === undefined) throw new RangeError(`not a size of a log: ${sizeText}`);
  if (!Number.isSafeInteger(size))
    throw new RangeError(`a log of ${sizeText} entries is larger than this program can read`);
  const root = Buffer.from(rootText, 'base64');
  if (root.length !== 32 || root.toString('base64') !== rootText) throw new RangeError(`not a root hash: ${rootText}`);
  if (origin === '' || rest.length !== 1 || rest[0] !== '') throw new RangeError('a checkpoint has three lines');
  return { origin, size, root };
}
