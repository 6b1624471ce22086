import { Controller, Get, Param, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiOkResponse, ApiParam, ApiProperty, ApiTags } from '@nestjs/swagger';
import { DIVISION_PATTERN } from '../../domain/division.js';
import { type DivisionDetail, type DivisionItem, DivisionQuery } from '../../views/divisions/division-query.js';
import { ROLES } from '../access/roles.js';
import { Allow } from '../access.js';
import { Reads, Tagged } from '../openapi/documented.js';
import { ApiPath } from '../path-id.js';
import { invalidRequest } from '../problems/problem.js';
import { DIVISION_CODE, mustBe } from '../validation/allowed.js';
import { Yuan } from './answers.js';
import { MomentQuery, momentOf } from './moment-query.js';

class DivisionCountAnswer {
  @ApiProperty({ type: 'integer', example: 2 })
  count!: number;

  @Yuan()
  amount!: string;
}

class DivisionProjectsAnswer {
  @ApiProperty({ type: 'integer', example: 2 })
  count!: number;

  @Yuan()
  plannedAmount!: string;

  @Yuan()
  allocatedAmount!: string;

  @Yuan()
  paidCapitalAmount!: string;

  @Yuan()
  paidExpenseAmount!: string;
}

class DivisionAssetsAnswer {
  @ApiProperty({ description: '经营性.' })
  operating!: DivisionCountAnswer;

  @ApiProperty({ description: '公益性.' })
  public!: DivisionCountAnswer;

  @ApiProperty({ description: '到户.' })
  household!: DivisionCountAnswer;
}

class DivisionAnswer implements DivisionItem {
  @ApiProperty({ example: '640121100' })
  code!: string;

  @ApiProperty({ type: String, nullable: true, description: 'Null for the division of the book.', example: '640121' })
  parent!: string | null;

  @ApiProperty()
  projects!: DivisionProjectsAnswer;

  @ApiProperty({ description: 'By the division of the beneficiary.' })
  payouts!: DivisionCountAnswer;

  @ApiProperty()
  assets!: DivisionAssetsAnswer;
}

class DivisionDetailAnswer extends DivisionAnswer implements DivisionDetail {
  @ApiProperty({ type: [DivisionAnswer], description: 'The divisions just below in which something lies.' })
  children!: DivisionAnswer[];

  @ApiProperty({ type: 'integer', description: 'Entry of the book at which the answer stands.' })
  seq!: number;
}

@ApiTags('divisions')
@ApiPath('book')
@Controller('v1/books/:book/divisions')
@Allow(...ROLES)
export class DivisionViewsController {
  constructor(private readonly queries: QueryBus) {}

  @Get(':code')
  @ApiParam({ name: 'code', description: 'Division code, within that of the book.', example: '640121100' })
  @Tagged()
  @Reads('What lies in a division with all below it', 'book_unknown', 'division_outside_book', 'view_behind')
  @ApiOkResponse({ type: DivisionDetailAnswer })
  find(@Param('book') book: string, @Param('code') code: string, @Query() query: MomentQuery) {
    if (!DIVISION_PATTERN.test(code)) {
      throw invalidRequest([{ field: 'code', message: mustBe(DIVISION_CODE) }]);
    }
    return this.queries.execute(new DivisionQuery(book, code, momentOf(query)));
  }
}
