import { readFileSync } from 'node:fs';
import { inBoth } from '../in-both.js';
import { type Checkpoint, parseCheckpoint } from '../log/checkpoint.js';
import { parseNote, parseVerifier, type Verifier } from '../log/note.js';
import { PlainError } from '../plain-error.js';

/** What an auditor brings along. */
export interface Trusted {
  /** None where those that come with the book are to do. */
  keys: Verifier[];
  since?: Checkpoint;
}

/** @param since a file. Errors: PlainError. */
export function readTrusted(keys: readonly string[], since: string | undefined): Trusted {
  const verifiers = keys.map(asVerifier);
  return { keys: verifiers, ...(since !== undefined && { since: readCheckpoint(since, verifiers) }) };
}

function asVerifier(text: string): Verifier {
  try {
    return parseVerifier(text);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new PlainError(`--key ${text} 不是公钥 is no key: ${inBoth(error.message)}.`, { cause: error });
  }
}

/** An auditor keeps it, so it is believed; but where keys are given it must bear one's signature, else it is of another log. */
function readCheckpoint(file: string, keys: Verifier[]): Checkpoint {
  let note: string;
  try {
    note = readFileSync(file, 'utf8');
  } catch (error) {
    throw new PlainError(`--since ${file} 无法读取 cannot be read: ${(error as Error).message}`, { cause: error });
  }
  try {
    const checkpoint = parseCheckpoint(note);
    if (keys.length > 0 && !keys.some((key) => key.accepts(parseNote(note))))
      throw new PlainError(`--since ${file} 没有所给公钥的签名 bears no signature of a key that is given.`);
    return checkpoint;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new PlainError(`--since ${file} 不是检查点 is no checkpoint: ${inBoth(error.message)}.`, { cause: error });
  }
}
