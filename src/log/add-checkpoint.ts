import type { Hash } from './hash.js';

/** What a log submits to a witness, C2SP tlog-witness: that its checkpoint holds all of the one that the witness saw last. */
export interface Submission {
  /** 0 where the witness has seen none. */
  oldSize: number;
  proof: Hash[];
  /** The checkpoint, a signed note. */
  note: string;
}

/** What the specification allows; a tree of 2^63 leaves needs no more. */
const PROOF_LONGEST = 63;
const OLD_SIZE = /^old (0|[1-9]\d{0,15})$/;

/** The body of `POST <prefix>/add-checkpoint`: `old <size>`, a line for each hash of the proof, an empty line, the note. */
export function submissionText({ oldSize, proof, note }: Submission): string {
  return `old ${oldSize}\n${proof.map((hash) => `${hash.toString('base64')}\n`).join('')}\n${note}`;
}

/** Throws a RangeError where the text is no submission. What the note holds is not looked at. */
export function parseSubmission(text: string): Submission {
  const end = text.indexOf('\n\n');
  const [oldLine = '', ...hashes] = text.slice(0, Math.max(end, 0)).split('\n');
  const oldSize = Number(OLD_SIZE.exec(oldLine)?.[1] ?? Number.NaN);
  if (!Number.isSafeInteger(oldSize)) throw new RangeError('a submission begins with "old", a space and a size');
  if (hashes.length > PROOF_LONGEST) throw new RangeError(`a proof has at most ${PROOF_LONGEST} hashes`);
  return { oldSize, proof: hashes.map(asHash), note: text.slice(end + 2) };
}

function asHash(line: string): Hash {
  const hash = Buffer.from(line, 'base64');
  if (hash.length !== 32 || hash.toString('base64') !== line) throw new RangeError('a line of the proof is no hash');
  return hash;
}
