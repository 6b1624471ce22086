import { ApiProperty } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsInt, IsOptional, IsString, Max, MaxLength, Min, ValidateBy } from 'class-validator';
import type { Moment } from '../../views/engine/moment.js';
import type { PageRequest } from '../../views/engine/page.js';
import { DAY, INSTANT, mustBe, NEXT_OF_PAGE, wholeNumber } from '../validation/allowed.js';
import { isDay, isInstant } from '../validation/values.js';

const MAX_SEQ = 2_147_483_647;
const SEQ = { message: mustBe(wholeNumber(0, MAX_SEQ)) };
const LIMIT = { message: mustBe(wholeNumber(1, 500)) };

/** A query string has texts only; what is not plainly a number stays a text, and is refused as such. */
const AsNumber = () =>
  Transform(({ value }) => (typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value));

/** Which moment an answer is asked for; now where nothing is given. */
export class MomentQuery {
  @ApiProperty({
    type: 'integer',
    minimum: 0,
    required: false,
    description: 'As the book stood after this entry. Not with `asOf`.',
  })
  @IsOptional()
  @AsNumber()
  @IsInt(SEQ)
  @Min(0, SEQ)
  @Max(MAX_SEQ, SEQ)
  atSeq?: number;

  @ApiProperty({
    format: 'date-time',
    required: false,
    description: 'As the book knew it at this instant (`recordedAt`). Not with `atSeq`.',
    example: '2016-07-13T01:02:03.004Z',
  })
  @IsOptional()
  @ValidateBy({ name: 'isInstant', validator: { validate: isInstant } }, { message: mustBe(INSTANT) })
  @ValidateBy(
    {
      name: 'oneMoment',
      validator: { validate: (_, args) => (args?.object as MomentQuery | undefined)?.atSeq === undefined },
    },
    { message: '不得与 atSeq 同用 excludes atSeq' },
  )
  asOf?: string;

  @ApiProperty({
    format: 'date',
    required: false,
    description: 'Only entries whose effective date is not after this day.',
    example: '2016-07-13',
  })
  @IsOptional()
  @ValidateBy({ name: 'isDay', validator: { validate: isDay } }, { message: mustBe(DAY) })
  effectiveOn?: string;

  @ApiProperty({
    type: 'integer',
    minimum: 0,
    required: false,
    description: 'The answer must hold this entry at least; waits up to 5 s for it, then answers 503.',
  })
  @IsOptional()
  @AsNumber()
  @IsInt(SEQ)
  @Min(0, SEQ)
  @Max(MAX_SEQ, SEQ)
  minSeq?: number;
}

export function momentOf({ atSeq, asOf, effectiveOn, minSeq }: MomentQuery): Moment {
  return {
    ...(atSeq !== undefined && { atSeq }),
    ...(asOf !== undefined && { asOf: new Date(asOf) }),
    ...(effectiveOn !== undefined && { effectiveOn }),
    ...(minSeq !== undefined && { minSeq }),
  };
}

/** A page of a collection at a moment. Later pages of one answer are asked with `atSeq` at the `seq` of the first. */
export class PageQuery extends MomentQuery {
  @ApiProperty({ type: 'integer', minimum: 1, maximum: 500, default: 100, required: false })
  @AsNumber()
  @IsInt(LIMIT)
  @Min(1, LIMIT)
  @Max(500, LIMIT)
  limit = 100;

  @ApiProperty({ required: false, description: '`next` of the page before.' })
  @IsOptional()
  @IsString({ message: mustBe(NEXT_OF_PAGE) })
  @MaxLength(1_000, { message: mustBe(NEXT_OF_PAGE) })
  after?: string;
}

export function pageRequestOf({ limit, after }: PageQuery): PageRequest {
  return { limit, ...(after !== undefined && { after }) };
}
