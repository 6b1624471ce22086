import fc from 'fast-check';
import type { Receipt } from '../../src/log/book-log.js';
import { checkpointText } from '../../src/log/checkpoint.js';
import { leafHash } from '../../src/log/hash.js';
import { generateKey, parseSigner, parseVerifier } from '../../src/log/note.js';
import { tlogProofText } from '../../src/log/tlog-proof.js';
import { TreeEdge } from '../../src/log/tree-edge.js';
import { faultOfReceipt, readReceipt } from '../../src/log/verify-receipt.js';
import { proofAtEdge } from '../support/proof-at-edge.js';

const signer = parseSigner(generateKey('ledger.example/log'));
const verifier = parseVerifier(signer.vkey);
const entryAt = (seq: number) => JSON.stringify({ book: '640121', seq });

/** The receipt of an entry in a log of this size. */
function issued(seq: number, size: number): Receipt {
  const edge = new TreeEdge();
  for (let at = 0; at < size; at += 1) edge.append(leafHash(entryAt(at)));
  const checkpoint = signer.sign(checkpointText({ origin: 'ledger.example/log/640121', size, root: edge.root() }));
  const proof = proofAtEdge(edge, seq).map((hash) => hash.toString('base64'));
  return { book: '640121', seq, leafHash: leafHash(entryAt(seq)).toString('base64'), checkpoint, proof };
}

/** Whether it is found to prove nothing, by its form or by what it says. */
function isRefused(receipt: Receipt, entry?: string): boolean {
  try {
    return faultOfReceipt(receipt, [verifier], entry) !== undefined;
  } catch (error) {
    if (error instanceof RangeError) return true;
    throw error;
  }
}

const places = fc
  .integer({ min: 1, max: 400 })
  .chain((size) => fc.tuple(fc.integer({ min: Math.max(0, size - 200), max: size - 1 }), fc.constant(size)));

/** Another character of the same alphabet in one place of a text. */
function changedAt(text: string, place: number): string {
  const at = place % text.length;
  return text.slice(0, at) + (text[at] === 'A' ? 'B' : 'A') + text.slice(at + 1);
}

it('proves its entry, as JSON, in the answer to a posting, and as a tlog-proof', () => {
  fc.assert(
    fc.property(places, ([seq, size]) => {
      const receipt = issued(seq, size);
      const entry = entryAt(seq);
      expect(faultOfReceipt(receipt, [verifier], entry)).toBeUndefined();
      expect(faultOfReceipt(receipt, [verifier])).toBeUndefined();
      expect(readReceipt(JSON.stringify(receipt))).toEqual(receipt);
      expect(readReceipt(JSON.stringify({ id: 'F-1', receipt }))).toEqual(receipt);
      expect(readReceipt(tlogProofText(receipt), entry)).toEqual(receipt);
    }),
    { numRuns: 40 },
  );
});

it('proves nothing with any one of its fields changed', () => {
  fc.assert(
    fc.property(places, fc.nat(), ([seq, size], place) => {
      const receipt = issued(seq, size);
      const changed: Receipt[] = [
        { ...receipt, book: '640122' },
        { ...receipt, seq: seq + 1 },
        { ...receipt, seq: seq - 1 },
        { ...receipt, seq: seq + 2 ** 32 },
        { ...receipt, leafHash: changedAt(receipt.leafHash, place) },
        { ...receipt, leafHash: '' },
        { ...receipt, checkpoint: changedAt(receipt.checkpoint, place) },
        { ...receipt, checkpoint: receipt.checkpoint.slice(0, -1) },
        { ...receipt, checkpoint: issued(0, size + 1).checkpoint },
        { ...receipt, proof: [...receipt.proof, receipt.leafHash] },
        { ...receipt, proof: [receipt.leafHash, ...receipt.proof] },
        ...receipt.proof.flatMap((hash, at) => [
          { ...receipt, proof: receipt.proof.with(at, changedAt(hash, place)) },
          { ...receipt, proof: receipt.proof.toSpliced(at, 1) },
        ]),
      ];
      for (const one of changed) expect({ one, refused: isRefused(one) }).toEqual({ one, refused: true });
      expect(isRefused(receipt, entryAt(seq + 1))).toBe(true);
      expect(isRefused(receipt, `${entryAt(seq)} `)).toBe(true);
    }),
    { numRuns: 40 },
  );
});

it('proves nothing under another key, be it of the same name', () => {
  const receipt = issued(3, 7);
  for (const name of ['ledger.example/log', 'other.example/log']) {
    const other = parseVerifier(parseSigner(generateKey(name)).vkey);
    expect(faultOfReceipt(receipt, [other])).toContain('is not signed with');
    expect(faultOfReceipt(receipt, [other, verifier])).toBeUndefined();
  }
});

it('proves no entry that gives itself another place', () => {
  const edge = new TreeEdge();
  const entry = JSON.stringify({ book: '640121', seq: 5 });
  edge.append(leafHash(entry));
  const checkpoint = signer.sign(checkpointText({ origin: 'ledger.example/log/640121', size: 1, root: edge.root() }));
  const receipt = { book: '640121', seq: 0, leafHash: leafHash(entry).toString('base64'), checkpoint, proof: [] };
  expect(faultOfReceipt(receipt, [verifier], entry)).toContain('does not say that it is 0');
});

it.each(['', '{', '{}', '{"receipt":null}', '{"seq":1}', '[]', 'null', JSON.stringify({ ...issued(0, 2), seq: '0' })])(
  'is not in %s',
  (text) => {
    expect(() => readReceipt(text, '{}')).toThrow(RangeError);
  },
);
