import { Body, Controller, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Allow } from '../access.js';
import { AdvanceProjectBody, MakePaymentBody, RegisterProjectBody } from '../bodies/projects.js';
import { Entry, type EntryContext, PostingDesk } from '../entry.js';
import { Posts } from '../openapi/documented.js';
import { ApiPath, PathId } from '../path-id.js';

@ApiTags('projects')
@ApiPath('book')
@Controller('v1/books/:book')
@Allow('clerk')
export class ProjectsController {
  constructor(private readonly desk: PostingDesk) {}

  @Post('projects')
  @Posts('project', 'Enters a project into the project library (项目库)')
  register(@Entry() entry: EntryContext, @Body() body: RegisterProjectBody) {
    return this.desk.post(entry, { kind: 'project', body });
  }

  @Post('projects/:project/stages')
  @ApiPath('project')
  @Posts('stage', 'Takes a project to its next stage')
  advance(
    @Entry() entry: EntryContext,
    @PathId({ name: 'project', unknown: 'project_unknown' }) project: string,
    @Body() body: AdvanceProjectBody,
  ) {
    return this.desk.post(entry, { kind: 'stage', body: { ...body, project } });
  }

  @Post('payments')
  @Posts('payment', 'Spends what was allocated to a project (支付)')
  pay(@Entry() entry: EntryContext, @Body() body: MakePaymentBody) {
    return this.desk.post(entry, { kind: 'payment', body });
  }
}
