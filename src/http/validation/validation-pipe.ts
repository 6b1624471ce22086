import { type ArgumentMetadata, Injectable, type PipeTransform } from '@nestjs/common';
import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import { invalidRequest } from '../problems/problem.js';
import { shown } from './body-errors.js';

/** As class-validator names what no rule speaks of, of which it tells in English alone. */
const UNKNOWN = 'whitelistValidation';
export const NOT_A_PARAMETER = '不是此处的参数 is not a parameter of this address';

/**
 * Validates every query whose type is a class. Query strings are flat and few; class-transformer turns their texts into
 * numbers where the class says so.
 */
@Injectable()
export class ValidationPipe implements PipeTransform {
  transform(value: unknown, { type, metatype }: ArgumentMetadata): unknown {
    if (type !== 'query' || metatype === undefined || metatype === Object || metatype === String) return value;
    const instance: object = plainToInstance(metatype as new () => object, { ...(value as object) });
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
        message: UNKNOWN in constraints ? NOT_A_PARAMETER : (Object.values(constraints)[0] ?? '不可用 is not allowed'),
      })),
    );
  }
}
