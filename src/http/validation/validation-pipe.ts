import { type ArgumentMetadata, Injectable, type PipeTransform } from '@nestjs/common';
import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import { invalidRequest } from '../problems/problem.js';
import { bodyErrors, shown } from './body-errors.js';
import { compileValidation } from './compiled-validation.js';
import type { BodyClass } from './fields.js';

/**
 * Validates every body and query whose type is a class. A good body costs one call of compiled code and is passed on as it
 * was parsed; only a bad one goes through class-validator, which finds the words.
 */
@Injectable()
export class ValidationPipe implements PipeTransform {
  private readonly compiled = new Map<BodyClass, (body: unknown) => boolean>();

  transform(value: unknown, { type, metatype }: ArgumentMetadata): unknown {
    if (metatype === undefined || metatype === Object || metatype === String) return value;
    if (type === 'body') return this.body(metatype as BodyClass, value);
    return type === 'query' ? query(metatype as BodyClass, value) : value;
  }

  /** Called for each route when the service starts, so that a rule that cannot be compiled shows at once. */
  compile(bodyClass: BodyClass): (body: unknown) => boolean {
    const known = this.compiled.get(bodyClass);
    if (known !== undefined) return known;
    const isValid = compileValidation(bodyClass);
    this.compiled.set(bodyClass, isValid);
    return isValid;
  }

  private body(bodyClass: BodyClass, value: unknown): unknown {
    // A request without a body says nothing, which is enough where no field is needed.
    const body = value === undefined ? {} : value;
    if (this.compile(bodyClass)(body)) return body;
    const errors = bodyErrors(bodyClass, body);
    if (errors.length === 0)
      throw new Error(`the compiled rules of ${bodyClass.name} refuse what class-validator accepts`);
    throw invalidRequest(errors);
  }
}

/** Query strings are flat and few; class-transformer turns their texts into numbers where the class says so. */
function query(queryClass: BodyClass, value: unknown): object {
  const instance = plainToInstance(queryClass, { ...(value as object) });
  const found = validateSync(instance, {
    whitelist: true,
    forbidNonWhitelisted: true,
    forbidUnknownValues: false,
    stopAtFirstError: true,
  });
  if (found.length === 0) return instance;
  throw invalidRequest(
    found.map(({ property, constraints = {} }) => ({
      field: shown(property),
      message: Object.values(constraints)[0] ?? 'is not allowed',
    })),
  );
}
