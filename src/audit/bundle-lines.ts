import { exactly, matching, record, type Shape, wholeNumber } from './shape.js';

/**
 * A bundle is UTF-8 text, one JSON value a line in the canonical form of RFC 8785, each line ended by U+000A, in this order:
 *
 *   {"book":"640121","format":"mingzhang-bundle","size":300,"version":1}
 *   {"key":"127.0.0.1:3000/log+0337eb82+Aac…"}           each key that signed a checkpoint below, in order of first use
 *   {"actor":"clerk-07","book":"640121",…}               each event, byte for byte as it was hashed, and after it
 *   {"tile":{"hash":"…","index":0,"level":1}}            the hashes of tiles above the lowest that it completed, lower first,
 *   {"checkpoint":"127.0.0.1:3000/log/640121\n256\n…"}   and the checkpoint that was signed after it, if one was
 *   {"balance":{"account":"bureau","amount":"1.00","fund":"F-1"}}   each balance that is not nothing
 *   {"asset":{"acquiredOn":null,…}}                      each asset
 */
export const BUNDLE_FORMAT = 'mingzhang-bundle';
export const BUNDLE_VERSION = 1;

export interface BundleHeader {
  book: string;
  format: typeof BUNDLE_FORMAT;
  size: number;
  version: typeof BUNDLE_VERSION;
}

/** An event begins with its actor; no other line does. */
export const EVENT_BEGINS = '{"actor":';

const anything: Shape = () => undefined;
const text = matching('text', /^/);

export const HEADER: Shape = record({
  book: matching('a division code', /^\d{6,12}$/),
  format: exactly(BUNDLE_FORMAT),
  size: wholeNumber(1, Number.MAX_SAFE_INTEGER),
  version: exactly(BUNDLE_VERSION),
});

/** Every other kind of line, in the order in which kinds follow one another; those of one rank mingle. */
export const LINES: Readonly<Record<string, { rank: number; shape: Shape }>> = {
  key: { rank: 0, shape: record({ key: text }) },
  tile: {
    rank: 1,
    shape: record({
      tile: record({ hash: text, index: wholeNumber(0, Number.MAX_SAFE_INTEGER), level: wholeNumber(1, 7) }),
    }),
  },
  checkpoint: { rank: 1, shape: record({ checkpoint: text }) },
  balance: { rank: 2, shape: record({ balance: record({ account: text, amount: text, fund: text }) }) },
  // Its fields are held against those that the events give.
  asset: { rank: 3, shape: record({ asset: anything }) },
};

export const EVENT_RANK = 1;
