import { ApiProperty } from '@nestjs/swagger';
import type { PostedPhoto, Withdrawal } from '../../disclosure/lines.js';
import { CONTACT_FIELDS } from '../../domain/notices/fields.js';
import type { MissingField } from '../../domain/notices/publish-notice.js';
import type { Cell, Figure, PostingRef, Row } from '../../domain/notices/rows/row.js';
import {
  NOTICE_OUTCOMES,
  NOTICE_STATES,
  type NoticeOutcome,
  type NoticeStanding,
} from '../../domain/notices/standing.js';
import type { Column } from '../../domain/notices/types.js';
import { PostedAnswer } from './common.js';

class CellAnswer implements Cell {
  @ApiProperty({ description: 'Where in the entry the text stands.', example: 'data.name' })
  path!: string;

  @ApiProperty({ type: 'integer', description: 'The entry.', example: 4 })
  seq!: number;

  @ApiProperty({ description: 'The text there; what is no text, as RFC 8785 JSON.', example: '村组道路' })
  text!: string;
}

class PostingRefAnswer implements PostingRef {
  @ApiProperty({ example: 'project:P-1' })
  account!: string;

  @ApiProperty({ required: false, example: 'F-1' })
  fund?: string;

  @ApiProperty({ type: 'integer', example: 9 })
  seq!: number;
}

class FigureAnswer implements Figure {
  @ApiProperty({ description: 'Yuan: the sum of the postings named.', example: '60.00' })
  amount!: string;

  @ApiProperty({ type: [PostingRefAnswer] })
  from!: PostingRefAnswer[];
}

class NoticeRowAnswer implements Row {
  @ApiProperty({
    type: 'object',
    additionalProperties: { $ref: '#/components/schemas/CellAnswer' },
    description: 'By column.',
  })
  cells!: Record<string, CellAnswer>;

  @ApiProperty({ type: [Number], description: 'The entries that the row rests on.', example: [4, 9] })
  entries!: number[];

  @ApiProperty({
    type: 'object',
    additionalProperties: { $ref: '#/components/schemas/FigureAnswer' },
    description: 'By column.',
  })
  figures!: Record<string, FigureAnswer>;

  @ApiProperty({ description: 'Place in the notice, from 1.', example: '1' })
  id!: string;
}

class ColumnAnswer implements Column {
  @ApiProperty({ example: 'amount' })
  key!: string;

  @ApiProperty({ example: '补助金额' })
  zh!: string;

  @ApiProperty({ example: 'Amount' })
  en!: string;

  @ApiProperty({
    enum: ['text', 'amount', 'beneficiary', 'list', 'owners', 'date', 'year', 'holder'],
    description: 'What the text of the column is.',
    example: 'amount',
  })
  kind!: Column['kind'];
}

class WarningAnswer {
  @ApiProperty({ enum: ['notice_too_short', 'notice_empty'], example: 'notice_too_short' })
  code!: string;

  @ApiProperty({ description: 'For people.' })
  message!: string;
}

class MissingFieldAnswer implements MissingField {
  @ApiProperty({
    description: `Of the body; ${Object.keys(CONTACT_FIELDS).join(' and ')} stand beside fields.`,
    example: 'fields.subsidyStandard',
  })
  field!: MissingField['field'];

  @ApiProperty({ example: '补助标准' })
  zh!: string;
}

export class NoticePostedAnswer extends PostedAnswer {
  @ApiProperty({ type: 'integer', description: 'Entry at which the book was looked at.', example: 16 })
  asOfSeq!: number;

  @ApiProperty({ format: 'date', description: 'Last day of the public period.', example: '2016-07-23' })
  publicTo!: string;

  @ApiProperty({ type: 'integer', description: 'How many rows it has.', example: 12 })
  rows!: number;

  @ApiProperty({ description: 'SHA-256, in lower-case hex, of the RFC 8785 JSON of the rows.', example: '9f86d081…' })
  rowsHash!: string;

  @ApiProperty({ type: [WarningAnswer], description: 'Recorded all the same, and shown to everybody.' })
  warnings!: WarningAnswer[];
}

export class NoticePreviewAnswer {
  @ApiProperty({ type: 'integer', example: 16 })
  asOfSeq!: number;

  @ApiProperty({ format: 'date', example: '2016-07-23' })
  publicTo!: string;

  @ApiProperty({ type: [ColumnAnswer] })
  columns!: ColumnAnswer[];

  @ApiProperty({ type: [NoticeRowAnswer] })
  rows!: NoticeRowAnswer[];

  @ApiProperty({ example: '9f86d081…' })
  rowsHash!: string;

  @ApiProperty({ type: [MissingFieldAnswer], description: 'Without these it would be refused.' })
  missing!: MissingFieldAnswer[];

  @ApiProperty({ type: [WarningAnswer] })
  warnings!: WarningAnswer[];
}

class ObjectionCountsAnswer {
  @ApiProperty({ type: 'integer', example: 0 })
  open!: number;

  @ApiProperty({ type: 'integer', example: 1 })
  answered!: number;
}

class WithdrawalAnswer implements Withdrawal {
  @ApiProperty({ type: 'integer', description: 'Entry that withdrew it.', example: 21 })
  seq!: number;

  @ApiProperty({ format: 'date', example: '2016-07-16' })
  date!: string;

  @ApiProperty({ example: '金额有误' })
  reason!: string;
}

class PostedPhotoAnswer implements PostedPhoto {
  @ApiProperty({ type: 'integer', description: 'Entry that recorded it.', example: 19 })
  seq!: number;

  @ApiProperty({ description: 'In lower-case hex; its address ends in it.', example: '9f86d081…' })
  sha256!: string;

  @ApiProperty({ format: 'date-time', example: '2016-07-14T01:30:00.000Z' })
  takenAt!: string;

  @ApiProperty({ description: 'Where it was taken.', example: '永清村村务公开栏' })
  place!: string;
}

export class ShownNoticeAnswer {
  @ApiProperty({ example: '640121' })
  book!: string;

  @ApiProperty({ type: 'integer', description: 'Entry that published it.', example: 17 })
  seq!: number;

  @ApiProperty({ format: 'date-time', example: '2016-07-13T01:02:03.004Z' })
  recordedAt!: string;

  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    description: 'The data of that entry, as it stands in the log.',
  })
  notice!: object;

  @ApiProperty({ enum: NOTICE_STATES, description: 'How it stands today.', example: 'standing' })
  state!: NoticeStanding;

  @ApiProperty({ enum: NOTICE_OUTCOMES, nullable: true, description: 'Of a closed one.', example: null })
  outcome!: NoticeOutcome | null;

  @ApiProperty({ type: WithdrawalAnswer, nullable: true, description: 'That it was withdrawn, and why.' })
  withdrawal!: WithdrawalAnswer | null;

  @ApiProperty({ type: String, nullable: true, description: 'The notice that stands in its place.', example: null })
  replacedBy!: string | null;

  @ApiProperty()
  objections!: ObjectionCountsAnswer;

  @ApiProperty({ type: [PostedPhotoAnswer], description: 'Photos that show it posted.' })
  photos!: PostedPhotoAnswer[];

  @ApiProperty({ type: [ColumnAnswer] })
  columns!: ColumnAnswer[];

  @ApiProperty({ type: [NoticeRowAnswer] })
  rows!: NoticeRowAnswer[];

  @ApiProperty({ type: [WarningAnswer] })
  warnings!: WarningAnswer[];
}

/** Schemas that others only refer to by name. */
export const NOTICE_PARTS = [CellAnswer, FigureAnswer];
