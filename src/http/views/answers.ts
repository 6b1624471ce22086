import type { Type } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import type { EntryItem, MadeItem } from '../../views/engine/answers.js';
import { STATUSES, type Status } from '../../views/engine/cause.js';

/** Yuan with two decimals. */
export const Yuan = (description?: string) => ApiProperty({ description, example: '1250000.00' });

export class EntryAnswer implements EntryItem {
  @ApiProperty({ type: 'integer', example: 17 })
  seq!: number;

  @ApiProperty({ format: 'date', example: '2016-07-13' })
  effectiveDate!: string;

  @ApiProperty({ format: 'date-time', example: '2016-07-13T01:02:03.004Z' })
  recordedAt!: string;
}

export class MadeAnswer implements MadeItem {
  @ApiProperty({ description: 'The entry that made it.' })
  entry!: EntryAnswer;

  @ApiProperty({ enum: STATUSES, example: 'standing' })
  status!: Status;

  @ApiProperty({ type: 'integer', nullable: true, description: 'Seq of the entry that reversed it.', example: null })
  reversedBy!: number | null;
}

/** The response class of a page of these items. */
export function pageAnswer<Item>(itemClass: Type<Item>) {
  class PageAnswer {
    @ApiProperty({ type: [itemClass] })
    items!: Item[];

    @ApiProperty({ type: String, nullable: true, description: 'Cursor of the next page; null on the last one.' })
    next!: string | null;

    @ApiProperty({ type: 'integer', description: 'Entry of the book at which the answer stands.', example: 17 })
    seq!: number;
  }
  // The class's name is that of its schema in the OpenAPI document.
  Object.defineProperty(PageAnswer, 'name', { value: itemClass.name.replace(/Answer$/, 'Page') });
  return PageAnswer;
}
