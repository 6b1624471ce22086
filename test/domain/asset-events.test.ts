import { given } from '../support/given.js';
import {
  allocation,
  asset,
  beneficiary,
  fund,
  income,
  opened,
  payment,
  payout,
  project,
  reversal,
} from '../support/steps.js';

const funded = [opened, fund('F-1', '100.00'), fund('F-2', '50.00')];
const built = [...funded, project('P'), allocation('project:P', 'F-1', '60.00'), payment('P', 'capital', '40.00')];

it('an asset is made of what a project has in progress, on its effective date where nothing else is said', () => {
  given(...built)
    .when(asset('A', 'P', '40.00', { effectiveDate: '2016-06-30', operator: '合作社', custodian: '村委会' }))
    .thenRecorded(
      'asset.registered',
      {
        id: 'A',
        name: '养殖圈棚',
        class: 'operating',
        category: '生产设施',
        division: '640121100201',
        project: 'P',
        amount: '40.00',
        split: 'largest_remainder',
        owners: [{ kind: 'village', id: '640121100201', share: '1' }],
        operator: '合作社',
        custodian: '村委会',
        acquiredOn: '2016-06-30',
      },
      [
        ['wip:P', '-40.00', 'F-1'],
        ['asset:A', '40.00', 'F-1'],
      ],
    );
});

it('an asset older than the book brings a fund for each line of its opening', () => {
  const opening = [
    { level: 'county', nature: 'stock', amount: '7.00' },
    { level: 'social', nature: 'donation', amount: '3.00' },
  ] as const;
  const facts = { name: '期初 养殖圈棚', fiscalYear: 2009, restrictions: [] };
  given(opened)
    .when(
      asset('A', 'P', '0.00', {
        project: undefined,
        amount: undefined,
        opening: [...opening],
        acquiredOn: '2009-03-01',
      }),
    )
    .thenRecorded(
      'asset.registered',
      {
        id: 'A',
        name: '养殖圈棚',
        class: 'operating',
        category: '生产设施',
        division: '640121100201',
        amount: '10.00',
        owners: [{ kind: 'village', id: '640121100201', share: '1' }],
        acquiredOn: '2009-03-01',
        opening: [
          { id: 'A.1', ...facts, ...opening[0] },
          { id: 'A.2', ...facts, ...opening[1] },
        ],
      },
      [
        ['source:A.1', '-7.00', 'A.1'],
        ['asset:A', '7.00', 'A.1'],
        ['source:A.2', '-3.00', 'A.2'],
        ['asset:A', '3.00', 'A.2'],
      ],
    );
});

it('owners change, in lowest terms and sorted', () => {
  const owners = [
    { kind: 'village', id: '640121100202', share: '2/6' },
    { kind: 'cooperative', id: '93640121MA75XX0000', name: '富农合作社', share: '4/6' },
  ] as const;
  given(...built, asset('A', 'P', '40.00'))
    .when({ kind: 'ownership_change', body: { id: 'C', asset: 'A', owners: [...owners], reason: '量化到村' } })
    .thenRecorded('asset.ownership_changed', {
      id: 'C',
      asset: 'A',
      owners: [
        { kind: 'cooperative', id: '93640121MA75XX0000', name: '富农合作社', share: '2/3' },
        { kind: 'village', id: '640121100202', share: '1/3' },
      ],
      reason: '量化到村',
    });
});

it('an asset earns income, a fund of its own, which its owners share', () => {
  const earning = [...built, asset('A', 'P', '40.00')];
  const earned = income('I', 'A', '10.01', { period: '2016-H1', payer: '供电公司' });
  const fundOf = (level: string) => ({
    id: 'I.1',
    name: '资产收益 A 2016-H1',
    level,
    nature: 'collective',
    fiscalYear: 2016,
    restrictions: [],
    amount: '10.01',
  });
  given(...earning)
    .when(earned)
    .thenRecorded(
      'income.received',
      {
        id: 'I',
        asset: 'A',
        period: '2016-H1',
        amount: '10.01',
        payerKind: 'enterprise',
        payer: '供电公司',
        fund: fundOf('village'),
      },
      [
        ['source:I.1', '-10.01', 'I.1'],
        ['income:A', '10.01', 'I.1'],
      ],
    );
  given(...earning, earned)
    .when({ kind: 'allocation', body: { id: 'S', from: 'income:A', to: 'collective:640121100201', amount: '6.00' } })
    .thenRecorded('funds.allocated', expect.objectContaining({ amount: '6.00', split: 'largest_remainder' }), [
      ['income:A', '-6.00', 'I.1'],
      ['collective:640121100201', '6.00', 'I.1'],
    ]);
  given(...earning, earned, beneficiary('B'))
    .when(payout('B', '4.01', { id: 'S', from: 'income:A' }))
    .thenRecorded('subsidy.paid', expect.objectContaining({ from: 'income:A' }), [
      ['income:A', '-4.01', 'I.1'],
      ['paid:光伏补贴', '4.01', 'I.1'],
    ]);
  given(...earning, earned)
    .when(reversal(earning.length - 1))
    .thenRefused('entry_built_upon', { entries: [earning.length] });
});

it.each([
  ['village', [['village', '1']]],
  ['town', [['township', '1']]],
  ['county', [['county', '1']]],
  [
    'social',
    [
      ['cooperative', '1/2'],
      ['enterprise', '1/2'],
    ],
  ],
  [
    'mixed',
    [
      ['village', '1/2'],
      ['county', '1/2'],
    ],
  ],
] as const)('income is money of level %s by who owns the asset', (level, shares) => {
  const owners = shares.map(([kind, share], index) => ({ kind, id: `64012110020${index}`, share }));
  given(...built, asset('A', 'P', '40.00', { owners }))
    .when(income('I', 'A', '1.00'))
    .thenRecorded(
      'income.received',
      expect.objectContaining({ fund: expect.objectContaining({ level }) }),
      expect.any(Array) as never,
    );
});
