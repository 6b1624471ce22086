import { invalidRequest } from '../problems/problem.js';

const QUOTE = 0x22;
const COLON = 0x3a;
const BACKSLASH = 0x5c;
const MOST_LEVELS = 16;
const MOST_CHARACTERS = 200;

/**
 * As `JSON.parse`, which takes the last of two values of one name without a word: `{"amount":"1.00","amount":"9.00"}` is refused, since one reader
 * of it would have recorded the one and another the other. As many colons stand outside of texts as the value has members, so that
 * a good body costs half a microsecond more.
 *
 * Errors: SyntaxError; HttpProblem `invalid_request`, which names the field.
 */
export function parseStrictJson(text: string): unknown {
  const value: unknown = JSON.parse(text);
  if (colonsIn(text) === membersOf(value)) return value;
  const message = '出现不止一次,应只写一次 is given more than once, and must be given once';
  throw invalidRequest([{ field: repeatedIn(text), message }]);
}

/** @param text valid JSON */
function colonsIn(text: string): number {
  let colons = 0;
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit === COLON) colons += 1;
    else if (unit === QUOTE) at = endOfText(text, at);
  }
  return colons;
}

function endOfText(text: string, start: number): number {
  for (let at = start; ; ) {
    at = text.indexOf('"', at + 1);
    let before = at - 1;
    while (text.charCodeAt(before) === BACKSLASH) before -= 1;
    if ((at - before) % 2 === 1) return at;
  }
}

/** Without recursion: a stranger may nest a hundred thousand lists. */
function membersOf(value: unknown): number {
  let members = 0;
  const open = [value];
  while (open.length > 0) {
    const one = open.pop();
    if (typeof one !== 'object' || one === null) continue;
    if (!Array.isArray(one)) members += Object.keys(one).length;
    for (const part of Object.values(one)) if (typeof part === 'object' && part !== null) open.push(part);
  }
  return members;
}

interface Level {
  /** Of an object. */
  names?: Set<string>;
  /** What is being read: a name, or a place in a list. */
  at: string;
  index: number;
}

/** Path of the first name that its object has already, e.g. `lines[0].amount`. */
function repeatedIn(text: string): string {
  const levels: Level[] = [];
  let last = '';
  for (let at = 0; at < text.length; at += 1) {
    const sign = text[at];
    const level = levels.at(-1);
    if (sign === '"') {
      const end = endOfText(text, at);
      // The name, if a colon comes.
      last = text.slice(at, end + 1);
      at = end;
    } else if (sign === '{') levels.push({ names: new Set(), at: '', index: 0 });
    else if (sign === '[') levels.push({ at: '[0]', index: 0 });
    else if (sign === '}' || sign === ']') levels.pop();
    else if (sign === ',' && level !== undefined && level.names === undefined) level.at = `[${++level.index}]`;
    else if (sign === ':' && level?.names !== undefined) {
      level.at = JSON.parse(last) as string;
      if (level.names.has(level.at)) return pathOf(levels);
      level.names.add(level.at);
    }
  }
  return '';
}

/** Nothing where no body has such a path, which a stranger may make as long as a body. */
function pathOf(levels: readonly Level[]): string {
  if (levels.length > MOST_LEVELS) return '';
  const path = levels.map(({ names, at }, depth) => (names !== undefined && depth > 0 ? `.${at}` : at)).join('');
  return path.length > MOST_CHARACTERS ? '' : path;
}
