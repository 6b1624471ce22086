import { ApiProperty } from '@nestjs/swagger';
import { IsIn, IsOptional } from 'class-validator';
import { ReceiptAnswer } from '../bodies/common.js';
import { FieldErrorAnswer } from '../openapi/documented.js';
import { mustBe, oneOf } from '../validation/allowed.js';

const YES_OR_NO = { message: mustBe(oneOf(['true', 'false'])) };

export class ImportQuery {
  @ApiProperty({
    required: false,
    enum: ['true', 'false'],
    default: 'false',
    description: 'All lines or none, in one append: at most 512 commands whose entries have together at most 768 KiB.',
  })
  @IsOptional()
  @IsIn(['true', 'false'], YES_OR_NO)
  atomic?: 'true' | 'false';

  @ApiProperty({
    required: false,
    enum: ['true', 'false'],
    default: 'false',
    description: 'Each line of the answer with its receipt; else a receipt can be had at …/events/{seq}/proof.',
  })
  @IsOptional()
  @IsIn(['true', 'false'], YES_OR_NO)
  receipts?: 'true' | 'false';
}

/** One line of the answer. */
export class ImportLineAnswer {
  @ApiProperty({ type: 'integer', description: 'Of the file, from 1; blank lines count.', example: 3 })
  line!: number;

  @ApiProperty({ required: false, description: 'The key of the line, where it has one.', example: 'k-0192' })
  key?: string;

  @ApiProperty({ type: 'integer', description: 'What a request of its own would have been answered.', example: 201 })
  status!: number;

  @ApiProperty({ required: false, description: 'With 201: what the entry made.', example: 'A-1' })
  id?: string;

  @ApiProperty({ required: false, type: 'integer', description: 'With 201: place in the book, from 0.', example: 17 })
  seq?: number;

  @ApiProperty({ required: false, format: 'date-time', description: 'With 201.', example: '2016-07-13T01:02:03.004Z' })
  recordedAt?: string;

  @ApiProperty({ required: false, description: 'With 201: the key was used before for the same.', example: true })
  replayed?: boolean;

  @ApiProperty({ required: false, description: 'With 201 and `receipts=true`.' })
  receipt?: ReceiptAnswer;

  @ApiProperty({ required: false, description: 'Of a refusal; stable.', example: 'insufficient_balance' })
  code?: string;

  @ApiProperty({ required: false, description: 'Of a refusal: what it was this time, for people.' })
  detail?: string;

  @ApiProperty({ required: false, description: 'Of a refusal: the offending field.', example: 'lines[1].amount' })
  field?: string;

  @ApiProperty({ required: false, type: [FieldErrorAnswer], description: 'Of invalid_request.' })
  errors?: FieldErrorAnswer[];
}
