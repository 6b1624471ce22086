import { given, type Step } from '../../support/given.js';
import {
  allocation,
  asset,
  beneficiary,
  closedProject,
  dispatchedTo,
  fund,
  opened,
  payment,
  payout,
  project,
  reversal,
  stages,
} from '../../support/steps.js';

const from = (holder: string) => ({ from: holder });

describe('an entry is reversed', () => {
  it('with its postings negated and what it made in its own words', () => {
    given(opened, fund('F', '10.00'), { kind: 'adjustment', body: { id: 'A', fund: 'F', amount: '-3.00' } })
      .when(reversal(2))
      .thenRecorded(
        'entry.reversed',
        { seq: 2, type: 'fund.adjusted', of: { id: 'A', fund: 'F' }, reason: '记账有误' },
        [
          ['source:F', '-3.00', 'F'],
          ['bureau', '3.00', 'F'],
        ],
      );
  });

  it('when later entries took less than what else stood there', () => {
    given(
      opened,
      fund('F', '10.00'),
      { kind: 'adjustment', body: { id: 'A', fund: 'F', amount: '5.00' } },
      allocation('department:1', 'F', '10.00'),
    )
      .when(reversal(2))
      .thenRecorded(
        'entry.reversed',
        { seq: 2, type: 'fund.adjusted', of: { id: 'A', fund: 'F' }, reason: '记账有误' },
        [
          ['source:F', '5.00', 'F'],
          ['bureau', '-5.00', 'F'],
        ],
      );
  });

  it('when what was built upon it is reversed first', () => {
    given(opened, fund('F', '10.00'), allocation('department:1', 'F', '10.00'), reversal(2))
      .when(reversal(1))
      .thenRecorded('entry.reversed', { seq: 1, type: 'fund.registered', of: { id: 'F' }, reason: '记账有误' }, [
        ['source:F', '10.00', 'F'],
        ['bureau', '-10.00', 'F'],
      ]);
  });

  it('frees the payout for the same policy, period and beneficiary', () => {
    given(opened, fund('F', '10.00'), beneficiary('B'), payout('B', '2.00', { id: 'P-1' }), reversal(3))
      .when(payout('B', '3.00', { id: 'P-2' }))
      .thenRecorded(
        'subsidy.paid',
        {
          id: 'P-2',
          policy: '光伏补贴',
          period: '2016',
          beneficiary: 'B',
          from: 'bureau',
          amount: '3.00',
          split: 'largest_remainder',
        },
        [
          ['bureau', '-3.00', 'F'],
          ['paid:光伏补贴', '3.00', 'F'],
        ],
      );
  });

  it('but keeps the id for ever', () => {
    given(opened, fund('F', '10.00'), reversal(1)).when(fund('F', '1.00')).thenRefused('fund_exists', { field: 'id' });
    given(opened, project('P'), reversal(1)).when(project('P')).thenRefused('project_exists', { field: 'id' });
    given(opened, fund('F', '9.00'), allocation('department:1', 'F', '1.00', { id: 'A' }), reversal(2))
      .when(allocation('department:1', 'F', '1.00', { id: 'A' }))
      .thenRefused('id_exists', { field: 'id' });
  });

  it('back to the owners before the last', () => {
    const owners = [{ kind: 'cooperative' as const, id: '93640121MA75XX0000', share: '1' }];
    const change = { kind: 'ownership_change' as const, body: { asset: 'A', owners, reason: '移交' } };
    const built = [
      opened,
      fund('F', '10.00'),
      project('P'),
      allocation('project:P', 'F', '10.00'),
      payment('P', 'capital', '8.00'),
    ];
    given(...built, asset('A', 'P', '8.00'), change)
      .when(change)
      .thenRefused('ownership_unchanged', { field: 'owners' });
    given(...built, asset('A', 'P', '8.00'), change, reversal(6))
      .when({ ...change, body: { ...change.body, id: 'C' } })
      .thenRecorded('asset.ownership_changed', { id: 'C', asset: 'A', owners, reason: '移交' });
  });
});

describe('an entry that is built upon is not reversed, and the refusal names by what', () => {
  const refused = 'entry_built_upon';
  const funded = [opened, fund('F', '10.00')];

  it('a fund, by whatever moved it', () => {
    given(...funded, allocation('department:1', 'F', '1.00'))
      .when(reversal(1))
      .thenRefused(refused, { field: 'seq', entries: [2] });
  });

  it('an adjustment, by the allocation that needed it', () => {
    given(
      ...funded,
      { kind: 'adjustment', body: { fund: 'F', amount: '5.00' } },
      allocation('department:1', 'F', '4.00'),
      allocation('department:2', 'F', '9.00'),
    )
      .when(reversal(2))
      .thenRefused(refused, { entries: [4] });
  });

  it('an allocation, by the payment out of it', () => {
    given(...funded, project('P'), allocation('project:P', 'F', '10.00'), payment('P', 'expense', '0.01'))
      .when(reversal(3))
      .thenRefused(refused, { entries: [4] });
  });

  it('an integration, by the allocation out of the pool', () => {
    const lines = [{ fund: 'F', amount: '6.00' }];
    given(
      ...funded,
      { kind: 'integration', body: { pool: 'X', lines } },
      allocation('department:1', 'F', '6.00', from('pool:X')),
    )
      .when(reversal(2))
      .thenRefused(refused, { entries: [3] });
  });

  it('a project, by its stages and its money', () => {
    given(...funded, project('P'), ...stages('P', 'approved', 'started'), allocation('project:P', 'F', '1.00'))
      .when(reversal(2))
      .thenRefused(refused, { entries: [3, 4, 5] });
  });

  it('a stage, by the next', () => {
    given(opened, ...closedProject('P'))
      .when(reversal(2))
      .thenRefused(refused, { entries: [3, 4, 5, 6, 7] });
  });

  it('a payment, by the asset made of it', () => {
    given(
      ...funded,
      project('P'),
      allocation('project:P', 'F', '10.00'),
      payment('P', 'capital', '8.00'),
      asset('A', 'P', '8.00'),
    )
      .when(reversal(4))
      .thenRefused(refused, { entries: [5] });
  });

  it('a beneficiary, by a payout', () => {
    given(...funded, beneficiary('B'), payout('B', '1.00'))
      .when(reversal(2))
      .thenRefused(refused, { entries: [3] });
  });

  it('a beneficiary, by a payment and by a share of an asset', () => {
    const owners = [{ kind: 'household' as const, id: 'B', share: '1' }];
    const opening = [{ level: 'county' as const, nature: 'stock' as const, amount: '5.00' }];
    const body = {
      name: '牛',
      class: 'household' as const,
      category: '牲畜',
      division: '640121100201',
      owners,
      opening,
    };
    given(
      ...funded,
      beneficiary('B'),
      project('P'),
      allocation('project:P', 'F', '1.00'),
      payment('P', 'expense', '1.00', { payee: 'beneficiary:B' }),
      {
        kind: 'asset',
        body,
      },
    )
      .when(reversal(2))
      .thenRefused(refused, { entries: [5, 6] });
  });

  it('an asset, by a change of its owners; and an earlier change, by a later one', () => {
    const change = (id: string): Step => ({
      kind: 'ownership_change',
      body: { asset: 'A', owners: [{ kind: 'village', id, share: '1' }], reason: '移交' },
    });
    const built = [
      ...funded,
      project('P'),
      allocation('project:P', 'F', '10.00'),
      payment('P', 'capital', '8.00'),
      asset('A', 'P', '8.00'),
    ];
    given(...built, change('640121100202'), change('640121100203'))
      .when(reversal(5))
      .thenRefused(refused, { entries: [6, 7] });
    given(...built, change('640121100202'), change('640121100203'))
      .when(reversal(6))
      .thenRefused(refused, { entries: [7] });
  });

  it('although the money came back, since what stands between would stand on nothing', () => {
    const there = allocation('department:2', 'F', '10.00', from('department:1'));
    const back = allocation('department:1', 'F', '10.00', from('department:2'));
    given(...funded, allocation('department:1', 'F', '10.00'), there, back)
      .when(reversal(2))
      .thenRefused(refused, { entries: [3] });
  });

  it('by an entry that an earlier one could have fed, had that not been reversed', () => {
    const fedTwice = [
      ...funded,
      { kind: 'adjustment' as const, body: { fund: 'F', amount: '90.00' } },
      allocation('department:1', 'F', '50.00'), // 3
      allocation('department:1', 'F', '20.00'), // 4
      allocation('department:2', 'F', '60.00', from('department:1')), // 5
      allocation('department:1', 'F', '30.00'), // 6
    ];
    given(...fedTwice)
      .when(reversal(3))
      .thenRefused(refused, { entries: [5] });
    given(...fedTwice)
      .when(reversal(4))
      .thenRefused(refused, { entries: [5] });
    given(...fedTwice)
      .when(reversal(6))
      .thenRecorded('entry.reversed', { seq: 6, type: 'funds.allocated', of: { id: 'made-6' }, reason: '记账有误' }, [
        ['bureau', '30.00', 'F'],
        ['department:1', '-30.00', 'F'],
      ]);
  });

  it('and at most a hundred are named', () => {
    const many = Array.from({ length: 120 }, () => allocation('department:1', 'F', '0.01'));
    given(...funded, ...many)
      .when(reversal(1))
      .thenRefused(refused, { entries: Array.from({ length: 100 }, (_, index) => index + 2) });
  });
});

describe('what cannot be reversed', () => {
  it('is an entry that is not there, the opening of the book, a closing, a reversal, and an entry twice', () => {
    given(opened).when(reversal(7)).thenRefused('entry_unknown', { field: 'seq' });
    given(opened).when(reversal(0)).thenRefused('entry_not_reversible', { field: 'seq' });
    given(opened, { kind: 'closing', body: { period: '2016-05' } })
      .when(reversal(1))
      .thenRefused('entry_not_reversible');
    given(opened, project('P'), reversal(1)).when(reversal(2)).thenRefused('entry_not_reversible');
    given(opened, project('P'), reversal(1))
      .when(reversal(1))
      .thenRefused('entry_already_reversed', { field: 'seq', entries: [2] });
  });

  it('is a dispatch that has arrived', () => {
    const entry = dispatchedTo('640121', 'D', '5.00');
    given(opened)
      .when({
        ...reversal(4),
        kind: 'reversal',
        body: { seq: 4, reason: '误' },
        evidence: { entry, settledBy: { book: '640121', seq: 9 } },
      })
      .thenRefused('dispatch_settled', { settledBy: { book: '640121', seq: 9 } });
  });
});
