import { ApiProperty } from '@nestjs/swagger';
import { HOLDER_PATTERN } from '../../domain/account.js';
import type { CommonFields } from '../../domain/command.js';
import { DIVISION_PATTERN } from '../../domain/division.js';
import type { LinesOrAmount } from '../../domain/funds/take.js';
import type { Line } from '../../domain/posting.js';
import type { Receipt } from '../../log/book-log.js';
import type { Posted } from '../../posting/post-entry.js';
import { DIVISION_CODE } from '../validation/allowed.js';
import { type About, Amount, Day, Id, ListOf, Pattern, Text, Texts, Together } from '../validation/fields.js';

export const MAX_LINES = 200;

/** What every posting may say beside its own fields. */
export class CommonBody implements CommonFields {
  @Day({
    about: 'Business date; today in Asia/Shanghai where absent. Not inside a closed period, not in the future.',
    optional: true,
  })
  effectiveDate?: string;

  @Texts({
    about: 'Document numbers (文号); brackets 〔〕 ﹝﹞ [] are normalised to 〔〕.',
    example: ['宁财农〔2016〕12号'],
    count: 20,
    max: 100,
    optional: true,
  })
  documents?: string[];

  @Text({ about: 'Never personal data: it could not be erased.', example: '第二批', max: 1000, optional: true })
  note?: string;
}

export class LineBody implements Line {
  @Id({ about: 'Id of the fund.', example: 'F-1' })
  fund!: string;

  @Amount({ about: 'Yuan.' })
  amount!: string;
}

export const LINES = {
  about: 'Funds and how much of each, a trillion yuan in all at most; no fund twice.',
  max: MAX_LINES,
  what: { zh: '每项为 {fund, amount}', en: 'lines {fund, amount}' },
};

/** Bodies that take money from a holder: by its lines, or by an amount that is split over the funds that it holds. */
@Together((body) => (body.lines === undefined) !== (body.amount === undefined), 'amount', {
  zh: '与 lines 须填且只填其一',
  en: 'must be given, or lines, but not both',
})
export class MoneyBody extends CommonBody implements LinesOrAmount {
  @ListOf(LineBody, { ...LINES, optional: true })
  lines?: LineBody[];

  @Amount({
    about:
      'Yuan, instead of lines: split over the funds of the holder in proportion to their balances, by largest remainder.',
    example: '1250000.00',
    optional: true,
  })
  amount?: string;
}

export function Division(about: About): PropertyDecorator {
  return Pattern(DIVISION_PATTERN, DIVISION_CODE, { example: '640121', ...about });
}

export function HolderField(about: About): PropertyDecorator {
  const forms = 'bureau, department:<code>, pool:<id>, project:<id>, income:<asset>';
  const allowed = {
    zh: `资金持有单位:${forms} 或 collective:<division>`,
    en: `a holder: ${forms} or collective:<division>`,
  };
  return Pattern(HOLDER_PATTERN, allowed, { example: 'bureau', ...about });
}

export class ReceiptAnswer implements Receipt {
  @ApiProperty({ example: '640121' })
  book!: string;

  @ApiProperty({ type: 'integer', example: 17 })
  seq!: number;

  @ApiProperty({
    description: 'Base64 of SHA-256(0x00 || canonical bytes of the event).',
    example: 'n4bQgYhMfWWaL+qgxVrQFaO/TxsrC4Is0V1sFbDwCgg=',
  })
  leafHash!: string;

  @ApiProperty({
    description: 'The signed head of the book’s log that covers the entry: a C2SP signed note (tlog-checkpoint).',
    example:
      '127.0.0.1:3000/log/640121\n18\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n— 127.0.0.1:3000/log Az3grlgtzPIC…\n',
  })
  checkpoint!: string;

  @ApiProperty({
    description: 'Inclusion proof of the entry in that log, from the leaf up (RFC 6962, 2.1.1), each hash in base64.',
    type: [String],
    example: ['dRwSjcBFGRxvGYVHVoTmPTDBFFyUXcW4PB1hUBYBIyo='],
  })
  proof!: string[];
}

/** The answer to every posting. */
export class PostedAnswer implements Omit<Posted, 'replayed' | 'receipt'> {
  @ApiProperty({
    description: 'What the entry made, or the event’s own id where it made nothing that has one.',
    example: 'F-1',
  })
  id!: string;

  @ApiProperty({ example: '640121' })
  book!: string;

  @ApiProperty({ type: 'integer', description: 'Place in the book, from 0.', example: 17 })
  seq!: number;

  @ApiProperty({ format: 'date-time', example: '2016-07-13T01:02:03.004Z' })
  recordedAt!: string;

  @ApiProperty()
  receipt!: ReceiptAnswer;
}
