import { isWithin } from '../../division.js';
import type { BookEvent, EventOf } from '../../event.js';
import { Refusal } from '../../refusal.js';
import { byId, fundCells, fundPlaces, MAKE_FUNDS } from './funds.js';
import { type Cell, cell, type Figure, figure, type RowParts } from './row.js';
import { type NoticeSubject, ofType, type RowRule } from './row-rule.js';
import type { Wanted } from './wanted-entries.js';

const LIBRARY = ['project.registered', 'project.advanced'] as const;

/** 项目库: the projects that lie in the division of the notice, with the stage that each has reached. */
export const projectLibrary: RowRule = {
  wanted: () => ({ types: LIBRARY }),
  rows: (entries, { division }) =>
    ofType(entries, 'project.registered')
      .filter(({ data }) => isWithin(data.division, division))
      .sort((a, b) => (a.data.id < b.data.id ? -1 : 1))
      .map((project) => ({ cells: { ...projectCells(project), stage: stageOf(entries, project.data.id) } })),
};

/** 项目实施前: what is allocated to the project of each fund. */
export const projectBefore: RowRule = {
  wanted: wantedOfProject,
  rows(entries, subject) {
    const project = projectOf(entries, subject);
    return ofEachFund(entries, projectCells(project), (fund) => ({
      allocated: allocated(entries, project.data.id, fund),
    }));
  },
};

/** 项目完成后: what was allocated of each fund, and how it was spent. */
export const projectAfter: RowRule = {
  wanted: wantedOfProject,
  rows(entries, subject) {
    const project = projectOf(entries, subject);
    const { id } = project.data;
    const cells = { ...projectCells(project), stage: stageOf(entries, id) };
    const payments = ofType(entries, 'payment.made');
    return ofEachFund(entries, cells, (fund) => ({
      allocated: allocated(entries, id, fund),
      capital: figure(payments, `wip:${id}`, fund),
      expense: figure(payments, `expense:${id}`, fund),
    }));
  },
};

function wantedOfProject({ covers: { project } }: NoticeSubject): Wanted {
  return { types: [...LIBRARY, ...MAKE_FUNDS], accounts: [`project:${project}`] };
}

function projectOf(entries: readonly BookEvent[], { covers }: NoticeSubject): EventOf<'project.registered'> {
  const project = ofType(entries, 'project.registered').find(({ data }) => data.id === covers.project);
  if (project !== undefined) return project;
  throw new Refusal('project_unknown', `There is no project ${covers.project}.`, { field: 'covers.project' });
}

function projectCells(project: BookEvent): Record<string, Cell | undefined> {
  const fields = ['name', 'category', 'division', 'responsibleUnit', 'plannedAmount'];
  return Object.fromEntries(fields.map((field) => [field, cell(project, `data.${field}`)]));
}

function stageOf(entries: readonly BookEvent[], project: string): Cell | undefined {
  return cell(
    ofType(entries, 'project.advanced').findLast(({ data }) => data.project === project),
    'data.stage',
  );
}

/** What came to the project from other holders, less what it gave on to them. */
function allocated(entries: readonly BookEvent[], project: string, fund: string): Figure | undefined {
  const moves = entries.filter(({ type }) => type !== 'payment.made' && type !== 'subsidy.paid');
  return figure(moves, `project:${project}`, fund);
}

/** A row for each fund that the project has or had; one without money where it has none. */
function ofEachFund(
  entries: readonly BookEvent[],
  cells: RowParts['cells'],
  figuresOf: (fund: string) => RowParts['figures'],
): RowParts[] {
  const used = entries.filter((event) => event.postings.some(({ account }) => account.startsWith('project:')));
  const ids = new Set(used.flatMap(({ postings }) => postings.map(({ fund }) => fund)));
  const rows = byId(fundPlaces(entries))
    .filter(([id]) => ids.has(id))
    .map(([id, place]) => ({ cells: { ...cells, ...fundCells(place) }, figures: figuresOf(id) ?? {} }));
  return rows.length > 0 ? rows : [{ cells }];
}
