import { BOOK, given, TestBook } from '../support/given.js';
import { allocation, beneficiary, dispatchedTo, fund, opened, payment, payout, project } from '../support/steps.js';

const funded = [opened, fund('F-1', '100.00'), fund('F-2', '50.00')];
const built = [...funded, project('P'), allocation('project:P', 'F-1', '60.00'), payment('P', 'capital', '40.00')];

const fundWithoutId = { name: '衔接资金', level: 'city', nature: 'special', fiscalYear: 2016, amount: '1.00' } as const;

it('a book is opened', () => {
  given().when(opened).thenRecorded('book.opened', { id: '640121', name: '永宁县财政局', level: 'county' });
});

it('a fund is registered with what it keeps for ever', () => {
  given(opened)
    .when(
      fund('F', '1250000.00', {
        channel: '财政厅',
        subject: '2130505',
        restrictions: ['no_payout', 'capital_only', 'no_payout'],
      }),
    )
    .thenRecorded(
      'fund.registered',
      {
        id: 'F',
        name: '扶贫专项资金',
        level: 'central',
        nature: 'special',
        channel: '财政厅',
        fiscalYear: 2016,
        subject: '2130505',
        restrictions: ['capital_only', 'no_payout'],
        amount: '1250000.00',
      },
      [
        ['source:F', '-1250000.00', 'F'],
        ['bureau', '1250000.00', 'F'],
      ],
    );
});

it('a fund is raised and cut', () => {
  given(...funded)
    .when({ kind: 'adjustment', body: { id: 'A', fund: 'F-1', amount: '-100.00' } })
    .thenRecorded('fund.adjusted', { id: 'A', fund: 'F-1', amount: '-100.00' }, [
      ['source:F-1', '100.00', 'F-1'],
      ['bureau', '-100.00', 'F-1'],
    ]);
});

it('money is allocated by lines, from the bureau where nothing else is said', () => {
  given(...funded)
    .when(allocation('department:301', 'F-1', '0.01', { id: 'A' }))
    .thenRecorded('funds.allocated', { id: 'A', from: 'bureau', to: 'department:301', amount: '0.01' }, [
      ['bureau', '-0.01', 'F-1'],
      ['department:301', '0.01', 'F-1'],
    ]);
});

it('money is allocated by an amount, split over the funds of the holder, and the rule is named', () => {
  given(...funded)
    .when({ kind: 'allocation', body: { id: 'A', to: 'department:301', amount: '100.00' } })
    .thenRecorded(
      'funds.allocated',
      { id: 'A', from: 'bureau', to: 'department:301', amount: '100.00', split: 'largest_remainder' },
      [
        ['bureau', '-66.67', 'F-1'],
        ['department:301', '66.67', 'F-1'],
        ['bureau', '-33.33', 'F-2'],
        ['department:301', '33.33', 'F-2'],
      ],
    );
});

it('funds are integrated, each yuan with the id of its fund', () => {
  const lines = [
    { fund: 'F-2', amount: '50.00' },
    { fund: 'F-1', amount: '10.00' },
  ];
  given(...funded)
    .when({ kind: 'integration', body: { id: 'I', pool: '2016', lines } })
    .thenRecorded('funds.integrated', { id: 'I', pool: '2016', amount: '60.00' }, [
      ['bureau', '-50.00', 'F-2'],
      ['pool:2016', '50.00', 'F-2'],
      ['bureau', '-10.00', 'F-1'],
      ['pool:2016', '10.00', 'F-1'],
    ]);
});

it('a dispatch takes along the facts of its funds', () => {
  const facts = { name: '扶贫专项资金', level: 'central', nature: 'special', fiscalYear: 2016, restrictions: [] };
  given(...funded)
    .when({ kind: 'dispatch', body: { id: 'D', toBook: '640122', lines: [{ fund: 'F-1', amount: '30.00' }] } })
    .thenRecorded(
      'funds.dispatched',
      { id: 'D', toBook: '640122', from: 'bureau', amount: '30.00', funds: [{ id: 'F-1', ...facts, amount: '30.00' }] },
      [
        ['bureau', '-30.00', 'F-1'],
        ['transit:640122', '30.00', 'F-1'],
      ],
    );
});

it('an arrival registers a fund for each line, with its origin', () => {
  const dispatch = dispatchedTo(BOOK, 'D', '5.00');
  const [sent] = dispatch.data.funds;
  given(opened)
    .when({
      kind: 'arrival',
      body: { id: 'R', fromBook: '640100', dispatch: 'D' },
      evidence: { dispatch, settledBy: undefined },
    })
    .thenRecorded(
      'funds.received',
      {
        id: 'R',
        fromBook: '640100',
        dispatch: 'D',
        dispatchSeq: 4,
        amount: '5.00',
        funds: [{ ...sent, id: 'R.1', origin: { book: '640100', fund: 'F-9', seq: 4 } }],
      },
      [
        ['source:R.1', '-5.00', 'R.1'],
        ['bureau', '5.00', 'R.1'],
      ],
    );
});

it('an arrival is taken whole also where a former version dispatched more than a trillion yuan', () => {
  const dispatch = dispatchedTo(BOOK, 'D', '1000000000000.00');
  const [sent] = dispatch.data.funds;
  if (sent === undefined) throw new Error('no fund was sent');
  const data = { ...dispatch.data, amount: '2000000000000.00', funds: [sent, { ...sent, id: 'F-8' }] };
  const book = new TestBook();
  book.post(opened);
  const evidence = { dispatch: { ...dispatch, data }, settledBy: undefined };
  const body = { id: 'R', fromBook: '640100', dispatch: 'D' };
  expect(book.post({ kind: 'arrival', body, evidence }).data).toMatchObject({ amount: '2000000000000.00' });
});

it('a project is registered and goes through its stages', () => {
  const { body } = project('P');
  given(opened).when(project('P')).thenRecorded('project.registered', body);
  given(opened, project('P'))
    .when({ kind: 'stage', body: { project: 'P', stage: 'approved' } })
    .thenRecorded('project.advanced', { project: 'P', stage: 'approved' });
});

it('a payment becomes work in progress or expense', () => {
  const paid = { id: 'Z', project: 'P', payee: '永宁县水务公司', amount: '5.00', split: 'largest_remainder' };
  given(...built)
    .when(payment('P', 'capital', '5.00', { id: 'Z' }))
    .thenRecorded('payment.made', { ...paid, kind: 'capital' }, [
      ['project:P', '-5.00', 'F-1'],
      ['wip:P', '5.00', 'F-1'],
    ]);
  given(...built, beneficiary('B'))
    .when(payment('P', 'expense', '5.00', { id: 'Z', payee: 'beneficiary:B' }))
    .thenRecorded('payment.made', { ...paid, kind: 'expense', payee: 'beneficiary:B' }, [
      ['project:P', '-5.00', 'F-1'],
      ['expense:P', '5.00', 'F-1'],
    ]);
});

it('a beneficiary is enrolled by an id and a commitment alone', () => {
  const { body } = beneficiary('B');
  given(opened).when(beneficiary('B')).thenRecorded('beneficiary.enrolled', body);
});

it('a subsidy is paid once for a policy and a period', () => {
  given(...funded, beneficiary('B'), payout('B', '1.00'))
    .when(payout('B', '2.00', { id: 'Y', period: '2017', lines: [{ fund: 'F-2', amount: '2.00' }], amount: undefined }))
    .thenRecorded(
      'subsidy.paid',
      { id: 'Y', policy: '光伏补贴', period: '2017', beneficiary: 'B', from: 'bureau', amount: '2.00' },
      [
        ['bureau', '-2.00', 'F-2'],
        ['paid:光伏补贴', '2.00', 'F-2'],
      ],
    );
});

it('a month is closed once it is over, and takes no entry any more', () => {
  const closing = { kind: 'closing', body: { period: '2016-06' } } as const;
  given(opened).when(closing).thenRecorded('period.closed', { period: '2016-06' });
  given(opened, closing)
    .when(fund('F', '1.00', { effectiveDate: '2016-06-30' }))
    .thenRefused('period_closed', { field: 'effectiveDate' });
  given(opened, closing)
    .when(fund('F', '1.00', { effectiveDate: '2016-07-01' }))
    .thenRecorded('fund.registered', expect.anything(), [
      ['source:F', '-1.00', 'F'],
      ['bureau', '1.00', 'F'],
    ]);
});

it('every event says who, when, by which documents and under which key', () => {
  const book = new TestBook();
  book.post(opened);
  const documents = ['宁财农[2016]12号', '宁财农〔2016〕12号', '银财发﹝2016﹞ 7号'];
  expect(book.post({ ...fund('F', '1.00', { effectiveDate: '2016-07-01', note: '第一批', documents }) })).toMatchObject(
    {
      actor: 'clerk-07',
      book: BOOK,
      command: 'key-1',
      documents: ['宁财农〔2016〕12号', '银财发〔2016〕7号'],
      effectiveDate: '2016-07-01',
      id: 'event-1',
      note: '第一批',
      recordedAt: '2016-07-13T01:02:03.001Z',
      seq: 1,
      version: 1,
    },
  );
  const { note, ...plain } = book.post({ kind: 'fund', body: fundWithoutId });
  expect(note).toBeUndefined();
  expect(plain).toMatchObject({ data: { id: 'made-2' }, documents: [], effectiveDate: '2016-07-13' });
});
