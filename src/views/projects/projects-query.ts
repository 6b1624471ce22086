import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { divisionPrefix } from '../../domain/division.js';
import { formatYuan, type Yuan } from '../../domain/money.js';
import type { Stage } from '../../domain/projects/projects.js';
import { Refusal } from '../../domain/refusal.js';
import { type MadeItem, madeOf } from '../engine/answers.js';
import { type Status, standing } from '../engine/cause.js';
import type { Moment } from '../engine/moment.js';
import { type Page, type PageRequest, pageOf, parseCursor } from '../engine/page.js';
import { ViewReader } from '../engine/view-reader.js';
import { type ProjectRow, projects, projectsView, type StageStep } from './projects.js';

export interface ProjectItem extends MadeItem {
  id: string;
  name: string;
  category: string;
  division: string;
  responsibleUnit: string;
  /** The last stage reached, null before the first. */
  stage: Stage | null;
  plannedAmount: Yuan;
  allocatedAmount: Yuan;
  paidCapitalAmount: Yuan;
  paidExpenseAmount: Yuan;
  /** Subsidies paid out of the project's money. */
  paidOutAmount: Yuan;
  unspentAmount: Yuan;
  /** What became assets (转固). */
  capitalisedAmount: Yuan;
}

export interface ProjectDetail extends ProjectItem {
  /** Every stage reached, the reversed ones with what reversed them. */
  stages: (Omit<StageStep, 'reversedBy'> & { reversedBy: number | null })[];
  seq: number;
}

export class ProjectsQuery extends Query<Page<ProjectItem>> {
  constructor(
    readonly book: string,
    readonly filter: { division?: string; status?: Status },
    readonly moment: Moment,
    readonly page: PageRequest,
  ) {
    super();
  }
}

@QueryHandler(ProjectsQuery)
export class ProjectsHandler implements IQueryHandler<ProjectsQuery> {
  constructor(private readonly reader: ViewReader) {}

  execute({ book, filter, moment, page }: ProjectsQuery): Promise<Page<ProjectItem>> {
    const after = parseCursor(page.after, ['string']);
    const { status, division } = filter;
    const where = { status, division: division === undefined ? undefined : { startsWith: divisionPrefix(division) } };
    return this.reader.read(projectsView, book, moment, async (rows, seq) => {
      const found = await rows.list(projects, { where, orderBy: ['id'], after, limit: page.limit + 1 });
      return pageOf(found, page, seq, ({ id }) => [id], projectItem);
    });
  }
}

export class ProjectQuery extends Query<ProjectDetail> {
  constructor(
    readonly book: string,
    readonly project: string,
    readonly moment: Moment,
  ) {
    super();
  }
}

@QueryHandler(ProjectQuery)
export class ProjectHandler implements IQueryHandler<ProjectQuery> {
  constructor(private readonly reader: ViewReader) {}

  /** Refusal: project_unknown. */
  execute({ book, project, moment }: ProjectQuery): Promise<ProjectDetail> {
    return this.reader.read(projectsView, book, moment, async (rows, seq) => {
      const row = await rows.one(projects, [project]);
      if (row === undefined) throw new Refusal('project_unknown', `There is no project ${project}.`, { project });
      const stages = row.stages.map(({ reversedBy, ...step }) => ({ ...step, reversedBy: reversedBy ?? null }));
      return { ...projectItem(row), stages, seq };
    });
  }
}

function projectItem(row: ProjectRow): ProjectItem {
  const { id, name, category, division, responsibleUnit, allocatedFen, paidCapitalFen, paidExpenseFen, paidOutFen } =
    row;
  return {
    id,
    name,
    category,
    division,
    responsibleUnit,
    stage: standing(row.stages)?.stage ?? null,
    plannedAmount: formatYuan(row.plannedFen),
    allocatedAmount: formatYuan(allocatedFen),
    paidCapitalAmount: formatYuan(paidCapitalFen),
    paidExpenseAmount: formatYuan(paidExpenseFen),
    paidOutAmount: formatYuan(paidOutFen),
    unspentAmount: formatYuan(allocatedFen - paidCapitalFen - paidExpenseFen - paidOutFen),
    capitalisedAmount: formatYuan(row.capitalisedFen),
    ...madeOf(row),
  };
}
