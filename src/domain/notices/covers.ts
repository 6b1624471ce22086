import type { AssetClass } from '../assets/assets.js';
import { type CoverPart, NOTICE_RULES, type NoticeType } from './types.js';

/** What a notice is about; which parts stand there is for its type to say. */
export interface Covers {
  /** Entries of the book by seq. */
  entries?: number[];
  project?: string;
  funds?: string[];
  fiscalYear?: number;
  pool?: string;
  policy?: string;
  /** Of a policy, or of the income of an asset. */
  period?: string;
  assetClass?: AssetClass;
  asset?: string;
}

/** The parts that a type needs and misses, and those that it does not take. */
export function misfitOfCovers(type: NoticeType, covers: Covers): { missing: CoverPart[]; unfit: CoverPart[] } {
  const { needs, may = [] } = NOTICE_RULES[type].covers;
  const given = Object.keys(covers) as CoverPart[];
  return {
    missing: needs.filter((part) => !given.includes(part)),
    unfit: given.filter((part) => !needs.includes(part) && !may.includes(part)),
  };
}
