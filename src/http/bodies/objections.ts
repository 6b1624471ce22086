import { ApiProperty } from '@nestjs/swagger';
import { OBJECTION_STATES, type ObjectionStanding } from '../../disclosure/objection-reader.js';
import { OBJECTION_KINDS, OBJECTION_OUTCOMES } from '../../domain/kinds.js';
import { type AnswerObjection, type ObjectionKind, type ObjectionOutcome } from '../../domain/objections/objections.js';
import type { FileObjectionBody as Filing } from '../../vault/objections/file-objection.js';
import { TELEPHONE } from '../validation/allowed.js';
import { Choice, Id, Pattern, Prose, Text, Together, WholeNumber } from '../validation/fields.js';
import { CommonBody, PostedAnswer } from './common.js';

function hasTarget({ kind, notice, row, entry }: Record<string, unknown>): boolean {
  if (row !== undefined && notice === undefined) return false;
  return kind !== 'objection' || notice !== undefined || entry !== undefined;
}

/** Text, name and telephone go to the vault, encrypted; the event has a salted hash of them. */
@Together(hasTarget, 'notice', {
  zh: '填 row 时须填;异议须指明公告或记录',
  en: 'must be given with a row; an objection names a notice or an entry',
})
export class FileObjectionBody implements Filing {
  @Choice(OBJECTION_KINDS, { about: '异议 against a notice or an entry, or 举报 of anything.', example: 'objection' })
  kind!: ObjectionKind;

  @Id({ about: 'Notice that it is about.', example: 'N-1', optional: true })
  notice?: string;

  @WholeNumber(1, Number.MAX_SAFE_INTEGER, { about: 'Row of the notice, from 1.', example: 3, optional: true })
  row?: number;

  @WholeNumber(0, Number.MAX_SAFE_INTEGER, { about: 'Entry of the book, by seq.', example: 17, optional: true })
  entry?: number;

  @Prose({ about: 'What is wrong. Only the bureau reads it.', example: '本户未收到该笔补贴。', max: 2000 })
  text!: string;

  @Text({ about: 'Need not be told. Only the bureau reads it.', example: '张某', max: 100, optional: true })
  name?: string;

  @Pattern(/^\+?[0-9][0-9 -]{2,28}[0-9]$/, TELEPHONE, {
    about: 'Need not be told. Only the bureau reads it.',
    example: '0951-8011234',
    optional: true,
  })
  phone?: string;
}

export class AnswerObjectionBody extends CommonBody implements Omit<AnswerObjection, 'objection'> {
  @Choice(OBJECTION_OUTCOMES, { about: '成立, 不成立, 已更正, 已记录.', example: 'upheld' })
  outcome!: ObjectionOutcome;

  @Text({ about: 'What everybody may read; never personal data.', example: '经核实已补发。', max: 1000 })
  answer!: string;
}

export class FiledAnswer extends PostedAnswer {
  @ApiProperty({ description: 'The objection: what it is called in public.', example: '5f0c1d9e-…' })
  objection!: string;

  @ApiProperty({
    description: 'To be kept: with it alone the author learns what became of it.',
    example: 'k7qd-m3x9-0000-0000-0000-0000-0000-0000',
  })
  code!: string;

  @ApiProperty({ format: 'date', description: 'The bureau answers by this day.', example: '2016-08-03' })
  dueOn!: string;
}

export class FollowedObjectionAnswer {
  @ApiProperty({ example: '640121' })
  book!: string;

  @ApiProperty({ example: '5f0c1d9e-…' })
  objection!: string;

  @ApiProperty({ type: 'integer', description: 'Entry that filed it.', example: 17 })
  seq!: number;

  @ApiProperty({ enum: OBJECTION_KINDS, example: 'objection' })
  kind!: ObjectionKind;

  @ApiProperty({ type: String, nullable: true, example: 'N-1' })
  notice!: string | null;

  @ApiProperty({ type: 'integer', nullable: true, example: 3 })
  row!: number | null;

  @ApiProperty({ type: 'integer', nullable: true, example: null })
  entry!: number | null;

  @ApiProperty({ format: 'date', example: '2016-07-13' })
  filedOn!: string;

  @ApiProperty({ format: 'date', example: '2016-08-03' })
  dueOn!: string;

  @ApiProperty({ enum: OBJECTION_STATES, example: 'answered' })
  state!: ObjectionStanding;

  @ApiProperty({ enum: OBJECTION_OUTCOMES, nullable: true, example: 'upheld' })
  outcome!: ObjectionOutcome | null;

  @ApiProperty({ type: String, nullable: true, example: '经核实已补发。' })
  answer!: string | null;

  @ApiProperty({ type: 'integer', nullable: true, description: 'Entry that answered it.', example: 21 })
  answeredBy!: number | null;
}

export class StatementAnswer {
  @ApiProperty({ example: '640121' })
  book!: string;

  @ApiProperty({ example: '5f0c1d9e-…' })
  objection!: string;

  @ApiProperty({ example: '本户未收到该笔补贴。' })
  text!: string;

  @ApiProperty({ required: false, example: '张某' })
  name?: string;

  @ApiProperty({ required: false, example: '0951-8011234' })
  phone?: string;
}

export class StatementErasedAnswer {
  @ApiProperty({ example: '640121' })
  book!: string;

  @ApiProperty({ example: '5f0c1d9e-…' })
  objection!: string;

  @ApiProperty({ format: 'date-time', description: 'Of the first erasure.', example: '2026-01-02T03:04:05.006Z' })
  erasedAt!: string;
}
