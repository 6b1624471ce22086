import type { CommandBodies, CommonFields } from '../../src/domain/command.js';
import type { EventOf } from '../../src/domain/event.js';
import type { Step } from './given.js';

/** Steps that most tests begin with; `more` changes or adds fields. */
type More<Kind extends keyof CommandBodies> = Partial<CommandBodies[Kind] & CommonFields>;

export const opened: Step = { kind: 'book', body: { id: '640121', name: '永宁县财政局', level: 'county' } };

export function fund(id: string, amount: string, more: More<'fund'> = {}): Step {
  const facts = { name: '扶贫专项资金', level: 'central', nature: 'special', fiscalYear: 2016 } as const;
  return { kind: 'fund', body: { id, ...facts, amount, ...more } };
}

export function project(id: string, more: More<'project'> = {}): Step {
  const facts = {
    name: '村组道路',
    category: '基础设施',
    division: '640121100201',
    responsibleUnit: '交通局',
    plannedAmount: '100.00',
  };
  return { kind: 'project', body: { id, ...facts, ...more } };
}

export function stages(id: string, ...reached: CommandBodies['stage']['stage'][]): Step[] {
  return reached.map((stage) => ({ kind: 'stage', body: { project: id, stage } }));
}

export const closedProject = (id: string): Step[] => [
  project(id),
  ...stages(id, 'approved', 'started', 'completed', 'accepted', 'settled', 'closed'),
];

export function allocation(to: string, fundId: string, amount: string, more: More<'allocation'> = {}): Step {
  return { kind: 'allocation', body: { to, lines: [{ fund: fundId, amount }], ...more } };
}

export function payment(
  projectId: string,
  kind: 'capital' | 'expense',
  amount: string,
  more: More<'payment'> = {},
): Step {
  return { kind: 'payment', body: { project: projectId, kind, payee: '永宁县水务公司', amount, ...more } };
}

export function beneficiary(id: string, more: More<'beneficiary'> = {}): Step {
  return {
    kind: 'beneficiary',
    body: {
      id,
      commitment: 'c0ffee'.repeat(10).padEnd(64, '0'),
      division: '640121100201',
      categories: ['脱贫户'],
      ...more,
    },
  };
}

export function payout(to: string, amount: string, more: More<'payout'> = {}): Step {
  return { kind: 'payout', body: { policy: '光伏补贴', period: '2016', beneficiary: to, amount, ...more } };
}

/** An asset out of the work in progress of a project, owned by one village. */
export function asset(id: string, projectId: string, amount: string, more: More<'asset'> = {}): Step {
  const facts = { name: '养殖圈棚', class: 'operating', category: '生产设施', division: '640121100201' } as const;
  const owners = [{ kind: 'village', id: '640121100201', share: '1' }] as const;
  return { kind: 'asset', body: { id, ...facts, project: projectId, amount, owners: [...owners], ...more } };
}

export function reversal(seq: number, more: More<'reversal'> = {}): Step {
  return { kind: 'reversal', body: { seq, reason: '记账有误', ...more } };
}

export function dispatchedTo(toBook: string, dispatch: string, amount: string): EventOf<'funds.dispatched'> {
  const facts = {
    name: '扶贫专项资金',
    level: 'central',
    nature: 'special',
    fiscalYear: 2016,
    restrictions: [],
  } as const;
  return {
    actor: 'clerk-01',
    book: '640100',
    command: 'k',
    data: { id: dispatch, toBook, from: 'bureau', amount, funds: [{ id: 'F-9', ...facts, restrictions: [], amount }] },
    documents: [],
    effectiveDate: '2016-07-01',
    id: 'e',
    postings: [],
    recordedAt: '2016-07-01T00:00:00.000Z',
    seq: 4,
    type: 'funds.dispatched',
    version: 1,
  };
}

export function income(id: string, assetId: string, amount: string, more: More<'income'> = {}): Step {
  return { kind: 'income', body: { id, asset: assetId, period: '2016', amount, payerKind: 'enterprise', ...more } };
}
