import canonicalize from 'canonicalize';

/**
 * RFC 8785. The value must be JSON: no undefined at the top, no number that is not finite, no lone surrogate.
 *
 * RFC 8785 defines strings and numbers as JSON.stringify writes them. What is not plain JSON of whole numbers goes through the
 * library, at five times the cost.
 */
export function canonical(value: unknown): string {
  // What the ledger makes stands in order from the start, and to see that needs no copy and no list of keys.
  const text = isInOrder(value) ? whole(JSON.stringify(value)) : written(value);
  if (text !== undefined) return text;
  const unusual = canonicalize(value);
  if (unusual === undefined) throw new TypeError('the value has no canonical form');
  return unusual;
}

/** JSON.stringify escapes lone surrogates, and no other character above U+001F. */
const LONE_SURROGATE = '\\ud';

function whole(text: string): string | undefined {
  return text.includes(LONE_SURROGATE) ? undefined : text;
}

/** Plain JSON of whole numbers, its keys in order. */
function isInOrder(value: unknown): boolean {
  if (typeof value === 'string' || typeof value === 'boolean') return true;
  if (typeof value === 'number') return Number.isSafeInteger(value);
  if (Array.isArray(value)) return value.every(isInOrder);
  if (typeof value !== 'object' || value === null || 'toJSON' in value) return false;
  let before: string | undefined;
  for (const key in value) {
    if (before !== undefined && key <= before) return false;
    if (!isInOrder((value as Record<string, unknown>)[key])) return false;
    before = key;
  }
  return true;
}

/** Nothing where it is not plain JSON of whole numbers. */
function written(value: unknown): string | undefined {
  if (typeof value === 'string') return quoted(value);
  if (typeof value === 'boolean' || Number.isSafeInteger(value)) return JSON.stringify(value);
  if (typeof value !== 'object' || value === null || 'toJSON' in value) return undefined;
  return Array.isArray(value) ? writtenList(value) : writtenObject(value as Record<string, unknown>);
}

function writtenList(values: readonly unknown[]): string | undefined {
  let text = '';
  for (const value of values) {
    const one = written(value);
    if (one === undefined) return undefined;
    text += text === '' ? one : `,${one}`;
  }
  return `[${text}]`;
}

function writtenObject(value: Record<string, unknown>): string | undefined {
  let text = '';
  for (const key of sorted(Object.keys(value))) {
    const name = quoted(key);
    const one = written(value[key]);
    if (name === undefined || one === undefined) return undefined;
    text += text === '' ? `${name}:${one}` : `,${name}:${one}`;
  }
  return `{${text}}`;
}

const FEW_KEYS = 32;

/** In place, by UTF-16 units. `sort` makes 1.5 kB of garbage even for the few keys that a command has. */
function sorted(keys: string[]): string[] {
  if (keys.length > FEW_KEYS) return keys.sort();
  for (let at = 1; at < keys.length; at += 1) {
    const key = keys[at] as string;
    let place = at;
    for (let before = keys[place - 1]; place > 0 && before !== undefined && before > key; before = keys[place - 1]) {
      keys[place] = before;
      place -= 1;
    }
    keys[place] = key;
  }
  return keys;
}

/** Nothing in them is escaped, and none is half of a surrogate pair. */
const PLAIN = /^[ !#-[\]-\ud7ff\ue000-\uffff]*$/;

function quoted(text: string): string | undefined {
  return PLAIN.test(text) ? `"${text}"` : whole(JSON.stringify(text));
}
