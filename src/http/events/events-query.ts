import { ApiProperty } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsInt, IsOptional, Max, Min, ValidateBy, type ValidationArguments } from 'class-validator';
import { EVENT_TYPES, type EventType } from '../../domain/event.js';
import { mustBe } from '../validation/allowed.js';
import { ChoiceFilter, DayFilter, TextFilter } from '../views/filters.js';

const SEQ = { message: mustBe({ zh: '不小于 0 的整数', en: 'a whole number from 0' }) };
const COUNT = { message: mustBe({ zh: '不小于 1 的整数', en: 'a whole number from 1' }) };

export class EventsQuery {
  @ApiProperty({ type: 'integer', minimum: 0, default: 0, required: false, description: 'Seq of the first event.' })
  @Type(() => Number)
  @IsInt(SEQ)
  @Min(0, SEQ)
  @Max(Number.MAX_SAFE_INTEGER, SEQ)
  from = 0;

  @ApiProperty({ type: 'integer', minimum: 1, required: false, description: 'How many at most; all where absent.' })
  @IsOptional()
  @Type(() => Number)
  @IsInt(COUNT)
  @Min(1, COUNT)
  @Max(Number.MAX_SAFE_INTEGER, COUNT)
  limit?: number;

  @ChoiceFilter(EVENT_TYPES, 'Only entries of this type.')
  type?: EventType;

  @TextFilter('Only entries that this actor made.', 'clerk-07')
  actor?: string;

  @TextFilter('Only entries with a posting on this account.', 'project:P-1')
  account?: string;

  @DayFilter('Only entries whose effective date is not before this day.')
  effectiveFrom?: string;

  @DayFilter('Only entries whose effective date is not after this day.')
  @ValidateBy(
    { name: 'isNotBefore', validator: { validate: isNotBeforeFirst } },
    { message: '早于 effectiveFrom is before effectiveFrom' },
  )
  effectiveTo?: string;
}

function isNotBeforeFirst(value: unknown, args?: ValidationArguments): boolean {
  const { effectiveFrom } = (args?.object ?? {}) as Partial<EventsQuery>;
  return typeof value !== 'string' || typeof effectiveFrom !== 'string' || value >= effectiveFrom;
}
