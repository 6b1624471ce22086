import { ChangeOwnershipBody, RegisterAssetBody } from '../../src/http/bodies/assets.js';
import { EnrollBeneficiaryBody } from '../../src/http/bodies/beneficiaries.js';
import { OpenBookBody } from '../../src/http/bodies/books.js';
import { ClosePeriodBody, ReverseEntryBody } from '../../src/http/bodies/corrections.js';
import {
  AdjustFundBody,
  AllocateFundsBody,
  DispatchFundsBody,
  IntegrateFundsBody,
  ReceiveFundsBody,
  RegisterFundBody,
} from '../../src/http/bodies/funds.js';
import { ReceiveIncomeBody } from '../../src/http/bodies/income.js';
import { PublishNoticeBody, WithdrawNoticeBody } from '../../src/http/bodies/notices.js';
import { AnswerObjectionBody } from '../../src/http/bodies/objections.js';
import { PaySubsidyBody } from '../../src/http/bodies/payouts.js';
import { AdvanceProjectBody, MakePaymentBody, RegisterProjectBody } from '../../src/http/bodies/projects.js';
import type { BodyClass } from '../../src/http/validation/fields.js';
import { ALL_FIELDS, noticeBody } from './notices.js';

export type Json = Record<string, unknown>;

export interface BodyCase {
  name: string;
  /** Where it is posted. */
  path: string;
  bodyClass: BodyClass;
  /** Together they use every field. */
  good: Json[];
  role?: 'admin';
}

const common = { effectiveDate: '2016-07-13', documents: ['宁财农〔2016〕12号'], note: '第二批' };
const lines = [
  { fund: 'F-1', amount: '100.00' },
  { fund: 'F-2', amount: '1000000000000.00' },
];
const owners = [
  { kind: 'village', id: '640121100201', name: '杨和村', share: '1/3' },
  { kind: 'household', id: 'b-1', share: '2/3' },
];
const book = '/v1/books/640121';
const asset = { name: '大棚', class: 'operating', category: '设施', division: '640121100', owners };

export const BODIES: BodyCase[] = [
  {
    path: '/v1/books',
    bodyClass: OpenBookBody,
    good: [{ id: '640122', name: '财政局', level: 'county', ...common }],
    role: 'admin' as const,
  },
  {
    path: `${book}/funds`,
    bodyClass: RegisterFundBody,
    good: [
      { name: '资金', level: 'central', nature: 'special', fiscalYear: 2016, amount: '0.01' },
      {
        id: 'F-9',
        name: '资金',
        level: 'central',
        nature: 'special',
        channel: '农业',
        fiscalYear: 2016,
        subject: '2130505',
        amount: '1.00',
        restrictions: ['no_integration'],
        ...common,
      },
    ],
  },
  {
    path: `${book}/funds/F-1/adjustments`,
    bodyClass: AdjustFundBody,
    good: [{ id: 'J-1', amount: '-1.00', ...common }, { amount: '2.00' }],
  },
  {
    path: `${book}/allocations`,
    bodyClass: AllocateFundsBody,
    good: [
      { id: 'A-1', from: 'bureau', to: 'project:P-1', lines, ...common },
      { to: 'department:nyj', amount: '1.00' },
    ],
  },
  {
    path: `${book}/integrations`,
    bodyClass: IntegrateFundsBody,
    good: [{ id: 'I-1', pool: '2016', lines, ...common }],
  },
  {
    path: `${book}/dispatches`,
    bodyClass: DispatchFundsBody,
    good: [
      { id: 'D-1', toBook: '640122', from: 'pool:2016', lines, ...common },
      { toBook: '640122', amount: '1.00' },
    ],
  },
  {
    path: `${book}/arrivals`,
    bodyClass: ReceiveFundsBody,
    good: [{ id: 'R-1', fromBook: '640100', dispatch: 'D-1', ...common }],
  },
  {
    path: `${book}/projects`,
    bodyClass: RegisterProjectBody,
    good: [
      {
        id: 'P-9',
        name: '路',
        category: '基础',
        division: '640121',
        responsibleUnit: '局',
        plannedAmount: '5.00',
        ...common,
      },
    ],
  },
  { path: `${book}/projects/P-1/stages`, bodyClass: AdvanceProjectBody, good: [{ stage: 'approved', ...common }] },
  {
    path: `${book}/payments`,
    bodyClass: MakePaymentBody,
    good: [
      { id: 'PAY-1', project: 'P-1', kind: 'capital', payee: '某公司', lines, ...common },
      { project: 'P-1', kind: 'expense', payee: 'beneficiary:b-1', amount: '1.00' },
    ],
  },
  {
    path: `${book}/payouts`,
    bodyClass: PaySubsidyBody,
    good: [
      { id: 'S-1', policy: '交通补贴', period: '2016', beneficiary: 'b-1', from: 'bureau', lines, ...common },
      { policy: 'p', period: '2016-Q3', beneficiary: 'b-1', amount: '1.00' },
    ],
  },
  {
    path: `${book}/assets`,
    bodyClass: RegisterAssetBody,
    good: [
      {
        id: 'AS-1',
        ...asset,
        project: 'P-1',
        lines,
        operator: '社',
        custodian: '村委会',
        acquiredOn: '2016-02-29',
        ...common,
      },
      { ...asset, project: 'P-1', amount: '1.00' },
      { ...asset, opening: [{ level: 'central', nature: 'special', amount: '1.00' }] },
    ],
  },
  {
    path: `${book}/assets/AS-1/ownership-changes`,
    bodyClass: ChangeOwnershipBody,
    good: [{ id: 'OC-1', owners, reason: '确权', ...common }],
  },
  {
    path: `${book}/assets/AS-1/incomes`,
    bodyClass: ReceiveIncomeBody,
    good: [
      { id: 'IN-1', period: '2019-H1', amount: '41500.00', payerKind: 'enterprise', payer: '供电公司', ...common },
      { period: '2019', amount: '0.01', payerKind: 'household' },
    ],
  },
  {
    path: `${book}/notices`,
    bodyClass: PublishNoticeBody,
    good: [
      {
        id: 'N-1',
        type: 'supervision',
        level: 'village',
        division: '640121100201',
        title: '监督举报方式公示',
        covers: {},
        asOfSeq: 0,
        fields: ALL_FIELDS,
        publicFrom: '2016-07-14',
        days: 10,
        dayKind: 'natural',
        place: '村务公开栏',
        contact: '村务监督委员会',
        phone: '0951-8011234',
        address: '永宁县杨和街',
        email: 'jubao@example.gov.cn',
        hotline: '12317',
        replaces: 'N-0',
        reason: '更正',
        ...common,
      },
      noticeBody('donation', { entries: [0, 1] }, { fields: { basis: '依据' } }),
      noticeBody('project_before', { project: 'P-1' }, { fields: { basis: '依据' } }),
      noticeBody('sector_funds', { funds: ['F-1', 'F-2'] }, { fields: { basis: '依据' } }),
      noticeBody('annual_plan', { fiscalYear: 2016 }, { fields: { basis: '依据' } }),
      noticeBody('integration_plan', { pool: '2016' }, { fields: { basis: '依据' } }),
      noticeBody('household_subsidy', { policy: '光伏补贴', period: '2016' }, { fields: { basis: '依据' } }),
      noticeBody('asset_register', { assetClass: 'operating' }, { fields: { basis: '依据' } }),
      noticeBody('asset_income', { asset: 'AS-1' }, { fields: { basis: '依据' } }),
    ],
  },
  { path: `${book}/notices/N-1/withdrawals`, bodyClass: WithdrawNoticeBody, good: [{ reason: '误发', ...common }] },
  {
    path: `${book}/objections/O-1/answers`,
    bodyClass: AnswerObjectionBody,
    good: [{ outcome: 'upheld', answer: '经核实已补发。', ...common }],
  },
  { path: `${book}/reversals`, bodyClass: ReverseEntryBody, good: [{ seq: 0, reason: '重复', ...common }] },
  { path: `${book}/periods/2016-05/closings`, bodyClass: ClosePeriodBody, good: [{ ...common }, {}] },
  {
    path: `${book}/beneficiaries`,
    bodyClass: EnrollBeneficiaryBody,
    good: [
      {
        name: '张某',
        idNumber: '11010519491231002X',
        bankAccount: '6222020000000000',
        division: '640121100',
        categories: ['脱贫户'],
        ...common,
      },
    ],
  },
].map((body) => ({ ...body, name: body.bodyClass.name }));
