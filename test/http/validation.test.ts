import { IsOptional, IsString, ValidateIf } from 'class-validator';
import fc from 'fast-check';
import { bodyErrors } from '../../src/http/validation/body-errors.js';
import { compileValidation } from '../../src/http/validation/compiled-validation.js';
import { isIdNumber } from '../../src/http/validation/values.js';
import { BODIES } from '../support/bodies.js';
import { mutations } from '../support/mutations.js';

describe.each(BODIES)('$name', ({ bodyClass, good }) => {
  const isValid = compileValidation(bodyClass);

  it('accepts its examples on both paths', () => {
    for (const body of good) {
      expect(bodyErrors(bodyClass, body)).toEqual([]);
      expect(isValid(body)).toBe(true);
    }
  });

  it('is judged alike by the compiled rules and by class-validator, whatever is changed', () => {
    fc.assert(
      fc.property(mutations(good), (body) => {
        const errors = bodyErrors(bodyClass, body);
        expect({ body, isValid: isValid(body) }).toEqual({ body, isValid: errors.length === 0 });
      }),
      { numRuns: 1500 },
    );
  });
});

it('refuses at the start a rule that it cannot compile', () => {
  class LeftOut {
    @IsOptional()
    @IsString()
    text?: string;
  }
  class Conditional {
    @ValidateIf(() => true)
    @IsString()
    text?: string;
  }
  expect(() => compileValidation(LeftOut)).toThrow('LeftOut.text: cannot compile the rule a condition of its own');
  expect(() => compileValidation(Conditional)).toThrow('Conditional.text');
});

it('knows the ID numbers of GB 11643', () => {
  // The example of the standard itself, and changes of one character.
  expect(isIdNumber('11010519491231002X')).toBe(true);
  expect(isIdNumber('440524188001010014')).toBe(true);
  for (const wrong of [
    '110105194912310021',
    '11010519491231002x',
    '110105194913310027',
    '11010519490229002X',
    '1101051949123100',
  ]) {
    expect([wrong, isIdNumber(wrong)]).toEqual([wrong, false]);
  }
});
