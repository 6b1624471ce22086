import type { Circumstances, Decision } from '../command.js';
import { type DivisionCode, isWithin } from '../division.js';
import { STAGES } from '../kinds.js';
import type { Yuan } from '../money.js';
import { Refusal } from '../refusal.js';
import type { BookState } from '../state.js';

export type Stage = (typeof STAGES)[number];

/** An entry of the county project library, 项目库. */
export interface RegisterProject {
  id?: string;
  name: string;
  category: string;
  division: DivisionCode;
  responsibleUnit: string;
  plannedAmount: Yuan;
}

export interface ProjectRegistered {
  id: string;
  name: string;
  category: string;
  division: DivisionCode;
  responsibleUnit: string;
  plannedAmount: Yuan;
}

export interface AdvanceProject {
  project: string;
  stage: Stage;
}

export interface ProjectAdvanced {
  project: string;
  stage: Stage;
}

export interface ProjectState {
  /** How many stages it has reached. */
  stages: number;
  reversed: boolean;
}

/** Refusals: project_exists, division_outside_book. */
export function registerProject(state: BookState, body: RegisterProject, { book, newId }: Circumstances): Decision {
  const id = body.id ?? newId;
  if (state.projects.has(id)) throw new Refusal('project_exists', `Project ${id} already exists.`, { field: 'id' });
  refuseDivisionOutside(book, body.division);
  const { name, category, division, responsibleUnit, plannedAmount } = body;
  return {
    type: 'project.registered',
    data: { id, name, category, division, responsibleUnit, plannedAmount },
    postings: [],
  };
}

/** Refusals: project_unknown, stage_out_of_order. */
export function advanceProject(state: BookState, body: AdvanceProject, _: Circumstances): Decision {
  const project = knownProject(state, body.project, 'project');
  const next = STAGES[project.stages];
  if (body.stage !== next) {
    const allowed = next === undefined ? 'none: the project is closed' : next;
    throw new Refusal('stage_out_of_order', `The next stage of project ${body.project} is ${allowed}.`, {
      field: 'stage',
      next: next ?? null,
    });
  }
  return { type: 'project.advanced', data: { project: body.project, stage: body.stage }, postings: [] };
}

/** Refusal: project_unknown. */
export function knownProject(state: BookState, id: string, field: string): ProjectState {
  const project = state.projects.get(id);
  if (project === undefined || project.reversed) {
    throw new Refusal('project_unknown', `There is no project ${id}.`, { field, project: id });
  }
  return project;
}

/** Refusals: project_unknown, project_closed. */
export function openProject(state: BookState, id: string, field: string): ProjectState {
  const project = knownProject(state, id, field);
  if (project.stages === STAGES.length)
    throw new Refusal('project_closed', `Project ${id} is closed.`, { field, project: id });
  return project;
}

/** Refusal: division_outside_book. */
export function refuseDivisionOutside(book: string, division: DivisionCode, field = 'division'): void {
  if (!isWithin(division, book)) {
    throw new Refusal('division_outside_book', `Division ${division} does not lie inside ${book}.`, { field });
  }
}
