import { Body, Controller, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Allow } from '../access.js';
import { ChangeOwnershipBody, RegisterAssetBody } from '../bodies/assets.js';
import { ReceiveIncomeBody } from '../bodies/income.js';
import { Entry, type EntryContext, PostingDesk } from '../entry.js';
import { Posts } from '../openapi/documented.js';
import { ApiPath, PathId } from '../path-id.js';

@ApiTags('assets')
@ApiPath('book')
@Controller('v1/books/:book/assets')
@Allow('clerk')
export class AssetsController {
  constructor(private readonly desk: PostingDesk) {}

  @Post()
  @Posts('asset', 'Registers an asset out of work in progress (转固), or one older than the book (期初)')
  register(@Entry() entry: EntryContext, @Body() body: RegisterAssetBody) {
    return this.desk.post(entry, { kind: 'asset', body });
  }

  @Post(':asset/ownership-changes')
  @ApiPath('asset')
  @Posts('ownership_change', 'Gives an asset new owners')
  changeOwnership(
    @Entry() entry: EntryContext,
    @PathId({ name: 'asset', unknown: 'asset_unknown' }) asset: string,
    @Body() body: ChangeOwnershipBody,
  ) {
    return this.desk.post(entry, { kind: 'ownership_change', body: { ...body, asset } });
  }

  @Post(':asset/incomes')
  @ApiPath('asset')
  @Posts(
    'income',
    'Records what an asset earned (资产收益); it is shared by allocations and payouts from income:<asset>',
  )
  receiveIncome(
    @Entry() entry: EntryContext,
    @PathId({ name: 'asset', unknown: 'asset_unknown' }) asset: string,
    @Body() body: ReceiveIncomeBody,
  ) {
    return this.desk.post(entry, { kind: 'income', body: { ...body, asset } });
  }
}
