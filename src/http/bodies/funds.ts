import type { Holder } from '../../domain/account.js';
import type { AdjustFund } from '../../domain/funds/adjust-fund.js';
import type { AllocateFunds } from '../../domain/funds/allocate-funds.js';
import type { DispatchFunds } from '../../domain/funds/dispatch-funds.js';
import type { IntegrateFunds } from '../../domain/funds/integrate-funds.js';
import type { ReceiveFunds } from '../../domain/funds/receive-funds.js';
import {
  type FundLevel,
  type FundNature,
  type FundRestriction,
  type RegisterFund,
} from '../../domain/funds/register-fund.js';
import { FUND_LEVELS, FUND_NATURES, FUND_RESTRICTIONS } from '../../domain/kinds.js';
import { Amount, Change, Choice, Choices, Id, ListOf, Pattern, Text, WholeNumber } from '../validation/fields.js';
import { CommonBody, Division, HolderField, LINES, LineBody, MoneyBody } from './common.js';

const MADE_HERE = 'Made by the service where absent.';

export class RegisterFundBody extends CommonBody implements RegisterFund {
  @Id({ about: MADE_HERE, example: 'F-1', optional: true })
  id?: string;

  @Text({ about: 'Name of the funding line.', example: '财政专项扶贫资金' })
  name!: string;

  @Choice(FUND_LEVELS, { about: '层级: who gives the money.', example: 'central' })
  level!: FundLevel;

  @Choice(FUND_NATURES, { about: '性质.', example: 'special' })
  nature!: FundNature;

  @Text({ about: '渠道: the department line that it came through.', example: '农业农村', optional: true })
  channel?: string;

  @WholeNumber(1949, 2100, { about: 'Budget year.', example: 2016 })
  fiscalYear!: number;

  @Pattern(
    /^\d{3,7}$/,
    { zh: '3 至 7 位代码', en: 'a code of 3 to 7 digits' },
    { about: '支出功能分类.', example: '2130505', optional: true },
  )
  subject?: string;

  @Amount({ about: 'Yuan received.' })
  amount!: string;

  @Choices(FUND_RESTRICTIONS, {
    about: 'What the fund must not be used for.',
    example: ['no_integration'],
    optional: true,
  })
  restrictions?: FundRestriction[];
}

/** 追加 or 调减 of the fund in the path. */
export class AdjustFundBody extends CommonBody implements Omit<AdjustFund, 'fund'> {
  @Id({ about: MADE_HERE, example: 'ADJ-1', optional: true })
  id?: string;

  @Change({ about: 'Yuan, signed: more (追加) or less (调减), not below what is still unallocated.' })
  amount!: string;
}

export class AllocateFundsBody extends MoneyBody implements AllocateFunds {
  @Id({ about: MADE_HERE, example: 'A-1', optional: true })
  id?: string;

  @HolderField({ about: 'Who gives; the bureau where absent.', optional: true })
  from?: Holder;

  @HolderField({ about: 'Who gets; not a pool, which money enters by integration only.', example: 'project:P-1' })
  to!: Holder;
}

export class IntegrateFundsBody extends CommonBody implements IntegrateFunds {
  @Id({ about: MADE_HERE, example: 'I-1', optional: true })
  id?: string;

  @Id({ about: 'Id of the pool; the first integration makes it.', example: '2021' })
  pool!: string;

  @ListOf(LineBody, LINES)
  lines!: LineBody[];
}

export class DispatchFundsBody extends MoneyBody implements DispatchFunds {
  @Id({ about: MADE_HERE, example: 'D-1', optional: true })
  id?: string;

  @Division({ about: 'Book of the lower bureau.' })
  toBook!: string;

  @HolderField({ about: 'Who gives; the bureau where absent.', optional: true })
  from?: Holder;
}

export class ReceiveFundsBody extends CommonBody implements ReceiveFunds {
  @Id({
    about: `${MADE_HERE} The funds that it makes are called <id>.1, <id>.2 and so on.`,
    example: 'R-1',
    max: 60,
    optional: true,
  })
  id?: string;

  @Division({ about: 'Book of the sender.', example: '640100' })
  fromBook!: string;

  @Id({ about: 'Id of the dispatch in the book of the sender.', example: 'D-1' })
  dispatch!: string;
}
