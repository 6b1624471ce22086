import type { Holder } from '../../domain/account.js';
import type { PaySubsidy } from '../../domain/payouts/pay-subsidy.js';
import { Id, Judged, Pattern } from '../validation/fields.js';
import { isText } from '../validation/values.js';
import { HolderField, MoneyBody } from './common.js';

/** The policy is part of the name of an account and of a key in which `|` separates. */
function isPolicy(value: unknown): boolean {
  return isText(value, 100) && !value.includes('|');
}

const PERIOD = /^(?:19[4-9]\d|20\d\d|2100)(?:-(?:0[1-9]|1[0-2]|Q[1-4]|H[12]))?$/;

export class PaySubsidyBody extends MoneyBody implements PaySubsidy {
  @Id({ about: 'Made by the service where absent.', example: 'S-1', optional: true })
  id?: string;

  @Judged(
    isPolicy,
    { zh: '1 至 100 字的单行文字,不含 |', en: 'a text of 1 to 100 characters on one line without |' },
    {
      about: 'Under which policy, by its name: whatever is disclosed shows it as it is written here.',
      example: '外出务工交通生活补助',
    },
  )
  policy!: string;

  @Pattern(
    PERIOD,
    {
      zh: '年(2016)、半年(2016-H1)、季(2016-Q3)或月(2016-07)',
      en: 'a year (2016), half (2016-H1), quarter (2016-Q3) or month (2016-07)',
    },
    {
      about: 'What time the subsidy is for; a beneficiary is paid once for a policy and period.',
      example: '2016',
    },
  )
  period!: string;

  @Id({ about: 'Id of the beneficiary.', example: 'b-7f3k' })
  beneficiary!: string;

  @HolderField({ about: 'Who pays; the bureau where absent.', optional: true })
  from?: Holder;
}
