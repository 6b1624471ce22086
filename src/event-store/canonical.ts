import canonicalize from 'canonicalize';

/**
 * RFC 8785. The value must be JSON: no undefined at the top, no number that is not finite, no lone surrogate.
 *
 * Where the keys of all objects already stand in order, the canonical form is what JSON.stringify gives (RFC 8785 defines
 * strings and numbers by it), at a fifth of the cost; events are written in that order. All else goes through the library.
 */
export function canonical(value: unknown): string {
  if (isInOrder(value)) {
    const text = JSON.stringify(value);
    if (!text.includes(LONE_SURROGATE)) return text;
  }
  const text = canonicalize(value);
  if (text === undefined) throw new TypeError('the value has no canonical form');
  return text;
}

/** JSON.stringify escapes lone surrogates, and no other character above U+001F. */
const LONE_SURROGATE = '\\ud';

function isInOrder(value: unknown): boolean {
  if (typeof value !== 'object' || value === null)
    return typeof value === 'string' || Number.isInteger(value) || typeof value === 'boolean';
  if (Array.isArray(value)) return value.every(isInOrder);
  let previous = '';
  for (const key in value) {
    if (key < previous || !isInOrder((value as Record<string, unknown>)[key])) return false;
    previous = key;
  }
  return true;
}
