import { isWithin } from '../../domain/division.js';
import type { Covers } from '../../domain/notices/covers.js';
import { shown } from '../difference.js';
import type { Project } from '../registers/projects.js';
import type { Misfit } from '../shape.js';
import type { BookAt } from './book-at.js';
import { accountAt, byFund, fundCells } from './money-rows.js';
import { cellsAt, figureOf, type Place, type PlannedRow } from './planned-row.js';

const PROJECT_FIELDS = ['name', 'category', 'division', 'responsibleUnit', 'plannedAmount'];
const ASSET_FIELDS = ['name', 'class', 'category', 'division', 'operator', 'custodian', 'acquiredOn'];

/** The projects that lie in a division, each with the stage that it has come to. */
export function libraryRows(_: Covers, book: BookAt, division: string): PlannedRow[] {
  return book
    .projects()
    .filter(({ facts }) => isWithin(facts.division, division))
    .map((project) => ({ cells: { ...projectCells(project), stage: stageOf(project, book) } }));
}

/** What a project was given of each fund that it has or had. */
export function beforeRows({ project: id = '' }: Covers, book: BookAt): PlannedRow[] | Misfit {
  const project = book.project(id);
  return project === undefined ? noProject(id) : projectRows(project, book, projectCells(project), false);
}

/** And how that was spent. */
export function afterRows({ project: id = '' }: Covers, book: BookAt): PlannedRow[] | Misfit {
  const project = book.project(id);
  if (project === undefined) return noProject(id);
  return projectRows(project, book, { ...projectCells(project), stage: stageOf(project, book) }, true);
}

/** The assets that lie in a division, of one class where it is named, with those who own them. */
export function assetRows({ assetClass }: Covers, book: BookAt, division: string): PlannedRow[] {
  return book
    .assets()
    .filter(({ facts }) => isWithin(facts.division, division) && (assetClass ?? facts.class) === facts.class)
    .map(({ seq, facts, ownerships }) => {
      const owned = ownerships.findLast((one) => book.stands(one.seq))?.seq ?? seq;
      const account = `asset:${facts.id}`;
      const value = book.linesOf(seq).map(({ amountFen }) => ({ seq, amountFen }));
      return {
        cells: { ...cellsAt(seq, 'data', ASSET_FIELDS), owners: { seq: owned, path: 'data.owners' } },
        figures: { value: figureOf(account, value) },
      };
    });
}

/** What an asset earned, in one period where it is named, and where that went. */
export function incomeRows({ asset: id = '', period }: Covers, book: BookAt): PlannedRow[] | Misfit {
  if (book.asset(id) === undefined) return { path: 'covers.asset', expected: 'an asset that stands', found: shown(id) };
  const account = `income:${id}`;
  const moved = book.moved(account);
  const earned = moved.filter(({ seq, fund }) => {
    const { period: earnedIn } = book.fund(fund) ?? {};
    return book.isOneOf(seq, ['income.received']) && (period ?? earnedIn) === earnedIn;
  });
  const funds = new Set(earned.map(({ fund }) => fund));
  const spent = [...new Set(moved.filter(({ amountFen }) => amountFen < 0).map(({ seq }) => seq))];
  return [
    ...earned.map(({ seq, amountFen }) => ({
      cells: { date: { seq, path: 'effectiveDate' }, ...cellsAt(seq, 'data', ['period', 'payer']) },
      figures: { received: figureOf(account, [{ seq, amountFen }]) },
    })),
    ...spent.flatMap((seq) =>
      book.linesOf(seq).flatMap(({ fund, to, amountFen }, line): PlannedRow[] => {
        if (!funds.has(fund)) return [];
        const where = { to: accountAt(seq, 2 * line + 1), ...cellsAt(seq, 'data', ['beneficiary']) };
        const figures = { shared: figureOf(to, [{ seq, amountFen }], fund) };
        return [{ cells: { date: { seq, path: 'effectiveDate' }, ...where }, figures }];
      }),
    ),
  ];
}

/** The households of a division. */
export function householdRows(_: Covers, book: BookAt, division: string): PlannedRow[] {
  return book
    .enrolments()
    .filter((one) => isWithin(one.division, division))
    .map(({ seq }) => {
      const { id: beneficiary, ...facts } = cellsAt(seq, 'data', ['id', 'categories', 'division']);
      return { cells: { beneficiary, ...facts, date: { seq, path: 'effectiveDate' } } };
    });
}

/** What those of a division were paid under a policy for a period. */
export function subsidyRows({ policy = '', period = '' }: Covers, book: BookAt, division: string): PlannedRow[] {
  return book
    .payouts(policy, period)
    .filter((one) => isWithin(one.division, division))
    .map(({ seq, amountFen }) => ({
      cells: { ...cellsAt(seq, 'data', ['beneficiary', 'policy', 'period']), date: { seq, path: 'effectiveDate' } },
      figures: { amount: figureOf(`paid:${policy}`, [{ seq, amountFen }]) },
    }));
}

function projectCells({ seq }: Project): Record<string, Place> {
  return cellsAt(seq, 'data', PROJECT_FIELDS);
}

function stageOf({ stages }: Project, book: BookAt): Place | undefined {
  const reached = stages.findLast(({ seq }) => book.stands(seq));
  return reached && { seq: reached.seq, path: 'data.stage' };
}

/** A row for each fund; one without money where there never was any. */
function projectRows(
  { facts: { id } }: Project,
  book: BookAt,
  cells: Record<string, Place | undefined>,
  isSpent: boolean,
): PlannedRow[] {
  const account = `project:${id}`;
  const moved = byFund(book.moved(account));
  const kinds = isSpent
    ? ([
        ['capital', `wip:${id}`],
        ['expense', `expense:${id}`],
      ] as const)
    : [];
  const paid = kinds.map(([kind, to]) => {
    const payments = book.moved(to).filter(({ seq }) => book.isOneOf(seq, ['payment.made']));
    return [kind, to, byFund(payments)] as const;
  });
  const rows = book.fundsOf(moved.keys()).flatMap((fund): PlannedRow[] => {
    const ofFund = moved.get(fund.facts.id);
    if (ofFund === undefined) return [];
    const given = ofFund.filter(({ seq }) => !book.isOneOf(seq, ['payment.made', 'subsidy.paid']));
    const spent = paid.map(([kind, to, payments]) => [
      kind,
      figureOf(to, payments.get(fund.facts.id) ?? [], fund.facts.id),
    ]);
    const figures = { allocated: figureOf(account, given, fund.facts.id), ...Object.fromEntries(spent) };
    return [{ cells: { ...cells, ...fundCells(fund) }, figures }];
  });
  return rows.length > 0 ? rows : [{ cells }];
}

function noProject(id: string): Misfit {
  return { path: 'covers.project', expected: 'a project that stands', found: shown(id) };
}
