import { orderOf } from '../../src/audit/text-order.js';

const inOrder = (texts: string[]) => orderOf(texts).map((at) => texts[at]);
const numbered = (count: number, nameOf: (number: number) => string) =>
  Array.from({ length: count }, (_, at) => nameOf(at));

test.each([
  ['few', numbered(9, (at) => `${9 - at}`)],
  ['numbers of different length, of which many begin alike', numbered(3000, (at) => `${(at * 7) % 3000}`)],
  ['texts that all begin alike', numbered(500, (at) => `payout-2016-${(at * 7) % 500}`)],
  ['one that is how all others begin', ['', ...numbered(300, (at) => `${'\0'.repeat(at % 7)}${(at * 11) % 300}`)]],
  ['bytes of every value', numbered(256, (at) => String.fromCharCode((at * 31) % 256))],
  ['characters that are more than a byte', numbered(300, (at) => String.fromCharCode(200 + ((at * 7) % 300)))],
])('texts are put in the order of their bytes: %s', (_, texts) => {
  expect(new Set(texts).size).toBe(texts.length);
  expect(inOrder(texts)).toEqual([...texts].sort((one, other) => (one < other ? -1 : 1)));
});
