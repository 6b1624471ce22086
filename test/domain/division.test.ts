import { DIVISION_PATTERN, divisionAndAncestors, isWithin } from '../../src/domain/division.js';

it.each([
  ['640121100201', '640121100', true],
  ['640121100201', '640121', true],
  ['640121100201', '640100', true],
  ['640121100201', '640000', true],
  ['640121', '640121', true],
  ['640100', '640121', false],
  ['640122', '640121', false],
  ['640200', '640100', false],
  ['640121101', '640121100', false],
  ['650121', '640000', false],
  ['640000', '640100', false],
])('%s lies within %s: %s', (code, ancestor, expected) => expect(isWithin(code, ancestor)).toBe(expected));

it('a division is listed with all above it, from the lowest up', () => {
  expect(divisionAndAncestors('640121100201')).toEqual(['640121100201', '640121100', '640121', '640100', '640000']);
  expect(divisionAndAncestors('640121100')).toEqual(['640121100', '640121', '640100', '640000']);
  expect(divisionAndAncestors('640121')).toEqual(['640121', '640100', '640000']);
  expect(divisionAndAncestors('640100')).toEqual(['640100', '640000']);
  expect(divisionAndAncestors('640000')).toEqual(['640000']);
});

it('a code has 6, 9 or 12 digits', () => {
  for (const code of ['640121', '640121100', '640121100201']) expect(code).toMatch(DIVISION_PATTERN);
  for (const code of ['64', '6401', '040121', '6401211', '64012110020', '6401211002011', '64012a', '６４０１２１']) {
    expect(code).not.toMatch(DIVISION_PATTERN);
  }
});
