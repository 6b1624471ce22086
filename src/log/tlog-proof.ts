import type { Receipt } from './book-log.js';
import { parseUint64 } from './uint64.js';

/**
 * C2SP tlog-proof: a receipt as a text file,
 *
 *   c2sp.org/tlog-proof@v1
 *   index 17
 *   dRwSjcBFGRxvGYVHVoTmPTDBFFyUXcW4PB1hUBYBIyo=
 *
 *   127.0.0.1:3000/log/640121
 *   18
 *   CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=
 *
 *   — 127.0.0.1:3000/log Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
 *
 * with the hashes of the inclusion proof from the leaf up, and then the checkpoint as it was signed.
 */
export interface TlogProof {
  index: number;
  /** Base64. */
  proof: string[];
  checkpoint: string;
}

const FIRST_LINE = 'c2sp.org/tlog-proof@v1';
const HASH = /^[A-Za-z0-9+/]{43}=$/;
const EXTRA = /^extra (?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
/** A log has less than 2^64 entries. */
const MAX_HASHES = 64;
/** Room for many signatures of witnesses. */
const MAX_CHARACTERS = 1024 * 1024;

export function tlogProofText({ seq, proof, checkpoint }: Pick<Receipt, 'seq' | 'proof' | 'checkpoint'>): string {
  return [FIRST_LINE, `index ${seq}`, ...proof, '', checkpoint].join('\n');
}

/** Throws a RangeError where the text is no such proof. Extra data is allowed and left out: nothing vouches for it. */
export function parseTlogProof(text: string): TlogProof {
  if (text.length > MAX_CHARACTERS) throw new RangeError(`a proof has at most ${MAX_CHARACTERS} characters`);
  const end = text.indexOf('\n\n');
  if (end < 0) throw new RangeError('a proof has an empty line before its checkpoint');
  const [first, ...lines] = text.slice(0, end).split('\n');
  if (first !== FIRST_LINE) throw new RangeError(`a proof begins with the line ${FIRST_LINE}`);
  if (lines[0]?.startsWith('extra') === true && !EXTRA.test(lines.shift() ?? ''))
    throw new RangeError('extra data is base64');
  const [indexLine = '', ...proof] = lines;
  const index = indexLine.startsWith('index ') ? parseUint64(indexLine.slice('index '.length)) : undefined;
  if (index === undefined) throw new RangeError('a proof states its index');
  if (index > BigInt(Number.MAX_SAFE_INTEGER))
    throw new RangeError(`index ${index} is larger than this program can read`);
  if (proof.length > MAX_HASHES) throw new RangeError(`a proof has at most ${MAX_HASHES} hashes`);
  const odd = proof.find((line) => !HASH.test(line) || Buffer.from(line, 'base64').toString('base64') !== line);
  if (odd !== undefined) throw new RangeError(`not a hash in base64: ${odd.slice(0, 60)}`);
  return { index: Number(index), proof, checkpoint: text.slice(end + 2) };
}
