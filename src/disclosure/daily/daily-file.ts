import type { DivisionCode } from '../../domain/division.js';
import { LINE_KINDS, LIST_OF, type LineKind } from '../lines.js';

export const DAILY_FORMATS = ['csv', 'jsonl'] as const;
export type DailyFormat = (typeof DAILY_FORMATS)[number];

/** `funds.csv.gz`. */
export function dailyName(kind: LineKind, format: DailyFormat): string {
  return `${LIST_OF[kind]}.${format}.gz`;
}

/** What stands in each set. */
export const DAILY_NAMES: ReadonlyMap<string, { kind: LineKind; format: DailyFormat }> = new Map(
  LINE_KINDS.flatMap((kind) => DAILY_FORMATS.map((format) => [dailyName(kind, format), { kind, format }] as const)),
);

/** As `sha256sum --check` takes them. */
export const SUMS_NAME = 'SHA256SUMS';

export interface DailyFile {
  name: string;
  rows: number;
  /** Of the file as it is sent, packed. */
  bytes: number;
  sha256: string;
  /** Of what is packed in it. */
  contentSha256: string;
}

/** The files of a division that tell what stood at the end of a day. */
export interface Edition {
  division: DivisionCode;
  /** `YYYY-MM-DD`, in China. */
  day: string;
  /** The books that bear on the division, and up to which entry of each they are told of. */
  books: Pin[];
  files: DailyFile[];
}

export interface Pin {
  book: DivisionCode;
  seq: number;
}

export function sumsOf(files: readonly DailyFile[]): string {
  return files.map(({ sha256, name }) => `${sha256}  ${name}\n`).join('');
}
