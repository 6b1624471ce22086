import { Controller, Get, Param, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiOkResponse, ApiProperty, ApiTags } from '@nestjs/swagger';
import { type BalanceItem, BalancesQuery } from '../../views/balances/balances-query.js';
import { ROLES } from '../access/roles.js';
import { Allow } from '../access.js';
import { Reads, Tagged } from '../openapi/documented.js';
import { ApiPath } from '../path-id.js';
import { pageAnswer, Yuan } from './answers.js';
import { TextFilter } from './filters.js';
import { momentOf, PageQuery, pageRequestOf } from './moment-query.js';

class BalancesRequest extends PageQuery {
  @TextFilter('Only this account.', 'project:P-1')
  account?: string;

  @TextFilter('Only this fund.', 'F-1')
  fund?: string;
}

class BalanceAnswer implements BalanceItem {
  @ApiProperty({ example: 'project:P-1' })
  account!: string;

  @ApiProperty({ example: 'F-1' })
  fund!: string;

  @Yuan('Negative for `source:<fund>` alone.')
  amount!: string;
}

const BalancesPage = pageAnswer(BalanceAnswer);

@ApiTags('balances')
@ApiPath('book')
@Controller('v1/books/:book/balances')
@Allow(...ROLES)
export class BalancesController {
  constructor(private readonly queries: QueryBus) {}

  @Get()
  @Tagged()
  @Reads('What each account holds of each fund', 'book_unknown', 'view_behind')
  @ApiOkResponse({ type: BalancesPage })
  list(@Param('book') book: string, @Query() query: BalancesRequest) {
    return this.queries.execute(new BalancesQuery(book, query, momentOf(query), pageRequestOf(query)));
  }
}
