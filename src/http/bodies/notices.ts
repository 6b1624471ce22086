import { ApiProperty } from '@nestjs/swagger';
import { ValidateBy } from 'class-validator';
import { type AssetClass } from '../../domain/assets/assets.js';
import { DIVISION_LEVELS, type DivisionLevel } from '../../domain/division.js';
import { ASSET_CLASSES } from '../../domain/kinds.js';
import type { WithdrawNotice } from '../../domain/notices/after-publishing.js';
import type { Covers } from '../../domain/notices/covers.js';
import { NOTICE_FIELD_NAMES, NOTICE_FIELDS, type NoticeFields } from '../../domain/notices/fields.js';
import { DAY_KINDS, type DayKind } from '../../domain/notices/minimum-days.js';
import type { PublishNotice } from '../../domain/notices/publish-notice.js';
import { NOTICE_TYPES, type NoticeType } from '../../domain/notices/types.js';
import { INSTANT, lineOfText, mustBe, TELEPHONE } from '../validation/allowed.js';
import {
  Choice,
  Day,
  Id,
  Ids,
  ObjectOf,
  Pattern,
  Text,
  Together,
  WholeNumber,
  WholeNumbers,
} from '../validation/fields.js';
import { isInstant, isText } from '../validation/values.js';
import { CommonBody, Division } from './common.js';

const MOST_ENTRIES = 500;

/** Which parts are needed and which may be there is for the type of the notice to say (notice_covers_mismatch). */
export class CoversBody implements Covers {
  @WholeNumbers(0, Number.MAX_SAFE_INTEGER, {
    about: 'Entries by seq: of allocation_result and donation.',
    example: [17, 18],
    count: MOST_ENTRIES,
    optional: true,
  })
  entries?: number[];

  @Id({ about: 'Project: of project_before and project_after.', example: 'P-1', optional: true })
  project?: string;

  @Ids({ about: 'Funds: of sector_funds.', example: ['F-1'], count: 200, optional: true })
  funds?: string[];

  @WholeNumber(1949, 2100, { about: 'Year of the funds: of annual_plan.', example: 2016, optional: true })
  fiscalYear?: number;

  @Id({ about: 'Pool: of integration_plan.', example: '2016', optional: true })
  pool?: string;

  @Text({ about: 'Policy: of household_subsidy.', example: '光伏补贴', max: 50, optional: true })
  policy?: string;

  @Text({
    about: 'Period of the policy; or, of asset_income, of the income (all periods where absent).',
    example: '2016',
    max: 50,
    optional: true,
  })
  period?: string;

  @Choice(ASSET_CLASSES, {
    about: 'Class of assets: of asset_register; all classes where absent.',
    example: 'operating',
    optional: true,
  })
  assetClass?: AssetClass;

  @Id({ about: 'Asset: of asset_income.', example: 'AS-1', optional: true })
  asset?: string;
}

/** What the notice says in words; which of these it must say is for its type (notice_fields_missing). */
export class NoticeFieldsBody {}
for (const name of NOTICE_FIELD_NAMES)
  Text({ about: NOTICE_FIELDS[name].zh, max: 1000, optional: true })(NoticeFieldsBody.prototype, name);

const PHONE = /^[0-9][0-9 -]{2,28}[0-9]$/;

@Together((body) => (body.replaces === undefined) === (body.reason === undefined), 'reason', {
  zh: '与 replaces 须同填或同不填',
  en: 'must be given with replaces, and with it alone',
})
export class PublishNoticeBody extends CommonBody implements PublishNotice {
  @Id({ about: 'Made by the service where absent.', example: 'N-1', optional: true })
  id?: string;

  @Choice(NOTICE_TYPES, { about: 'What is disclosed; see docs/notices.md.', example: 'household_subsidy' })
  type!: NoticeType;

  @Choice(DIVISION_LEVELS, { about: 'Whose board or site it is for.', example: 'village' })
  level!: DivisionLevel;

  @Division({ about: 'Division of the board, inside that of the book.', example: '640121100201' })
  division!: string;

  @Text({ about: 'Title.', example: '2016年光伏补贴发放公示' })
  title!: string;

  @ObjectOf(CoversBody, { about: 'What it is about.', example: { policy: '光伏补贴', period: '2016' } })
  covers!: CoversBody;

  @WholeNumber(0, Number.MAX_SAFE_INTEGER, {
    about: 'Entry at which the book is looked at, for ever; the last one where absent.',
    example: 17,
    optional: true,
  })
  asOfSeq?: number;

  @ObjectOf(NoticeFieldsBody, { about: 'What it says in words.', example: { subsidyStandard: '每户1000元' } })
  fields!: NoticeFields;

  @Day({ about: 'First day of the public period.', example: '2016-07-14' })
  publicFrom!: string;

  @WholeNumber(1, 366, { about: 'How many days it stands; its first and its last day count.', example: 10 })
  days!: number;

  @Choice(DAY_KINDS, { about: '自然日, 工作日.', example: 'natural' })
  dayKind!: DayKind;

  @Text({ about: 'Where it hangs or stands.', example: '杨和村村务公开栏' })
  place!: string;

  @Text({ about: 'Unit or post that answers questions; never a person by name.', example: '杨和村村务监督委员会' })
  contact!: string;

  @Pattern(PHONE, TELEPHONE, { about: 'Of an office; a mobile number is refused.', example: '0951-8011234' })
  phone!: string;

  @Text({ about: 'Postal address.', example: '宁夏永宁县杨和街', optional: true })
  address?: string;

  @Pattern(
    /^[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+$/,
    { zh: '电子邮箱地址', en: 'an e-mail address' },
    {
      about: 'E-mail of an office.',
      example: 'jubao@example.gov.cn',
      optional: true,
    },
  )
  email?: string;

  @Pattern(PHONE, TELEPHONE, { about: 'To report to; 12317 where absent.', example: '12317', optional: true })
  hotline?: string;

  @Id({ about: 'For a correction: the notice in whose place this one stands.', example: 'N-0', optional: true })
  replaces?: string;

  @Text({ about: 'For a correction: why.', example: '金额有误', optional: true })
  reason?: string;
}

export class WithdrawNoticeBody extends CommonBody implements Omit<WithdrawNotice, 'notice'> {
  @Text({ about: 'Why.', example: '误发' })
  reason!: string;
}

/** With the photo itself as the body. */
export class EvidenceQuery {
  @ApiProperty({
    format: 'date-time',
    description: 'When the photo was taken, with an offset (in an address + is written %2B).',
    example: '2016-07-14T09:30:00+08:00',
  })
  @ValidateBy({ name: 'isInstant', validator: { validate: isInstant } }, { message: mustBe(INSTANT) })
  takenAt!: string;

  @ApiProperty({ description: 'Where the photo was taken.', example: '杨和村村务公开栏' })
  @ValidateBy(
    { name: 'isText', validator: { validate: (value) => isText(value, 200) } },
    { message: mustBe(lineOfText(200)) },
  )
  place!: string;
}
