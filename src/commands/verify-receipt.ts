import { readFile } from 'node:fs/promises';
import { inBoth } from '../in-both.js';
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
    if (fault !== undefined) throw new PlainError(`${file} 证明不了什么 proves nothing: ${inBoth(fault)}.`);
    const { seq, book, leafHash } = receipt;
    const [zh, en] =
      entry === undefined
        ? [`叶哈希为 ${leafHash} 的记录`, `An entry of the leaf hash ${leafHash}`]
        : [`${entryFile} 中的记录`, `The entry in ${entryFile}`];
    console.log(`${zh}是账套 ${book} 的第 ${seq} 号,有所给公钥之一签名的检查点为证。`);
    console.log(`${en} is number ${seq} of book ${book}, by a checkpoint that such a key has signed.`);
  } catch (error) {
    if (error instanceof RangeError)
      throw new PlainError(`${file} 证明不了什么 proves nothing: ${inBoth(error.message)}.`);
    throw error;
  }
}

function asVerifier(key: string): Verifier {
  try {
    return parseVerifier(key);
  } catch (error) {
    throw new PlainError(`--key ${key} 不是公钥 is no key: ${inBoth((error as Error).message)}.`);
  }
}

function read(file: string): Promise<string> {
  return readFile(file, 'utf8').catch((error: Error) => {
    throw new PlainError(`${file} 无法读取 cannot be read: ${error.message}`);
  });
}
