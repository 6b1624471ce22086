import { ApiProperty } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsInt, IsOptional, Matches, Max, Min } from 'class-validator';
import type { OpenBook } from '../../domain/books/open-book.js';
import { DIVISION_LEVELS, type DivisionLevel } from '../../domain/division.js';
import { mustBe, NEXT_OF_PAGE, wholeNumber } from '../validation/allowed.js';
import { Choice, Text } from '../validation/fields.js';
import { CommonBody, Division } from './common.js';

export class OpenBookBody extends CommonBody implements OpenBook {
  @Division({ about: 'Division code of the bureau; it names the book for ever.' })
  id!: string;

  @Text({ about: 'Name of the bureau.', example: '永宁县财政局' })
  name!: string;

  @Choice(DIVISION_LEVELS, { about: 'Level of the division; it must fit the length of its code.', example: 'county' })
  level!: DivisionLevel;
}

export class BookAnswer {
  @ApiProperty({ description: 'Division code.', example: '640121' })
  id!: string;

  @ApiProperty({ example: '永宁县财政局' })
  name!: string;

  @ApiProperty({ enum: DIVISION_LEVELS, example: 'county' })
  level!: DivisionLevel;

  @ApiProperty({ type: 'integer', description: 'Seq of the last event.', example: 17 })
  revision!: number;

  @ApiProperty({ format: 'date-time', example: '2016-07-13T01:02:03.004Z' })
  openedAt!: string;
}

export class BooksAnswer {
  @ApiProperty({ type: [BookAnswer] })
  items!: BookAnswer[];

  @ApiProperty({ type: String, nullable: true, description: 'Cursor of the next page; null on the last one.' })
  next!: string | null;
}

export class BooksQuery {
  @ApiProperty({ type: 'integer', minimum: 1, maximum: 500, default: 100, required: false })
  @Type(() => Number)
  @IsInt({ message: mustBe(wholeNumber(1, 500)) })
  @Min(1, { message: mustBe(wholeNumber(1, 500)) })
  @Max(500, { message: mustBe(wholeNumber(1, 500)) })
  limit = 100;

  @ApiProperty({ required: false, description: '`next` of the page before.' })
  @IsOptional()
  @Matches(/^[0-9]{6,12}$/, { message: mustBe(NEXT_OF_PAGE) })
  after?: string;
}
