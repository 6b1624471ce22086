import canonicalize from 'canonicalize';

/** RFC 8785. The value must be JSON: no undefined at the top, no number that is not finite, no lone surrogate. */
export function canonical(value: unknown): string {
  const text = canonicalize(value);
  if (text === undefined) throw new TypeError('the value has no canonical form');
  return text;
}
