import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { IsIn, IsOptional, Matches, ValidateBy } from 'class-validator';
import { DIVISION_PATTERN } from '../../domain/division.js';
import { STATUSES } from '../../views/engine/cause.js';
import { DAY, DIVISION_CODE, lineOfText, mustBe, oneOf } from '../validation/allowed.js';
import { isDay, isText } from '../validation/values.js';

/** Conditions of a query string; each may be left out. */

export function TextFilter(description: string, example: string): PropertyDecorator {
  return applyDecorators(
    ApiProperty({ required: false, description, example }),
    IsOptional(),
    ValidateBy(
      { name: 'isText', validator: { validate: (value) => isText(value, 200) } },
      { message: mustBe(lineOfText(200)) },
    ),
  );
}

export function ChoiceFilter(choices: readonly string[], description: string): PropertyDecorator {
  return applyDecorators(
    ApiProperty({ required: false, enum: [...choices], description }),
    IsOptional(),
    IsIn(choices, { message: mustBe(oneOf(choices)) }),
  );
}

export function StatusFilter(): PropertyDecorator {
  return ChoiceFilter(STATUSES, 'Only what stands, or only what was reversed.');
}

export function DivisionFilter(): PropertyDecorator {
  return applyDecorators(
    ApiProperty({ required: false, description: 'Only what lies in this division.', example: '640121100' }),
    IsOptional(),
    Matches(DIVISION_PATTERN, { message: mustBe(DIVISION_CODE) }),
  );
}

export function DayFilter(description: string): PropertyDecorator {
  return applyDecorators(
    ApiProperty({ required: false, format: 'date', description, example: '2016-07-13' }),
    IsOptional(),
    ValidateBy({ name: 'isDay', validator: { validate: isDay } }, { message: mustBe(DAY) }),
  );
}
