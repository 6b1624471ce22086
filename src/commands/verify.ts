import { readFileSync } from 'node:fs';
import type { AuditOptions } from '../audit/bundle/read-bundle.js';
import { Different } from '../audit/difference.js';
import type { Whole } from '../audit/log-audit.js';
import { type Checkpoint, parseCheckpoint } from '../log/checkpoint.js';
import { parseNote, parseVerifier, type Verifier } from '../log/note.js';
import { PlainError } from '../plain-error.js';
import { type Progress, startProgress } from '../progress.js';

export interface VerifyOptions {
  /** Trusted keys; those that come with the book where there are none. */
  key: string[];
  book?: string;
  /** A file with an earlier checkpoint. */
  since?: string;
  json: boolean;
}

/** Judges a book and says what it found; the exit status is 1 where something differs. */
export async function verifyBook(source: string, { key, book, since, json }: VerifyOptions): Promise<void> {
  const keys = key.map(asVerifier);
  const earlier = since === undefined ? undefined : readCheckpoint(since, keys);
  // What judges a book is loaded by the threads that do so: every millisecond before they begin is waited for.
  const audit = /^https?:\/\//.test(source)
    ? (await import('../audit/read-service.js')).auditService
    : (await import('../audit/bundle/audit-in-two.js')).auditInTwo;
  let bar: Progress | undefined;
  const options: AuditOptions = {
    ...(book !== undefined && { book }),
    keys,
    ...(earlier !== undefined && { since: earlier }),
    onSize: (size) => (bar = startProgress('verify', size, process.stderr)),
    onEvents: (count) => bar?.advance(count),
  };
  try {
    const whole = await audit(source, options);
    bar?.end();
    const result = { whole: true, ...whole, keysGiven: keys.length > 0, since: earlier?.size ?? null };
    console.log(json ? JSON.stringify(result) : report(whole, keys.length > 0, earlier));
  } catch (error) {
    bar?.end();
    if (!(error instanceof Different)) throw error;
    console.log(json ? JSON.stringify({ whole: false, difference: error.difference }) : differing(error));
    process.exitCode = 1;
  }
}

function asVerifier(text: string): Verifier {
  try {
    return parseVerifier(text);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new PlainError(`--key ${text}: ${error.message}.`, { cause: error });
  }
}

/** An auditor keeps it, so it is believed; but where keys are given it must bear one's signature, else it is of another log. */
function readCheckpoint(file: string, keys: Verifier[]): Checkpoint {
  let note: string;
  try {
    note = readFileSync(file, 'utf8');
  } catch (error) {
    throw new PlainError(`--since ${file} cannot be read: ${(error as Error).message}`, { cause: error });
  }
  try {
    const checkpoint = parseCheckpoint(note);
    if (keys.length > 0 && !keys.some((key) => key.accepts(parseNote(note))))
      throw new RangeError('it bears no signature of a key that is given');
    return checkpoint;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new PlainError(`--since ${file} is no checkpoint: ${error.message}.`, { cause: error });
  }
}

function report(whole: Whole, areKeysGiven: boolean, since: Checkpoint | undefined): string {
  const { book, size, root, signers, checkpoints, published } = whole;
  return [
    `Book ${book} is whole.`,
    `  entries      ${size}, without a gap, each balanced for each fund; no balance below zero; no key twice`,
    `  root         ${root}`,
    `  checkpoints  ${checkpoints}, signed by ${signers.join(', ')}`,
    published === null
      ? '  published    not looked at: the service discloses nothing of this division'
      : `  published    ${rowsIn(published)}, each as the entries say`,
    ...(since === undefined
      ? []
      : [`  since        the ${since.size} entries of the earlier checkpoint are its first`]),
    ...(areKeysGiven
      ? []
      : ['The key came with the book. Compare it with one that you have from elsewhere, or give that one with --key.']),
  ].join('\n');
}

function rowsIn(published: Record<string, number>): string {
  const tables = Object.entries(published).map(([table, rows]) => `${rows} ${table}`);
  return tables.join(', ');
}

function differing({ difference }: Different): string {
  const { book, seq, field, expected, found } = difference;
  return [
    `Book ${book} is not what it must be. The first difference:`,
    `  seq       ${seq ?? 'none'}`,
    `  field     ${field}`,
    `  expected  ${expected}`,
    `  found     ${found}`,
  ].join('\n');
}
