import type { CommandKind } from '../../src/domain/command.js';
import { BOOK, type Step } from '../support/given.js';
import { notice, noticeBody, objection, photo } from '../support/notices.js';
import {
  allocation,
  asset,
  beneficiary,
  closedProject,
  dispatchedTo,
  fund,
  income,
  opened,
  payment,
  payout,
  project,
  reversal,
} from '../support/steps.js';
import {
  ANY,
  before,
  body,
  both,
  evidence,
  IN_A_BOOK,
  lines,
  linesOrAmount,
  onlyThis,
  type Rung,
  type Scene,
} from './spoils.js';

interface Ladder {
  /** A command that nothing refuses. */
  valid: Scene;
  /** In the order of the checks. */
  rungs: Rung[];
}

const funded = [opened, fund('F', '10.00'), beneficiary('B'), project('P'), allocation('project:P', 'F', '5.00')];
const restricted = (restriction: 'no_integration' | 'no_dispatch' | 'no_payout' | 'capital_only') =>
  fund('N', '10.00', { restrictions: [restriction] });
const capitalOnly = fund('K', '10.00', { restrictions: ['capital_only'] });
const household = (id: string, more: object = {}) => ({ kind: 'household', id, share: '1/2', ...more });
/** Than what an entry is about. */
const EARLIER = '2016-07-01';
const village = { kind: 'village', id: '640121100201', share: '1' } as const;

const OWNERS: Rung[] = [
  ['owner_duplicate', body({ class: 'household', owners: [household('B', { name: '张' }), household('B')] })],
  ['owner_name_not_allowed', body({ class: 'household', owners: [household('none', { name: '张' }), village] })],
  ['owner_class_mismatch', body({ class: 'household', owners: [village, household('none')] })],
  ['beneficiary_unknown', body({ class: 'household', owners: [household('none')] })],
  ['owner_shares_not_whole', body({ owners: [{ ...village, share: '2/3' }] })],
];
/** An operating asset that is there already may belong to anybody. */
const OWNERS_OF_HOUSEHOLD_ASSET: Rung[] = OWNERS.map(([code, spoil]) => [
  code,
  code === 'owner_shares_not_whole' ? body({ owners: [household('B')] }) : spoil,
]);

const UNKNOWN_HOLDERS: Rung[] = [
  ['holder_unknown', body({ from: 'pool:none' })],
  ['project_unknown', body({ from: 'project:none' })],
  ['asset_unknown', body({ from: 'income:none' })],
  ['division_outside_book', body({ from: 'collective:640122100201' })],
];

const arrival = (id: string): Step => ({
  kind: 'arrival',
  body: { id, fromBook: '640100', dispatch: 'D' },
  evidence: { dispatch: dispatchedTo(BOOK, 'D', '5.00'), settledBy: undefined },
});
const capital = payment('P', 'capital', '2.00');
const opening = {
  opening: [{ level: 'county', nature: 'stock', amount: '5.00' }],
  project: undefined,
  amount: undefined,
};
const assetOfVillage = asset('A', 'P', '1.00', opening as object);
const change = (id: string, ...owners: object[]): Step =>
  ({ kind: 'ownership_change', body: { id, asset: 'A', owners, reason: '股权变更' } }) as Step;
const ofHousehold = { ...opening, class: 'household', owners: [{ kind: 'household', id: 'B', share: '1' }] } as const;

export const LADDERS: Record<CommandKind, Ladder> = {
  book: {
    valid: { given: [], step: opened },
    rungs: [
      ...ANY.map(
        ([code, spoil]): Rung => (code === 'period_closed' ? [code, both(onlyThis(opened), spoil)] : [code, spoil]),
      ),
      ['book_exists', onlyThis(opened)],
      ['book_level_mismatch', body({ level: 'village' })],
    ],
  },
  fund: {
    valid: { given: [opened], step: fund('F', '10.00') },
    rungs: [...IN_A_BOOK, ['fund_exists', before(fund('F', '1.00'))]],
  },
  adjustment: {
    valid: { given: funded, step: { kind: 'adjustment', body: { fund: 'F', amount: '-5.00' } } },
    rungs: [
      ...IN_A_BOOK,
      [
        'id_exists',
        both(before({ kind: 'adjustment', body: { id: 'X', fund: 'F', amount: '1.00' } }), body({ id: 'X' })),
      ],
      ['fund_unknown', body({ fund: 'none' })],
      ['adjustment_exceeds_unallocated', body({ amount: '-9.00' })],
    ],
  },
  allocation: {
    valid: { given: funded, step: allocation('department:1', 'F', '5.00') },
    rungs: [
      ...IN_A_BOOK,
      ['id_exists', both(before(allocation('department:1', 'F', '0.01', { id: 'X' })), body({ id: 'X' }))],
      ['same_holder', body({ from: 'pool:none', to: 'pool:none' })],
      ['allocation_into_pool', body({ from: 'pool:none', to: 'pool:X' })],
      ['allocation_into_income', body({ from: 'pool:none', to: 'income:none' })],
      ['holder_unknown', body({ from: 'pool:none', to: 'project:none' })],
      ['project_unknown', body({ from: undefined, to: 'project:none' })],
      ['asset_unknown', body({ from: 'income:none' })],
      ['division_outside_book', body({ from: undefined, to: 'collective:640122100201' })],
      ['project_closed', both(before(...closedProject('C')), body({ to: 'project:C' }))],
      ...linesOrAmount('F'),
    ],
  },
  integration: {
    valid: {
      given: [...funded, restricted('no_integration')],
      step: { kind: 'integration', body: { pool: 'X', lines: [{ fund: 'F', amount: '5.00' }] } },
    },
    rungs: [
      ...IN_A_BOOK,
      [
        'id_exists',
        both(
          before({ kind: 'integration', body: { id: 'X', pool: 'X', lines: [{ fund: 'F', amount: '0.01' }] } }),
          body({ id: 'X' }),
        ),
      ],
      ...lines('N'),
      ['fund_not_integrable', body({ lines: [{ fund: 'N', amount: '1.00' }] })],
    ],
  },
  dispatch: {
    valid: {
      given: [...funded, restricted('no_dispatch')],
      step: {
        kind: 'dispatch',
        body: { toBook: '640122', lines: [{ fund: 'F', amount: '5.00' }] },
        evidence: { toBookExists: true },
      },
    },
    rungs: [
      ...IN_A_BOOK,
      [
        'id_exists',
        both(
          before({ kind: 'dispatch', body: { id: 'X', toBook: '640122', lines: [{ fund: 'F', amount: '0.01' }] } }),
          body({ id: 'X' }),
        ),
      ],
      ['dispatch_to_self', both(body({ toBook: BOOK }), evidence({ toBookExists: false }))],
      ['book_unknown', both(body({ toBook: '640199' }), evidence({ toBookExists: false }))],
      ...UNKNOWN_HOLDERS,
      ...linesOrAmount('N'),
      ['fund_not_dispatchable', body({ lines: [{ fund: 'N', amount: '1.00' }] })],
    ],
  },
  arrival: {
    valid: { given: [opened], step: arrival('R') },
    rungs: [
      ...IN_A_BOOK,
      ['id_exists', both(before(arrival('X')), body({ id: 'X' }))],
      ['dispatch_unknown', evidence({ dispatch: dispatchedTo('640122', 'D', '5.00') })],
      ['dispatch_settled', evidence({ settledBy: { book: BOOK, seq: 3 } })],
      ['fund_exists', before(fund('R.1', '1.00'))],
    ],
  },
  project: {
    valid: { given: [opened], step: project('P') },
    rungs: [
      ...IN_A_BOOK,
      ['project_exists', before(project('P'))],
      ['division_outside_book', body({ division: '640122100201' })],
    ],
  },
  stage: {
    valid: { given: funded, step: { kind: 'stage', body: { project: 'P', stage: 'approved' } } },
    rungs: [
      ...IN_A_BOOK,
      ['project_unknown', body({ project: 'none' })],
      ['stage_out_of_order', body({ stage: 'started' })],
    ],
  },
  payment: {
    valid: {
      given: [...funded, restricted('capital_only'), allocation('project:P', 'N', '5.00')],
      step: {
        kind: 'payment',
        body: { project: 'P', kind: 'expense', payee: '水务公司', lines: [{ fund: 'F', amount: '5.00' }] },
      },
    },
    rungs: [
      ...IN_A_BOOK,
      ['id_exists', both(before(payment('P', 'capital', '0.01', { id: 'X' })), body({ id: 'X' }))],
      ['project_unknown', body({ project: 'none' })],
      ['project_closed', both(before(...closedProject('C')), body({ project: 'C' }))],
      ['beneficiary_unknown', body({ payee: 'beneficiary:none' })],
      ...linesOrAmount('N'),
      ['fund_capital_only', body({ lines: [{ fund: 'N', amount: '1.00' }] })],
    ],
  },
  beneficiary: {
    valid: { given: [opened], step: beneficiary('B') },
    rungs: [
      ...IN_A_BOOK,
      ['beneficiary_exists', before(beneficiary('B'))],
      ['division_outside_book', body({ division: '640122100201' })],
    ],
  },
  payout: {
    valid: {
      given: [...funded, restricted('no_payout'), capitalOnly],
      step: payout('B', '5.00', { lines: [{ fund: 'F', amount: '5.00' }], amount: undefined }),
    },
    rungs: [
      ...IN_A_BOOK,
      [
        'id_exists',
        both(before(payout('B', '0.01', { id: 'X', period: '2015', from: 'project:P' })), body({ id: 'X' })),
      ],
      ['beneficiary_unknown', body({ beneficiary: 'none' })],
      ['payout_duplicate', before(payout('B', '0.01', { from: 'project:P' }))],
      ...UNKNOWN_HOLDERS,
      ['project_closed', both(before(...closedProject('C')), body({ from: 'project:C' }))],
      ...linesOrAmount('N'),
      ['fund_not_for_payouts', body({ lines: ['K', 'N'].map((name) => ({ fund: name, amount: '1.00' })) })],
      ['fund_capital_only', body({ lines: [{ fund: 'K', amount: '1.00' }] })],
    ],
  },
  asset: {
    valid: { given: [...funded, capital], step: asset('A', 'P', '2.00') },
    rungs: [
      ...IN_A_BOOK,
      ['asset_exists', before(asset('A', 'P', '0.01'))],
      ['division_outside_book', body({ division: '640122100201' })],
      ...OWNERS,
      ['project_unknown', body({ project: 'none', opening: undefined })],
      ...linesOrAmount('F').map(
        ([code, spoil]): Rung => [code, both(spoil, body({ project: 'P', opening: undefined }))],
      ),
      ['fund_exists', both(before(fund('A.1', '1.00')), body(opening))],
    ],
  },
  ownership_change: {
    valid: {
      given: [...funded, asset('A', 'P', '1.00', ofHousehold as object), beneficiary('B-2')],
      step: change('C', { ...household('B') }, { ...household('B-2') }),
    },
    rungs: [
      ...IN_A_BOOK,
      ['id_exists', both(before(change('X', { ...household('B-2'), share: '1' })), body({ id: 'X' }))],
      ['asset_unknown', body({ asset: 'none' })],
      ...OWNERS_OF_HOUSEHOLD_ASSET,
      ['ownership_unchanged', body({ owners: [{ kind: 'household', id: 'B', share: '3/3' }] })],
    ],
  },
  income: {
    valid: { given: [...funded, assetOfVillage], step: income('I', 'A', '3.00') },
    rungs: [
      ...IN_A_BOOK,
      ['id_exists', both(before(income('X', 'A', '1.00')), body({ id: 'X' }))],
      ['asset_unknown', body({ asset: 'none' })],
      ['payer_name_not_allowed', body({ payerKind: 'household', payer: '张' })],
      ['fund_exists', before(fund('I.1', '1.00'))],
    ],
  },
  notice: {
    valid: { given: [...funded, notice('OLD')], step: notice('N', 'allocation_result', { entries: [1, 4] }) },
    rungs: [
      ...IN_A_BOOK,
      ['notice_exists', body({ id: 'OLD' })],
      ['division_outside_book', body({ division: '640122' })],
      ['notice_level_mismatch', body({ level: 'province', division: '640121100201' })],
      ['notice_covers_mismatch', body({ covers: { pool: 'X', asset: 'A' } })],
      ['notice_fields_missing', body({ fields: {}, address: undefined })],
      ['notice_unknown', body({ replaces: 'none' })],
      ['notice_replaces_another', body({ replaces: 'OLD' })],
      [
        'notice_not_standing',
        both(
          before(notice('W', 'loans'), { kind: 'notice_withdrawal', body: { notice: 'W', reason: '误发' } }),
          body({ ...noticeBody('loans', {}), replaces: 'W' }),
        ),
      ],
      ['dated_before_subject', body({ ...noticeBody('supervision', {}), replaces: 'OLD', effectiveDate: EARLIER })],
      ['entry_unknown', body({ asOfSeq: 999 })],
      ['notice_entry_unfit', body({ ...noticeBody('donation', { entries: [0] }), asOfSeq: undefined })],
      ['holder_unknown', body(noticeBody('integration_plan', { pool: 'none' }))],
      ['project_unknown', body(noticeBody('project_before', { project: 'none' }))],
      ['fund_unknown', body(noticeBody('sector_funds', { funds: ['none'] }))],
      ['asset_unknown', body(noticeBody('asset_income', { asset: 'none' }))],
    ],
  },
  notice_evidence: {
    valid: { given: [opened, notice('N')], step: photo('N') },
    rungs: [
      ...IN_A_BOOK,
      ['notice_unknown', body({ notice: 'none' })],
      ['photo_from_future', body({ takenAt: '2016-07-14T00:00:00.000Z' })],
      ['photo_exists', before(photo('N'))],
    ],
  },
  notice_withdrawal: {
    valid: { given: [opened, notice('N')], step: { kind: 'notice_withdrawal', body: { notice: 'N', reason: '误发' } } },
    rungs: [
      ...IN_A_BOOK,
      ['notice_unknown', body({ notice: 'none' })],
      ['notice_not_standing', before(notice('M', 'supervision', {}, { replaces: 'N', reason: '更正' }))],
      ['dated_before_subject', body({ effectiveDate: EARLIER })],
    ],
  },
  objection: {
    valid: { given: [...funded, notice('N')], step: objection('O', { notice: 'N' }) },
    rungs: [
      ...IN_A_BOOK,
      ['objection_exists', before(objection('O', { entry: 0 }))],
      ['notice_unknown', body({ notice: 'none' })],
      ['notice_row_unknown', body({ row: 1 })],
      ['entry_unknown', body({ entry: 999 })],
    ],
  },
  objection_answer: {
    valid: {
      given: [opened, objection('O', { entry: 0 })],
      step: { kind: 'objection_answer', body: { objection: 'O', outcome: 'noted', answer: '已核实' } },
    },
    rungs: [
      ...IN_A_BOOK,
      ['objection_unknown', body({ objection: 'none' })],
      [
        'objection_answered',
        before({ kind: 'objection_answer', body: { objection: 'O', outcome: 'upheld', answer: '已更正' } }),
      ],
      ['dated_before_subject', body({ effectiveDate: EARLIER })],
    ],
  },
  reversal: {
    valid: { given: funded, step: reversal(4) },
    rungs: [
      ...IN_A_BOOK,
      ['entry_unknown', both(body({ seq: 999 }), evidence({ entry: undefined, settledBy: { book: BOOK, seq: 3 } }))],
      [
        'entry_not_reversible',
        both(body({ seq: 0 }), ({ given, step }) => ({ given, step: { ...step, evidence: undefined } as Step })),
      ],
      [
        'entry_already_reversed',
        ({ given, step }) => ({
          given: [...given, project('Z'), reversal(given.length)],
          step: { ...step, body: { ...step.body, seq: given.length }, evidence: undefined } as Step,
        }),
      ],
      [
        'dispatch_settled',
        evidence({ entry: dispatchedTo('640122', 'D', '5.00'), settledBy: { book: '640122', seq: 3 } }),
      ],
      ['entry_built_upon', both(body({ seq: 1 }), before(payment('P', 'expense', '0.01')))],
    ],
  },
  closing: {
    valid: { given: [opened], step: { kind: 'closing', body: { period: '2016-06' } } },
    rungs: [
      ...IN_A_BOOK,
      [
        'period_already_closed',
        both(before({ kind: 'closing', body: { period: '2016-04' } }), body({ period: '2016-04' })),
      ],
      ['period_not_over', body({ period: '2016-07' })],
    ],
  },
};
