import { Controller, Get, Param, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiOkResponse, ApiProperty, ApiTags } from '@nestjs/swagger';
import {
  type FundLevel,
  type FundNature,
  type FundOrigin,
  type FundRestriction,
} from '../../domain/funds/register-fund.js';
import { FUND_LEVELS, FUND_NATURES, FUND_RESTRICTIONS } from '../../domain/kinds.js';
import {
  type DispatchItem,
  type FlowItem,
  type FlowTotalItem,
  type FundDetail,
  FundQuery,
} from '../../views/funds/fund-query.js';
import { type FundItem, FundsQuery } from '../../views/funds/funds-query.js';
import { ROLES } from '../access/roles.js';
import { Allow } from '../access.js';
import { Reads, Tagged } from '../openapi/documented.js';
import { ApiPath, PathId } from '../path-id.js';
import { EntryAnswer, MadeAnswer, pageAnswer, Yuan } from './answers.js';
import { momentOf, PageQuery, pageRequestOf } from './moment-query.js';

class FundOriginAnswer implements FundOrigin {
  @ApiProperty({ description: 'The book that dispatched it.', example: '640100' })
  book!: string;

  @ApiProperty({ description: 'The fund that it was there.', example: 'F-1' })
  fund!: string;

  @ApiProperty({ type: 'integer', description: 'Seq of the dispatch there.', example: 12 })
  seq!: number;
}

class FundAnswer extends MadeAnswer implements FundItem {
  @ApiProperty({ example: 'F-1' })
  id!: string;

  @ApiProperty({ example: '扶贫专项资金' })
  name!: string;

  @ApiProperty({ enum: FUND_LEVELS, example: 'central' })
  level!: FundLevel;

  @ApiProperty({ enum: FUND_NATURES, example: 'special' })
  nature!: FundNature;

  @ApiProperty({ type: String, nullable: true, description: 'The line that it came through (渠道).' })
  channel!: string | null;

  @ApiProperty({ type: 'integer', example: 2016 })
  fiscalYear!: number;

  @ApiProperty({ type: String, nullable: true, description: '支出功能分类.', example: '2130505' })
  subject!: string | null;

  @ApiProperty({ enum: FUND_RESTRICTIONS, isArray: true })
  restrictions!: FundRestriction[];

  @ApiProperty({ type: FundOriginAnswer, nullable: true, description: 'Where it was dispatched from.' })
  origin!: FundOrigin | null;

  @Yuan()
  registeredAmount!: string;

  @Yuan('What was added (追加) less what was taken off (调减).')
  adjustedAmount!: string;
}

class PlaceAnswer {
  @ApiProperty({ example: 'project:P-1' })
  account!: string;

  @Yuan()
  amount!: string;
}

class FlowTotalAnswer implements FlowTotalItem {
  @ApiProperty({ example: 'bureau' })
  from!: string;

  @ApiProperty({ example: 'project:P-1' })
  to!: string;

  @Yuan()
  amount!: string;
}

class FlowEntryAnswer extends FlowTotalAnswer implements FlowItem {
  @ApiProperty({ example: 'funds.allocated' })
  type!: string;

  @ApiProperty()
  entry!: EntryAnswer;

  @ApiProperty({ type: 'integer', nullable: true, description: 'Seq of the entry that this move takes back.' })
  reverses!: number | null;
}

class FlowAnswer {
  @ApiProperty({ type: [FlowTotalAnswer], description: 'Without what was reversed.' })
  totals!: FlowTotalAnswer[];

  @ApiProperty({ type: [FlowEntryAnswer], description: 'One page, in order of seq.' })
  entries!: FlowEntryAnswer[];

  @ApiProperty({ type: String, nullable: true, description: 'Cursor of the next page of entries.' })
  next!: string | null;
}

class ArrivalAnswer extends EntryAnswer {
  @ApiProperty({ example: '640121' })
  book!: string;
}

class DispatchAnswer implements DispatchItem {
  @ApiProperty({ description: 'Id of the dispatch.', example: 'D-1' })
  dispatch!: string;

  @ApiProperty({ example: '640121' })
  toBook!: string;

  @Yuan()
  amount!: string;

  @ApiProperty()
  entry!: EntryAnswer;

  @ApiProperty({ enum: ['in_transit', 'arrived', 'reversed'] })
  state!: DispatchItem['state'];

  @ApiProperty({ type: ArrivalAnswer, nullable: true, description: 'The entry of the other book that took it in.' })
  arrival!: ArrivalAnswer | null;

  @ApiProperty({ type: 'integer', nullable: true })
  reversedBy!: number | null;
}

class FundDetailAnswer extends FundAnswer implements FundDetail {
  @ApiProperty({ type: [PlaceAnswer], description: 'Where it stands; with its source the amounts sum to zero.' })
  places!: PlaceAnswer[];

  @ApiProperty()
  flow!: FlowAnswer;

  @ApiProperty({ type: [DispatchAnswer] })
  dispatches!: DispatchAnswer[];

  @ApiProperty({ type: 'integer', description: 'Entry of the book at which the answer stands.' })
  seq!: number;
}

const FundsPage = pageAnswer(FundAnswer);

@ApiTags('funds')
@ApiPath('book')
@Controller('v1/books/:book/funds')
@Allow(...ROLES)
export class FundViewsController {
  constructor(private readonly queries: QueryBus) {}

  @Get()
  @Tagged()
  @Reads('Lists the funds', 'book_unknown', 'view_behind')
  @ApiOkResponse({ type: FundsPage })
  list(@Param('book') book: string, @Query() query: PageQuery) {
    return this.queries.execute(new FundsQuery(book, momentOf(query), pageRequestOf(query)));
  }

  @Get(':fund')
  @ApiPath('fund')
  @Tagged()
  @Reads('A fund: where it stands, and its flow', 'book_unknown', 'fund_unknown', 'view_behind')
  @ApiOkResponse({ type: FundDetailAnswer })
  find(
    @Param('book') book: string,
    @PathId({ name: 'fund', unknown: 'fund_unknown' }) fund: string,
    @Query() query: PageQuery,
  ) {
    return this.queries.execute(new FundQuery(book, fund, momentOf(query), pageRequestOf(query)));
  }
}
