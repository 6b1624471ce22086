import { Body, Controller, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Allow } from '../access.js';
import { PaySubsidyBody } from '../bodies/payouts.js';
import { Entry, type EntryContext, PostingDesk } from '../entry.js';
import { Posts } from '../openapi/documented.js';
import { ApiPath } from '../path-id.js';

@ApiTags('payouts')
@ApiPath('book')
@Controller('v1/books/:book/payouts')
@Allow('clerk')
export class PayoutsController {
  constructor(private readonly desk: PostingDesk) {}

  @Post()
  @Posts('payout', 'Pays a subsidy to a beneficiary (补贴发放)')
  pay(@Entry() entry: EntryContext, @Body() body: PaySubsidyBody) {
    return this.desk.post(entry, { kind: 'payout', body });
  }
}
