import { Controller, Get, Param, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiOkResponse, ApiProperty, ApiTags } from '@nestjs/swagger';
import type { Status } from '../../views/engine/cause.js';
import { type BeneficiaryDetail, BeneficiaryQuery } from '../../views/payouts/beneficiary-query.js';
import {
  type PayoutItem,
  PayoutsQuery,
  type PayoutTotalItem,
  PayoutTotalsQuery,
} from '../../views/payouts/payouts-query.js';
import { ROLES } from '../access/roles.js';
import { Allow } from '../access.js';
import { Reads, Tagged } from '../openapi/documented.js';
import { ApiPath, PathId } from '../path-id.js';
import { MadeAnswer, pageAnswer, Yuan } from './answers.js';
import { StatusFilter, TextFilter } from './filters.js';
import { MomentQuery, momentOf, PageQuery, pageRequestOf } from './moment-query.js';

class PayoutTotalsRequest extends PageQuery {
  @TextFilter('Only this policy.', '耕地地力保护补贴')
  policy?: string;

  @TextFilter('Only this period.', '2016')
  period?: string;
}

class PayoutsRequest extends PayoutTotalsRequest {
  @TextFilter('Only this beneficiary.', 'b-7f3k')
  beneficiary?: string;

  @StatusFilter()
  status?: Status;
}

class PayoutAnswer extends MadeAnswer implements PayoutItem {
  @ApiProperty({ example: 'PO-1' })
  id!: string;

  @ApiProperty({ example: '耕地地力保护补贴' })
  policy!: string;

  @ApiProperty({ example: '2016' })
  period!: string;

  @ApiProperty({ description: 'Opaque id.', example: 'b-7f3k' })
  beneficiary!: string;

  @ApiProperty({ example: 'bureau' })
  from!: string;

  @Yuan()
  amount!: string;
}

class PayoutTotalAnswer implements PayoutTotalItem {
  @ApiProperty({ example: '耕地地力保护补贴' })
  policy!: string;

  @ApiProperty({ example: '2016' })
  period!: string;

  @ApiProperty({ type: 'integer', description: 'Payouts that stand.', example: 42 })
  count!: number;

  @Yuan()
  amount!: string;
}

class CountAndAmountAnswer {
  @ApiProperty({ type: 'integer', example: 2 })
  count!: number;

  @Yuan()
  amount!: string;
}

class BeneficiaryAnswer extends MadeAnswer implements BeneficiaryDetail {
  @ApiProperty({ description: 'Opaque id.', example: 'b-7f3k' })
  id!: string;

  @ApiProperty({ example: '640121100201' })
  division!: string;

  @ApiProperty({ type: [String], example: ['脱贫户'] })
  categories!: string[];

  @ApiProperty({ description: 'Payouts that stand.' })
  payouts!: CountAndAmountAnswer;

  @ApiProperty({ type: 'integer', description: 'Entry of the book at which the answer stands.' })
  seq!: number;
}

const PayoutsPage = pageAnswer(PayoutAnswer);
const PayoutTotalsPage = pageAnswer(PayoutTotalAnswer);

@ApiTags('payouts')
@ApiPath('book')
@Controller('v1/books/:book')
@Allow(...ROLES)
export class PayoutViewsController {
  constructor(private readonly queries: QueryBus) {}

  @Get('payouts')
  @Tagged()
  @Reads('Lists payouts in the order in which they were recorded', 'book_unknown', 'view_behind')
  @ApiOkResponse({ type: PayoutsPage })
  list(@Param('book') book: string, @Query() query: PayoutsRequest) {
    return this.queries.execute(new PayoutsQuery(book, query, momentOf(query), pageRequestOf(query)));
  }

  @Get('payouts/totals')
  @Tagged()
  @Reads('What was paid under each policy for each period', 'book_unknown', 'view_behind')
  @ApiOkResponse({ type: PayoutTotalsPage })
  totals(@Param('book') book: string, @Query() query: PayoutTotalsRequest) {
    return this.queries.execute(new PayoutTotalsQuery(book, query, momentOf(query), pageRequestOf(query)));
  }

  @Get('beneficiaries/:beneficiary')
  @ApiPath('beneficiary')
  @Tagged()
  @Reads('A beneficiary, without personal data', 'book_unknown', 'beneficiary_unknown', 'view_behind')
  @ApiOkResponse({ type: BeneficiaryAnswer })
  beneficiary(
    @Param('book') book: string,
    @PathId({ name: 'beneficiary', unknown: 'beneficiary_unknown' }) beneficiary: string,
    @Query() query: MomentQuery,
  ) {
    return this.queries.execute(new BeneficiaryQuery(book, beneficiary, momentOf(query)));
  }
}
