import { defineEntity, type InferEntity, p } from '@mikro-orm/core';
import type { BookEvent } from '../../domain/event.js';
import { parseYuan } from '../../domain/money.js';
import type { Stage } from '../../domain/projects/projects.js';
import { type HistoryStep, markReversed, type Status, stepOf, timeOf } from '../engine/cause.js';
import { bookColumn, tableOf } from '../engine/table.js';
import { type Need, need, type View } from '../engine/view.js';
import { projectMoneyOf } from './project-money.js';

export interface StageStep extends HistoryStep {
  stage: Stage;
}

/** The project library 项目库: the facts of each project, the stages it went through, and its money. */
export const Project = defineEntity({
  name: 'Project',
  schema: 'views',
  tableName: 'projects',
  properties: {
    book: bookColumn(),
    id: p.text().collation('C').primary(),
    name: p.text(),
    category: p.text(),
    division: p.text().collation('C'),
    responsibleUnit: p.text(),
    plannedFen: p.bigint('bigint'),
    stages: p.json<StageStep[]>(),
    allocatedFen: p.bigint('bigint'),
    paidCapitalFen: p.bigint('bigint'),
    paidExpenseFen: p.bigint('bigint'),
    paidOutFen: p.bigint('bigint'),
    capitalisedFen: p.bigint('bigint'),
    seq: p.integer(),
    effectiveDate: p.date(),
    recordedAt: p.datetime(3),
    status: p.text().$type<Status>(),
    reversedBy: p.integer().nullable(),
  },
  checks: [
    {
      name: 'projects_spend_what_they_have',
      expression: 'paid_capital_fen + paid_expense_fen + paid_out_fen <= allocated_fen',
    },
    { name: 'projects_capitalise_what_they_paid', expression: 'capitalised_fen <= paid_capital_fen' },
    {
      name: 'projects_not_negative',
      expression:
        'planned_fen >= 0 and paid_capital_fen >= 0 and paid_expense_fen >= 0 and paid_out_fen >= 0 and capitalised_fen >= 0',
    },
    { name: 'projects_reversed_by_an_entry', expression: "(status = 'reversed') = (reversed_by is not null)" },
    { name: 'projects_status_known', expression: "status in ('standing', 'reversed')" },
  ],
  indexes: [{ name: 'projects_book_division_idx', properties: ['book', 'division'] }],
});

export type ProjectRow = InferEntity<typeof Project>;
export const projects = tableOf<ProjectRow>(Project);

export const projectsView: View = {
  name: 'projects',
  tables: [projects],
  *needs(event): Iterable<Need> {
    const named = projectOf(event);
    if (named !== undefined) yield need(projects, named);
    for (const id of projectMoneyOf(event).keys()) yield need(projects, id);
  },
  evolve(rows, event) {
    if (event.type === 'project.registered') rows.save(projects, newRow(event.data, event));
    for (const [id, money] of projectMoneyOf(event)) {
      rows.change(projects, [id], (row) => {
        row.allocatedFen += money.allocatedFen;
        row.paidCapitalFen += money.paidCapitalFen;
        row.paidExpenseFen += money.paidExpenseFen;
        row.paidOutFen += money.paidOutFen;
        row.capitalisedFen += money.capitalisedFen;
      });
    }
    const id = projectOf(event) ?? '';
    if (event.type === 'project.advanced') {
      const step = { stage: event.data.stage, ...stepOf(event) };
      rows.change(projects, [id], (row) => (row.stages = [...row.stages, step]));
    }
    if (event.type !== 'entry.reversed') return;
    if (event.data.type === 'project.registered') {
      rows.change(projects, [id], (row) => Object.assign(row, { status: 'reversed', reversedBy: event.seq }));
    }
    if (event.data.type === 'project.advanced') {
      rows.change(projects, [id], (row) => (row.stages = markReversed(row.stages, event.data.seq, event.seq)));
    }
  },
};

/** The project whose facts or stages the event changes. */
function projectOf(event: BookEvent): string | undefined {
  if (event.type === 'project.registered') return event.data.id;
  if (event.type === 'project.advanced') return event.data.project;
  if (event.type !== 'entry.reversed') return undefined;
  if (event.data.type === 'project.registered') return event.data.of.id;
  return event.data.type === 'project.advanced' ? event.data.of.project : undefined;
}

function newRow(data: Extract<BookEvent, { type: 'project.registered' }>['data'], event: BookEvent): ProjectRow {
  const { id, name, category, division, responsibleUnit, plannedAmount } = data;
  return {
    book: event.book,
    id,
    name,
    category,
    division,
    responsibleUnit,
    plannedFen: parseYuan(plannedAmount),
    stages: [],
    allocatedFen: 0n,
    paidCapitalFen: 0n,
    paidExpenseFen: 0n,
    paidOutFen: 0n,
    capitalisedFen: 0n,
    ...timeOf(event),
    status: 'standing',
    reversedBy: null,
  };
}
