import type { BodyCase, Json } from './bodies.js';

interface Place {
  path: string;
  name: string;
  value: unknown;
  holder: Json;
}

function placesOf(holder: Json, parent = ''): Place[] {
  return Object.entries(holder).flatMap(([name, value]) => {
    const path = Array.isArray(holder) ? `${parent}[${name}]` : parent === '' ? name : `${parent}.${name}`;
    const inner = typeof value === 'object' && value !== null ? placesOf(value as Json, path) : [];
    return [{ path, name, value, holder }, ...inner];
  });
}

const NEVER = [null, true, { a: 1 }, 12.5, -1];
const NEVER_TEXT = [
  '',
  '  ',
  'a\u0000b',
  'a\u0007b',
  'a\nb',
  'a\u0085b',
  '\ud800',
  '\u202eabc',
  'x'.repeat(5000),
  ['a'],
];
const NEVER_AMOUNT = [
  '1',
  '1.0',
  '1.000',
  '1e3',
  '1E+3',
  '+1.00',
  '0.00',
  '-0.00',
  '01.00',
  '.50',
  '1,000.00',
  '１.00',
  'NaN',
  '1000000000000.01',
  1,
];

/** Every field of the good bodies with every value that it must not have, and without it where it is needed. */
export function* badBodies({ good, name }: BodyCase): Generator<{ path: string; body: Json; what: string }> {
  for (const [index, base] of good.entries()) {
    for (const { path } of placesOf(base)) {
      for (const value of [...NEVER, ...valuesFor(name, path, base)]) {
        const body = structuredClone(base);
        const place = placesOf(body).find((at) => at.path === path);
        if (place === undefined) throw new Error(path);
        place.holder[place.name] = value;
        yield { path, body, what: `${path} of body ${index} as ${JSON.stringify(value).slice(0, 40)}` };
      }
    }
    for (const holder of [undefined, ...placesOf(base).filter(({ value }) => isObject(value))]) {
      const body = structuredClone(base);
      const at = holder === undefined ? body : (placesOf(body).find(({ path }) => path === holder.path)?.value as Json);
      at.surprise = 1;
      yield { path: holder === undefined ? 'surprise' : `${holder.path}.surprise`, body, what: 'an unknown field' };
    }
  }
}

function valuesFor(bodyName: string, path: string, base: Json): unknown[] {
  const value = placesOf(base).find((place) => place.path === path)?.value;
  if (typeof value !== 'string')
    return Array.isArray(value) ? ['x', [null], [[]], Array(300).fill('x')] : ['x', '2016', 1e21];
  if (!/amount$/i.test(path)) return NEVER_TEXT;
  const signed = bodyName === 'AdjustFundBody';
  return [...NEVER_TEXT, ...NEVER_AMOUNT, ...(signed ? [] : ['-1.00'])];
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
