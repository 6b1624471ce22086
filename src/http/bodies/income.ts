import { type PayerKind, type ReceiveIncome } from '../../domain/income/receive-income.js';
import { PAYER_KINDS } from '../../domain/kinds.js';
import { Amount, Choice, Id, Text } from '../validation/fields.js';
import { CommonBody } from './common.js';

/** What the asset in the path earned. */
export class ReceiveIncomeBody extends CommonBody implements Omit<ReceiveIncome, 'asset'> {
  @Id({
    about: 'Made by the service where absent. The income becomes a fund called <id>.1.',
    example: 'IN-2019-H1',
    max: 62,
    optional: true,
  })
  id?: string;

  @Text({ about: 'What it was earned for, e.g. a year, half a year or a month.', example: '2019-H1', max: 50 })
  period!: string;

  @Amount({ about: 'Yuan.', example: '41500.00' })
  amount!: string;

  @Choice(PAYER_KINDS, { about: 'What the payer is.', example: 'enterprise' })
  payerKind!: PayerKind;

  @Text({
    about: 'Name of an organisation; never of a person or household.',
    example: '国网某县供电公司',
    optional: true,
  })
  payer?: string;
}
