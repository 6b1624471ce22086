import { readFileSync } from 'node:fs';
import { brotliDecompressSync } from 'node:zlib';
import {
  DIVISION_PATTERN,
  type DivisionCode,
  type DivisionLevel,
  divisionAndAncestors,
  isWithin,
} from '../domain/division.js';

export interface Division {
  code: DivisionCode;
  /** As the statistical office names it, e.g. `田江村村委会`. Many divisions share one: a name is never a key. */
  name: string;
  level: DivisionLevel;
}

/** A code that is no longer in use, and what took its place; more than one where the area was divided. */
export interface FormerDivision {
  code: DivisionCode;
  name: string;
  /** The year in which the code ended; of a town or village: in which that of its county did. */
  until: number;
  successors: Division[];
}

/** A search ends there: whoever asks for 村 alone must say more. */
const MAX_FOUND = 5_000;

/** Beside `dist` and `src` alike. */
const FILE = new URL('../../data/divisions.br', import.meta.url);

/**
 * All divisions of the country from province to village, as of 2023-06-30, and the codes since 1981 of counties and above that
 * are no longer in use. Made by `scripts/divisions.mjs`.
 *
 * The text has a line for each division down to the town, in order of code: the code, its name, then after a tab each its
 * villages, by the last three digits of their codes. After an empty line come the former codes: code, year of its end, name,
 * codes that took its place, with tabs between. It is kept as it is, since 665,273 objects would be many times as large.
 */
export class DivisionTable {
  private static loaded: DivisionTable | undefined;

  private readonly text: string;
  /** Where each line begins; the lines are in order of code. */
  private readonly starts: Uint32Array;
  private readonly former = new Map<DivisionCode, { name: string; until: number; successors: DivisionCode[] }>();

  private constructor(text: string) {
    const end = text.indexOf('\n\n') + 1;
    this.text = text.slice(0, end);
    this.starts = lineStarts(this.text);
    for (const line of text.slice(end + 1).split('\n')) {
      const [code = '', until, name = '', ...successors] = line.split('\t');
      if (code !== '') this.former.set(code, { name, until: Number(until), successors });
    }
  }

  /** Read at the first use; the text takes 15 MB. */
  static get(): DivisionTable {
    DivisionTable.loaded ??= new DivisionTable(brotliDecompressSync(readFileSync(FILE)).toString());
    return DivisionTable.loaded;
  }

  find(code: DivisionCode): Division | undefined {
    const line = this.lineOf(code.slice(0, 9));
    if (line === undefined) return undefined;
    if (code.length < 12) return divisionOf(line);
    return villagesOf(line).find((village) => village.code === code);
  }

  /** Province, city, county, town, down to the division itself; those that the table has. */
  path(code: DivisionCode): Division[] {
    return divisionAndAncestors(code)
      .reverse()
      .flatMap((ancestor) => this.find(ancestor) ?? []);
  }

  /** Those directly below; below nothing, the provinces. */
  children(code: DivisionCode | undefined): Division[] {
    if (code !== undefined && code.length === 9) {
      const line = this.lineOf(code);
      return line === undefined ? [] : villagesOf(line);
    }
    return [...this.linesOf(code)].map(divisionOf).filter((child) => parentOf(child.code) === code);
  }

  /** What became of a code that is no longer in use. For towns and villages: those of the counties that followed theirs. */
  formerly(code: DivisionCode): FormerDivision | undefined {
    if (this.find(code) !== undefined) return undefined;
    const county = this.former.get(code.slice(0, 6));
    if (county === undefined) return undefined;
    const now = this.present(code.slice(0, 6));
    const below = code.slice(6);
    const same = below === '' ? [] : now.flatMap((successor) => this.find(successor + below) ?? []);
    const successors = same.length > 0 ? same : now.flatMap((successor) => this.find(successor) ?? []);
    // A town or village had a name of its own, of which no more is known than that of the one that has its place.
    const [only, ...others] = same;
    const alike = only !== undefined && others.length === 0 ? only.name : `${county.name} ${code}`;
    return { code, name: below === '' ? county.name : alike, until: county.until, successors };
  }

  /** The codes in use that followed a former one, also over several changes. */
  private present(code: DivisionCode, seen = new Set<DivisionCode>()): DivisionCode[] {
    if (seen.has(code)) return [];
    seen.add(code);
    if (this.lineOf(code) !== undefined) return [code];
    return [...new Set((this.former.get(code)?.successors ?? []).flatMap((next) => this.present(next, seen)))];
  }

  /**
   * Divisions whose names hold the last of the words, and whose names or those above them hold the others: `北塔 田江`.
   * The whole name first, then names that begin so; the higher level first. By a code the division that has it, or those that
   * followed it.
   *
   * @param within only this division and those in it
   */
  search(words: readonly string[], limit: number, within?: DivisionCode): Division[] {
    const last = words.at(-1);
    if (last === undefined || !/^\S+$/.test(last)) return [];
    if (DIVISION_PATTERN.test(last)) return this.coded(last, within).slice(0, limit);
    const others = [...new Set(words.slice(0, -1))];
    const [begin, end] = this.rangeOf(within);
    const above = new Map<DivisionCode | undefined, string>();
    const found: Division[] = [];
    for (let at = this.text.indexOf(last, begin); at >= 0 && at < end && found.length < MAX_FOUND; ) {
      const index = this.lineIndexAt(at);
      const held = this.heldBy(this.line(index), last, others, above);
      found.push(...held.filter(({ code }) => code.startsWith(trimZeros(within ?? ''))));
      at = this.text.indexOf(last, this.starts[index + 1] ?? this.text.length);
    }
    return found.sort((a, b) => rank(a, last) - rank(b, last) || (a.code < b.code ? -1 : 1)).slice(0, limit);
  }

  /**
   * Those of a line whose names hold the last of the words, and with the names above them the others. Anybody may ask, and half a
   * million names hold 村: what stands above is looked up once for each county, and a line that lacks a word is left at once.
   */
  private heldBy(
    line: string,
    last: string,
    others: readonly string[],
    above: Map<DivisionCode | undefined, string>,
  ): Division[] {
    const parent = parentOf(codeOf(line));
    if (others.length > 0 && !above.has(parent)) above.set(parent, this.namesDownTo(parent));
    const names = above.get(parent) ?? '';
    const here = others.filter((word) => !names.includes(word));
    if (!here.every((word) => line.includes(word))) return [];
    const own = divisionOf(line);
    const below = here.filter((word) => !own.name.includes(word));
    const villages = villagesOf(line, (name) => name.includes(last) && below.every((word) => name.includes(word)));
    return below.length === 0 && own.name.includes(last) ? [own, ...villages] : villages;
  }

  /** One a line, so that no word spans two of them. */
  private namesDownTo(code: DivisionCode | undefined): string {
    return code === undefined
      ? ''
      : this.path(code)
          .map(({ name }) => name)
          .join('\n');
  }

  private coded(code: DivisionCode, within: DivisionCode | undefined): Division[] {
    const division = this.find(code);
    const found = division === undefined ? (this.formerly(code)?.successors ?? []) : [division];
    return found.filter((one) => within === undefined || isWithin(one.code, within));
  }

  private lineOf(code: DivisionCode): string | undefined {
    const line = this.line(this.lineIndexOf(code));
    return codeOf(line) === code ? line : undefined;
  }

  private *linesOf(code: DivisionCode | undefined): Iterable<string> {
    const [first, end] = this.lineRangeOf(code);
    for (let index = first; index < end; index += 1) yield this.line(index);
  }

  /** From where to where in the text a division and those in it stand, its whole town for a village. */
  private rangeOf(code: DivisionCode | undefined): [number, number] {
    const [first, end] = this.lineRangeOf(code?.slice(0, 9));
    return [this.starts[first] ?? this.text.length, this.starts[end] ?? this.text.length];
  }

  private lineRangeOf(code: DivisionCode | undefined): [number, number] {
    if (code === undefined) return [0, this.starts.length];
    return [this.lineIndexOf(code), this.lineIndexOf(`${trimZeros(code)}:`)];
  }

  /** The first line whose code is not before this one. */
  private lineIndexOf(code: DivisionCode): number {
    let [low, high] = [0, this.starts.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (codeOf(this.line(middle)) < code) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  private lineIndexAt(at: number): number {
    let [low, high] = [0, this.starts.length];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((this.starts[middle] ?? 0) <= at) low = middle;
      else high = middle;
    }
    return low;
  }

  private line(index: number): string {
    const start = this.starts[index];
    return start === undefined ? '' : this.text.slice(start, (this.starts[index + 1] ?? this.text.length) - 1);
  }
}

/** `田江村村委会` is 田江村 to those who live there, `新滩社区居民委员会` 新滩社区. */
export function plainName(name: string): string {
  return name.replace(/^(.+?村)村?(?:民委员会|委会)$/, '$1').replace(/^(.+?社区)(?:居民委员会|居委会)$/, '$1');
}

function lineStarts(text: string): Uint32Array {
  const starts: number[] = [];
  for (let at = 0; at < text.length; at = text.indexOf('\n', at) + 1) starts.push(at);
  return Uint32Array.from(starts);
}

function codeOf(line: string): DivisionCode {
  return line.slice(0, isDigit(line, 6) ? 9 : 6);
}

function isDigit(text: string, at: number): boolean {
  const unit = text.charCodeAt(at);
  return unit >= 48 && unit <= 57;
}

function divisionOf(line: string): Division {
  const code = codeOf(line);
  const tab = line.indexOf('\t');
  return { code, name: line.slice(code.length, tab < 0 ? undefined : tab), level: levelOf(code) };
}

function villagesOf(line: string, isWanted: (name: string) => boolean = () => true): Division[] {
  const town = codeOf(line);
  const found: Division[] = [];
  for (const village of line.split('\t').slice(1)) {
    const name = village.slice(3);
    if (isWanted(name)) found.push({ code: town + village.slice(0, 3), name, level: 'village' });
  }
  return found;
}

export function levelOf(code: DivisionCode): DivisionLevel {
  if (code.length > 6) return code.length === 12 ? 'village' : 'town';
  if (!code.endsWith('00')) return 'county';
  return code.endsWith('0000') ? 'province' : 'city';
}

function trimZeros(code: DivisionCode): string {
  return code.length > 6 ? code : code.replace(/(?:00){1,2}$/, '');
}

function parentOf(code: DivisionCode): DivisionCode | undefined {
  if (code.length > 6) return code.slice(0, -3);
  const trimmed = trimZeros(code);
  return trimmed.length === 2 ? undefined : trimmed.slice(0, -2).padEnd(6, '0');
}

const LEVELS: readonly DivisionLevel[] = ['province', 'city', 'county', 'town', 'village'];

function rank({ name, level }: Division, word: string): number {
  const closeness = name === word || plainName(name) === word ? 0 : name.startsWith(word) ? 1 : 2;
  return closeness * LEVELS.length + LEVELS.indexOf(level);
}
