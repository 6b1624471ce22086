import { Body, Controller, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Allow } from '../access.js';
import {
  AdjustFundBody,
  AllocateFundsBody,
  DispatchFundsBody,
  IntegrateFundsBody,
  ReceiveFundsBody,
  RegisterFundBody,
} from '../bodies/funds.js';
import { Entry, type EntryContext, PostingDesk } from '../entry.js';
import { Posts } from '../openapi/documented.js';
import { ApiPath, PathId } from '../path-id.js';

@ApiTags('funds')
@ApiPath('book')
@Controller('v1/books/:book')
@Allow('clerk')
export class FundsController {
  constructor(private readonly desk: PostingDesk) {}

  @Post('funds')
  @Posts('fund', 'Registers a fund that was received')
  register(@Entry() entry: EntryContext, @Body() body: RegisterFundBody) {
    return this.desk.post(entry, { kind: 'fund', body });
  }

  @Post('funds/:fund/adjustments')
  @ApiPath('fund')
  @Posts('adjustment', 'Adds to a fund (追加) or reduces it (调减)')
  adjust(
    @Entry() entry: EntryContext,
    @PathId({ name: 'fund', unknown: 'fund_unknown' }) fund: string,
    @Body() body: AdjustFundBody,
  ) {
    return this.desk.post(entry, { kind: 'adjustment', body: { ...body, fund } });
  }

  @Post('allocations')
  @Posts('allocation', 'Moves money from one holder to another')
  allocate(@Entry() entry: EntryContext, @Body() body: AllocateFundsBody) {
    return this.desk.post(entry, { kind: 'allocation', body });
  }

  @Post('integrations')
  @Posts('integration', 'Brings funds into a pool for joint use (涉农资金统筹整合)')
  integrate(@Entry() entry: EntryContext, @Body() body: IntegrateFundsBody) {
    return this.desk.post(entry, { kind: 'integration', body });
  }

  @Post('dispatches')
  @Posts('dispatch', 'Sends money to the book of a lower bureau (下达)')
  dispatch(@Entry() entry: EntryContext, @Body() body: DispatchFundsBody) {
    return this.desk.post(entry, { kind: 'dispatch', body });
  }

  @Post('arrivals')
  @Posts('arrival', 'Takes in a dispatch, whole and once (到账)')
  receive(@Entry() entry: EntryContext, @Body() body: ReceiveFundsBody) {
    return this.desk.post(entry, { kind: 'arrival', body });
  }
}
