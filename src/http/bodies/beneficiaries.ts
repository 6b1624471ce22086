import { ApiProperty } from '@nestjs/swagger';
import type { EnrollPersonBody } from '../../vault/enroll-person.js';
import type { Erased } from '../../vault/erase-personal-data.js';
import type { PersonalData } from '../../vault/get-personal-data.js';
import { Judged, Pattern, Text, Texts } from '../validation/fields.js';
import { isIdNumber } from '../validation/values.js';
import { CommonBody, Division } from './common.js';

/** Goes to the vault, encrypted; events know an opaque id only. */
export class EnrollBeneficiaryBody extends CommonBody implements EnrollPersonBody {
  @Text({ about: 'Name of the person, or of the head of the household.', example: '张某', max: 100 })
  name!: string;

  @Judged(
    isIdNumber,
    {
      zh: '18 位身份证号(GB 11643),校验码须正确,X 大写',
      en: 'an ID number of 18 characters (GB 11643) with a right check character, X in upper case',
    },
    {
      about: 'ID number, GB 11643.',
      example: '11010519491231002X',
    },
  )
  idNumber!: string;

  @Pattern(
    /^\d{8,32}$/,
    { zh: '8 至 32 位银行账号', en: 'a bank account of 8 to 32 digits' },
    {
      about: 'Account that is paid.',
      example: '6222020000000000',
      optional: true,
    },
  )
  bankAccount?: string;

  @Division({ about: 'Where the household lives, inside the division of the book.', example: '640121100201' })
  division!: string;

  @Texts({
    about: 'e.g. 脱贫户, 监测户. They stand in the event: nothing personal.',
    example: ['脱贫户'],
    min: 1,
    count: 10,
    max: 50,
  })
  categories!: string[];
}

export class PersonalDataAnswer implements PersonalData {
  @ApiProperty({ example: 'b-7f3k' })
  beneficiary!: string;

  @ApiProperty({ example: '640121' })
  book!: string;

  @ApiProperty({ example: '张某' })
  name!: string;

  @ApiProperty({ example: '11010519491231002X' })
  idNumber!: string;

  @ApiProperty({ required: false, example: '6222020000000000' })
  bankAccount?: string;
}

export class ErasedAnswer implements Erased {
  @ApiProperty({ example: 'b-7f3k' })
  beneficiary!: string;

  @ApiProperty({ example: '640121' })
  book!: string;

  @ApiProperty({ format: 'date-time', description: 'Of the first erasure.', example: '2026-01-02T03:04:05.006Z' })
  erasedAt!: string;
}
