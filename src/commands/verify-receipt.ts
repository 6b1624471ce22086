import { readFile } from 'node:fs/promises';
import { parseVerifier, type Verifier } from '../log/note.js';
import { faultOfReceipt, readReceipt } from '../log/verify-receipt.js';
import { PlainError } from '../plain-error.js';

export interface ReceiptRun {
  /** Any of which may have signed. */
  key: string[];
  entry?: string;
}

/** Offline: the files and the key are all that it reads. */
export async function verifyReceipt(file: string, { key, entry: entryFile }: ReceiptRun): Promise<void> {
  const verifiers = key.map(asVerifier);
  const text = await read(file);
  // A line of NDJSON ends with a newline, which is not among the bytes that are hashed.
  const entry = entryFile === undefined ? undefined : (await read(entryFile)).replace(/\r?\n$/, '');
  try {
    const receipt = readReceipt(text, entry);
    const fault = faultOfReceipt(receipt, verifiers, entry);
    if (fault !== undefined) throw new PlainError(`${file} proves nothing: ${fault}.`);
    const what = entry === undefined ? `An entry of the leaf hash ${receipt.leafHash}` : `The entry in ${entryFile}`;
    console.log(
      `${what} is number ${receipt.seq} of book ${receipt.book}, by a checkpoint that such a key has signed.`,
    );
  } catch (error) {
    if (error instanceof RangeError) throw new PlainError(`${file} proves nothing: ${error.message}.`);
    throw error;
  }
}

function asVerifier(key: string): Verifier {
  try {
    return parseVerifier(key);
  } catch (error) {
    throw new PlainError(`--key is "${key}"; allowed: a line of /log/keys (${(error as Error).message}).`);
  }
}

function read(file: string): Promise<string> {
  return readFile(file, 'utf8').catch((error: Error) => {
    throw new PlainError(`${file} cannot be read: ${error.message}`);
  });
}
