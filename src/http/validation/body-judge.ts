import { invalidRequest } from '../problems/problem.js';
import { bodyErrors } from './body-errors.js';
import { compileValidation } from './compiled-validation.js';
import type { BodyClass } from './fields.js';

/**
 * What answers a body of this class as it was parsed, or throws `invalid_request`. A good body costs one call of compiled
 * code; only a bad one goes through class-validator, which finds the words.
 */
export function bodyJudge(bodyClass: BodyClass): (value: unknown) => object {
  const isValid = compileValidation(bodyClass);
  return (value) => {
    // A request without a body says nothing, which is enough where no field is needed.
    const body = value === undefined ? {} : value;
    if (isValid(body)) return body as object;
    const errors = bodyErrors(bodyClass, body);
    if (errors.length === 0)
      throw new Error(`the compiled rules of ${bodyClass.name} refuse what class-validator accepts`);
    throw invalidRequest(errors);
  };
}
