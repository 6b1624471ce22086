import { Controller, Get, Param, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiOkResponse, ApiProperty, ApiTags } from '@nestjs/swagger';
import { STAGES } from '../../domain/kinds.js';
import { type Stage } from '../../domain/projects/projects.js';
import type { Status } from '../../views/engine/cause.js';
import {
  type ProjectDetail,
  type ProjectItem,
  ProjectQuery,
  ProjectsQuery,
} from '../../views/projects/projects-query.js';
import { ROLES } from '../access/roles.js';
import { Allow } from '../access.js';
import { Reads, Tagged } from '../openapi/documented.js';
import { ApiPath, PathId } from '../path-id.js';
import { EntryAnswer, MadeAnswer, pageAnswer, Yuan } from './answers.js';
import { DivisionFilter, StatusFilter } from './filters.js';
import { MomentQuery, momentOf, PageQuery, pageRequestOf } from './moment-query.js';

class ProjectsRequest extends PageQuery {
  @DivisionFilter()
  division?: string;

  @StatusFilter()
  status?: Status;
}

class ProjectAnswer extends MadeAnswer implements ProjectItem {
  @ApiProperty({ example: 'P-1' })
  id!: string;

  @ApiProperty({ example: '村组道路' })
  name!: string;

  @ApiProperty({ example: '基础设施' })
  category!: string;

  @ApiProperty({ example: '640121100201' })
  division!: string;

  @ApiProperty({ example: '交通局' })
  responsibleUnit!: string;

  @ApiProperty({ enum: STAGES, nullable: true, description: 'The last stage reached.' })
  stage!: Stage | null;

  @Yuan()
  plannedAmount!: string;

  @Yuan('What came to the project, less what it gave on to other holders.')
  allocatedAmount!: string;

  @Yuan()
  paidCapitalAmount!: string;

  @Yuan()
  paidExpenseAmount!: string;

  @Yuan('Subsidies paid out of the project’s money.')
  paidOutAmount!: string;

  @Yuan()
  unspentAmount!: string;

  @Yuan('What became assets (转固).')
  capitalisedAmount!: string;
}

class StageAnswer extends EntryAnswer {
  @ApiProperty({ enum: STAGES })
  stage!: Stage;

  @ApiProperty({ type: [String], example: ['宁财农〔2016〕12号'] })
  documents!: string[];

  @ApiProperty({ type: 'integer', nullable: true })
  reversedBy!: number | null;
}

class ProjectDetailAnswer extends ProjectAnswer implements ProjectDetail {
  @ApiProperty({ type: [StageAnswer] })
  stages!: StageAnswer[];

  @ApiProperty({ type: 'integer', description: 'Entry of the book at which the answer stands.' })
  seq!: number;
}

const ProjectsPage = pageAnswer(ProjectAnswer);

@ApiTags('projects')
@ApiPath('book')
@Controller('v1/books/:book/projects')
@Allow(...ROLES)
export class ProjectViewsController {
  constructor(private readonly queries: QueryBus) {}

  @Get()
  @Tagged()
  @Reads('The project library: stages and money', 'book_unknown', 'view_behind')
  @ApiOkResponse({ type: ProjectsPage })
  list(@Param('book') book: string, @Query() query: ProjectsRequest) {
    return this.queries.execute(new ProjectsQuery(book, query, momentOf(query), pageRequestOf(query)));
  }

  @Get(':project')
  @ApiPath('project')
  @Tagged()
  @Reads('A project: its stages and money', 'book_unknown', 'project_unknown', 'view_behind')
  @ApiOkResponse({ type: ProjectDetailAnswer })
  find(
    @Param('book') book: string,
    @PathId({ name: 'project', unknown: 'project_unknown' }) project: string,
    @Query() query: MomentQuery,
  ) {
    return this.queries.execute(new ProjectQuery(book, project, momentOf(query)));
  }
}
