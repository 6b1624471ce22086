import type { BookEvent, EventOf } from '../../domain/event.js';
import { STAGES } from '../../domain/kinds.js';
import { formatYuan } from '../../domain/money.js';
import { shown } from '../difference.js';
import type { Misfit } from '../shape.js';
import type { DivisionSums } from './divisions.js';
import { type Row, type Standing, standing, statusOf } from './standing.js';

export interface Project extends Standing {
  facts: EventOf<'project.registered'>['data'];
  documents: string[];
  stages: Stage[];
  /** How many of them stand. */
  reached: number;
}

interface Stage {
  documents: string[];
  effectiveDate: string;
  recordedAt: string;
  reversedBy?: number;
  seq: number;
  stage: string;
}

/** What came to a project and what became of it, in fen. */
export interface ProjectMoney {
  allocatedFen: bigint;
  paidCapitalFen: bigint;
  paidExpenseFen: bigint;
  paidOutFen: bigint;
  capitalisedFen: bigint;
}

export const NO_MONEY: Readonly<ProjectMoney> = {
  allocatedFen: 0n,
  paidCapitalFen: 0n,
  paidExpenseFen: 0n,
  paidOutFen: 0n,
  capitalisedFen: 0n,
};

/** The project library of a book as its events make it. */
export class ProjectRegister {
  private readonly projects = new Map<string, Project>();

  constructor(private readonly divisions: DivisionSums) {}

  take(event: BookEvent): Misfit | undefined {
    switch (event.type) {
      case 'project.registered': {
        const { documents, data: facts } = event;
        const { id, division } = facts;
        if (this.projects.has(id)) return { path: 'data.id', expected: 'a project of its own', found: shown(id) };
        this.projects.set(id, { ...standing(event), facts, documents, stages: [], reached: 0 });
        return this.divisions.place(division);
      }
      case 'project.advanced':
        return this.advance(event);
      case 'payment.made':
        return this.openMisfit('data.project', event.data.project);
      case 'asset.registered':
        return event.data.project === undefined ? undefined : this.standingMisfit('data.project', event.data.project);
      default:
        return undefined;
    }
  }

  reverse({ data, seq }: EventOf<'entry.reversed'>): Misfit | undefined {
    if (data.type === 'project.registered') {
      const project = this.projects.get(data.of.id ?? '');
      if (project === undefined || project.reached > 0)
        return { path: 'data.seq', expected: 'a project without stages that stand', found: shown(data.of.id) };
      project.reversedBy = seq;
    }
    if (data.type !== 'project.advanced') return undefined;
    const project = this.projects.get(data.of.project ?? '');
    const last = project?.stages.findLast(({ reversedBy }) => reversedBy === undefined);
    if (project === undefined || last?.seq !== data.seq)
      return { path: 'data.seq', expected: `entry ${last?.seq}, the last stage that stands`, found: `${data.seq}` };
    last.reversedBy = seq;
    project.reached -= 1;
    return undefined;
  }

  find(id: string): Project | undefined {
    return this.projects.get(id);
  }

  all(): Iterable<Project> {
    return this.projects.values();
  }

  *rows(moneyOf: ReadonlyMap<string, ProjectMoney>): Iterable<Row> {
    for (const project of this.projects.values()) {
      const { facts, effectiveDate, recordedAt, reversedBy, seq } = project;
      const money = moneyOf.get(facts.id) ?? NO_MONEY;
      yield {
        key: [facts.id],
        fields: () => ({
          allocated: formatYuan(money.allocatedFen),
          capitalised: formatYuan(money.capitalisedFen),
          category: facts.category,
          division: facts.division,
          effectiveDate,
          id: facts.id,
          name: facts.name,
          paidCapital: formatYuan(money.paidCapitalFen),
          paidExpense: formatYuan(money.paidExpenseFen),
          paidOut: formatYuan(money.paidOutFen),
          planned: facts.plannedAmount,
          recordedAt,
          responsibleUnit: facts.responsibleUnit,
          reversedBy,
          seq,
          stages: project.stages.map(inOrder),
          status: statusOf(project),
        }),
      };
    }
  }

  private advance(event: EventOf<'project.advanced'>): Misfit | undefined {
    const { project: id, stage } = event.data;
    const unknown = this.standingMisfit('data.project', id);
    const project = this.projects.get(id);
    if (unknown !== undefined || project === undefined) return unknown;
    const next = STAGES[project.reached];
    if (stage !== next)
      return {
        path: 'data.stage',
        expected: next === undefined ? 'none, since the project is closed' : shown(next),
        found: shown(stage),
      };
    const { documents, effectiveDate, recordedAt, seq } = event;
    project.stages.push({ documents, effectiveDate, recordedAt, seq, stage });
    project.reached += 1;
    return undefined;
  }

  standingMisfit(path: string, id: string): Misfit | undefined {
    return this.projects.get(id)?.reversedBy === null
      ? undefined
      : { path, expected: 'a project that an earlier entry made and that stands', found: shown(id) };
  }

  openMisfit(path: string, id: string): Misfit | undefined {
    const unknown = this.standingMisfit(path, id);
    if (unknown !== undefined || this.projects.get(id)?.reached !== STAGES.length) return unknown;
    return { path, expected: 'a project that is not closed', found: shown(id) };
  }
}

function inOrder({ documents, effectiveDate, recordedAt, reversedBy, seq, stage }: Stage): object {
  return { documents, effectiveDate, recordedAt, ...(reversedBy !== undefined && { reversedBy }), seq, stage };
}
