import { Body, Controller, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Allow } from '../access.js';
import { ClosePeriodBody, ReverseEntryBody } from '../bodies/corrections.js';
import { Entry, type EntryContext, PostingDesk } from '../entry.js';
import { Posts } from '../openapi/documented.js';
import { ApiPath, PathMonth } from '../path-id.js';

@ApiTags('reversals and closings')
@ApiPath('book')
@Controller('v1/books/:book')
@Allow('clerk', 'reviewer')
export class CorrectionsController {
  constructor(private readonly desk: PostingDesk) {}

  @Post('reversals')
  @Posts('reversal', 'Cancels an earlier entry by a new one (红字冲销)')
  reverse(@Entry() entry: EntryContext, @Body() body: ReverseEntryBody) {
    return this.desk.post(entry, { kind: 'reversal', body });
  }

  @Post('periods/:period/closings')
  @ApiPath('period')
  @Posts('closing', 'Closes a month to entries with an effective date inside it')
  close(@Entry() entry: EntryContext, @PathMonth('period') period: string, @Body() body: ClosePeriodBody) {
    return this.desk.post(entry, { kind: 'closing', body: { ...body, period } });
  }
}
