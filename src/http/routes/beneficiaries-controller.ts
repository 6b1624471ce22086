import { Controller, Delete, Get, Header, Param } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { ErasePersonalData } from '../../vault/erase-personal-data.js';
import { GetPersonalData } from '../../vault/get-personal-data.js';
import type { Caller } from '../access/roles.js';
import { Allow, TheCaller } from '../access.js';
import { ErasedAnswer, PersonalDataAnswer } from '../bodies/beneficiaries.js';
import { Reads } from '../openapi/documented.js';
import { ApiPath, PathId } from '../path-id.js';

const BENEFICIARY = { name: 'beneficiary', unknown: 'beneficiary_unknown' } as const;

@ApiTags('beneficiaries')
@ApiPath('book')
@Controller('v1/books/:book/beneficiaries')
export class BeneficiariesController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Get(':beneficiary/personal-data')
  @Allow('clerk', 'admin')
  @Header('cache-control', 'no-store')
  @ApiPath('beneficiary')
  @Reads('Personal data of a beneficiary', 'beneficiary_unknown', 'personal_data_erased')
  @ApiOkResponse({ type: PersonalDataAnswer })
  personalData(@Param('book') book: string, @PathId(BENEFICIARY) beneficiary: string) {
    return this.queries.execute<GetPersonalData, PersonalDataAnswer>(new GetPersonalData(book, beneficiary));
  }

  @Delete(':beneficiary/personal-data')
  @Allow('admin')
  @ApiPath('beneficiary')
  @Reads(
    'Erases the personal data of a beneficiary for ever; balances, payouts and proofs stand',
    'beneficiary_unknown',
  )
  @ApiOkResponse({ type: ErasedAnswer })
  erase(@TheCaller() { actor }: Caller, @Param('book') book: string, @PathId(BENEFICIARY) beneficiary: string) {
    return this.commands.execute<ErasePersonalData, ErasedAnswer>(new ErasePersonalData(book, beneficiary, actor));
  }
}
