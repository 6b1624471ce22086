const LONG = 'x'.repeat(100_000);
const DEEP = JSON.parse(`${'['.repeat(60)}${']'.repeat(60)}`) as unknown;
/** What a program may stumble over. */
const ODD: unknown[] = [
  null,
  true,
  '',
  -1,
  0.5,
  2 ** 53,
  2 ** 31,
  1e300,
  [],
  {},
  [null],
  [[]],
  { toString: null, valueOf: 1 },
  { length: 5 },
  { ['__proto__']: { seq: 1 } },
  '\ud800',
  'e\u0301',
  '\u001b[2J\r\nBook 640121 is whole.',
  '99999999999999999999.00',
  '-0.00',
  '0000-00-00',
  LONG,
  DEEP,
];

/** Another value with something odd in it, at a place that chance chooses. */
export function odd(value: unknown, chance: number): unknown {
  const choice = ODD[chance % ODD.length];
  if (typeof value !== 'object' || value === null) return choice;
  const names = Object.keys(value);
  const at = Math.floor(chance / ODD.length) % (names.length + 2);
  const name = names[at];
  if (name === undefined)
    return at === names.length ? choice : Array.isArray(value) ? [...value, choice] : { ...value, odd: choice };
  const inside = odd(Reflect.get(value, name), Math.floor(chance / ODD.length / (names.length + 2)));
  return Array.isArray(value) ? value.with(at, inside) : { ...value, [name]: inside };
}
