import { TILE_WIDTH } from './tree-edge.js';

/**
 * What stands below `<log>/tile/` (C2SP tlog-tiles): `<L>/<N>[.p/<W>]` for hashes, `entries/<N>[.p/<W>]` for the entries of a
 * tile of level 0. N is in groups of three digits, all but the last with an x:
 *
 *   0/000   1/x001/x234/067   entries/x001/002.p/18
 */
export interface TilePath {
  kind: 'hashes' | 'entries';
  level: number;
  index: number;
  /** How many hashes or entries; 256 is a full tile. */
  width: number;
}

const PATH = /^(entries|\d|[1-5]\d|6[0-3])\/((?:x\d{3}\/)*\d{3})(?:\.p\/([1-9]\d{0,2}))?$/;

/** Nothing where the path is not in its one canonical form. */
export function parseTilePath(path: string): TilePath | undefined {
  const [, first = '', groups = '', partial] = PATH.exec(path) ?? [];
  const index = Number(groups.replace(/[x/]/g, ''));
  const width = partial === undefined ? TILE_WIDTH : Number(partial);
  const isWide = partial !== undefined && width >= TILE_WIDTH;
  if (first === '' || groups.startsWith('x000/') || !Number.isSafeInteger(index) || isWide) return undefined;
  if (first === 'entries') return { kind: 'entries', level: 0, index, width };
  return { kind: 'hashes', level: Number(first), index, width };
}

export function tilePath({ kind, level, index, width }: TilePath): string {
  const digits = String(index);
  const groups = digits.padStart(Math.ceil(digits.length / 3) * 3, '0').match(/\d{3}/g) ?? [];
  const place = groups.map((group, at) => (at < groups.length - 1 ? `x${group}` : group)).join('/');
  return `${kind === 'entries' ? kind : level}/${place}${width < TILE_WIDTH ? `.p/${width}` : ''}`;
}
