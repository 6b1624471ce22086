import canonicalize from 'canonicalize';

/**
 * RFC 8785. The value must be JSON: no undefined at the top, no number that is not finite, no lone surrogate.
 *
 * RFC 8785 defines strings and numbers as JSON.stringify writes them, so objects with their keys in order need nothing else.
 * That is a fifth of the library's cost; whatever is not plain JSON of whole numbers goes through the library.
 */
export function canonical(value: unknown): string {
  // What the ledger makes stands in order from the start, and to see that needs no copy and no list of keys.
  const ordered = isInOrder(value) ? value : inOrder(value);
  if (ordered !== UNUSUAL) {
    const text = JSON.stringify(ordered);
    if (!text.includes(LONE_SURROGATE)) return text;
  }
  const text = canonicalize(value);
  if (text === undefined) throw new TypeError('the value has no canonical form');
  return text;
}

/** JSON.stringify escapes lone surrogates, and no other character above U+001F. */
const LONE_SURROGATE = '\\ud';
const UNUSUAL = Symbol('UNUSUAL');

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

/** The same value where its keys already stand in order, else a copy where they do. */
function inOrder(value: unknown): unknown {
  if (typeof value === 'string' || typeof value === 'boolean' || Number.isSafeInteger(value)) return value;
  if (Array.isArray(value)) return eachInOrder(value, Object.keys(value));
  if (typeof value !== 'object' || value === null || 'toJSON' in value) return UNUSUAL;
  const keys = Object.keys(value);
  if (keys.every((key, index) => index === 0 || (keys[index - 1] ?? '') < key)) return eachInOrder(value, keys);
  if (keys.some((key) => INDEX.test(key))) return UNUSUAL;
  const sorted = Object.fromEntries(keys.sort().map((key) => [key, (value as Record<string, unknown>)[key]]));
  return eachInOrder(sorted, keys);
}

/** An object puts keys that look like an index first, whatever order they come in. */
const INDEX = /^\d+$/;

function eachInOrder(value: object, keys: string[]): unknown {
  let ordered = value as Record<string, unknown>;
  for (const key of keys) {
    const before = (value as Record<string, unknown>)[key];
    const after = inOrder(before);
    if (after === UNUSUAL) return UNUSUAL;
    if (after === before) continue;
    if (ordered === value) ordered = (Array.isArray(value) ? [...value] : { ...value }) as Record<string, unknown>;
    ordered[key] = after;
  }
  return ordered;
}
