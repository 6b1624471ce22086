import { PublishNotice } from '../../disclosure/publish-notice.js';
import type { CommandBodies, CommandKind, CommonFields } from '../../domain/command.js';
import { PostEntry, type Request } from '../../posting/post-entry.js';
import { EnrollPerson, type EnrollPersonBody } from '../../vault/enroll-person.js';
import type { Role } from '../access/roles.js';
import { requireScope } from '../access.js';
import { ChangeOwnershipBody, RegisterAssetBody } from '../bodies/assets.js';
import { EnrollBeneficiaryBody } from '../bodies/beneficiaries.js';
import { OpenBookBody } from '../bodies/books.js';
import { ClosePeriodBody, ReverseEntryBody } from '../bodies/corrections.js';
import {
  AdjustFundBody,
  AllocateFundsBody,
  DispatchFundsBody,
  IntegrateFundsBody,
  ReceiveFundsBody,
  RegisterFundBody,
} from '../bodies/funds.js';
import { ReceiveIncomeBody } from '../bodies/income.js';
import { NoticePostedAnswer } from '../bodies/notice-answers.js';
import { PublishNoticeBody, WithdrawNoticeBody } from '../bodies/notices.js';
import { AnswerObjectionBody } from '../bodies/objections.js';
import { PaySubsidyBody } from '../bodies/payouts.js';
import { AdvanceProjectBody, MakePaymentBody, RegisterProjectBody } from '../bodies/projects.js';
import { type PathPart, pathId, pathMonth } from '../path-id.js';
import type { EntryContext, PostingRoute } from './posting-route.js';

const CLERK: readonly Role[] = ['clerk'];
const CLERK_OR_REVIEWER: readonly Role[] = ['clerk', 'reviewer'];

const PUBLISHER_OR_CLERK: readonly Role[] = ['publisher', 'clerk'];
const ANSWERERS: readonly Role[] = ['clerk', 'reviewer', 'publisher'];

const FUND = pathId('fund', 'fund_unknown');
const PROJECT = pathId('project', 'project_unknown');
const ASSET = pathId('asset', 'asset_unknown');
const NOTICE = pathId('notice', 'notice_unknown');
const OBJECTION = pathId('objection', 'objection_unknown');
const PERIOD = pathMonth('period');

const fund = inBook(CLERK, 'funds');
const project = inBook(CLERK, 'projects');
const asset = inBook(CLERK, 'assets');
const correction = inBook(CLERK_OR_REVIEWER, 'reversals and closings');

/** Every address that takes postings, with the body that it wants. */
export const POSTINGS: readonly PostingRoute[] = [
  {
    kind: 'book',
    path: '/v1/books',
    roles: ['admin'],
    bodyClass: OpenBookBody,
    command: ({ key, caller }, body) => {
      const book = (body as OpenBookBody).id;
      requireScope(caller, book);
      return new PostEntry(book, key, caller.actor, { kind: 'book', body: body as OpenBookBody });
    },
    tag: 'books',
    operationId: 'booksOpen',
    summary: 'Opens the book of a bureau',
  },
  fund('fund', 'funds', RegisterFundBody, 'fundsRegister', 'Registers a fund that was received'),
  fund(
    'adjustment',
    'funds/:fund/adjustments',
    AdjustFundBody,
    'fundsAdjust',
    'Adds to a fund (追加) or reduces it (调减)',
    FUND,
  ),
  fund('allocation', 'allocations', AllocateFundsBody, 'fundsAllocate', 'Moves money from one holder to another'),
  fund(
    'integration',
    'integrations',
    IntegrateFundsBody,
    'fundsIntegrate',
    'Brings funds into a pool for joint use (涉农资金统筹整合)',
  ),
  fund(
    'dispatch',
    'dispatches',
    DispatchFundsBody,
    'fundsDispatch',
    'Sends money to the book of a lower bureau (下达)',
  ),
  fund('arrival', 'arrivals', ReceiveFundsBody, 'fundsReceive', 'Takes in a dispatch, whole and once (到账)'),
  project(
    'project',
    'projects',
    RegisterProjectBody,
    'projectsRegister',
    'Enters a project into the project library (项目库)',
  ),
  project(
    'stage',
    'projects/:project/stages',
    AdvanceProjectBody,
    'projectsAdvance',
    'Takes a project to its next stage',
    PROJECT,
  ),
  project('payment', 'payments', MakePaymentBody, 'projectsPay', 'Spends what was allocated to a project (支付)'),
  {
    kind: 'beneficiary',
    path: '/v1/books/:book/beneficiaries',
    roles: CLERK,
    bodyClass: EnrollBeneficiaryBody,
    command: ({ book, key, caller }, body) => new EnrollPerson(book, key, caller.actor, body as EnrollPersonBody),
    tag: 'beneficiaries',
    operationId: 'beneficiariesEnroll',
    summary: 'Enrols a person or household; personal data goes to the vault, the answer has an opaque id',
  },
  inBook(CLERK, 'payouts')(
    'payout',
    'payouts',
    PaySubsidyBody,
    'payoutsPay',
    'Pays a subsidy to a beneficiary (补贴发放)',
  ),
  asset(
    'asset',
    'assets',
    RegisterAssetBody,
    'assetsRegister',
    'Registers an asset out of work in progress (转固), or one older than the book (期初)',
  ),
  asset(
    'ownership_change',
    'assets/:asset/ownership-changes',
    ChangeOwnershipBody,
    'assetsChangeOwnership',
    'Gives an asset new owners',
    ASSET,
  ),
  asset(
    'income',
    'assets/:asset/incomes',
    ReceiveIncomeBody,
    'assetsReceiveIncome',
    'Records what an asset earned (资产收益); it is shared by allocations and payouts from income:<asset>',
    ASSET,
  ),
  {
    kind: 'notice',
    path: '/v1/books/:book/notices',
    roles: PUBLISHER_OR_CLERK,
    bodyClass: PublishNoticeBody,
    answerClass: NoticePostedAnswer,
    command: ({ book, key, caller }, body) => new PublishNotice(book, key, caller.actor, body as PublishNoticeBody),
    tag: 'notices',
    operationId: 'noticesPublish',
    summary: 'Publishes a notice (公告公示), with rows out of the book as it stood at one entry',
  },
  inBook(PUBLISHER_OR_CLERK, 'notices')(
    'notice_withdrawal',
    'notices/:notice/withdrawals',
    WithdrawNoticeBody,
    'noticesWithdraw',
    'Withdraws a notice (撤回)',
    NOTICE,
  ),
  inBook(ANSWERERS, 'objections')(
    'objection_answer',
    'objections/:objection/answers',
    AnswerObjectionBody,
    'objectionsAnswer',
    'Answers an objection or report, in public',
    OBJECTION,
  ),
  correction(
    'reversal',
    'reversals',
    ReverseEntryBody,
    'correctionsReverse',
    'Cancels an earlier entry by a new one (红字冲销)',
  ),
  correction(
    'closing',
    'periods/:period/closings',
    ClosePeriodBody,
    'correctionsClose',
    'Closes a month to entries with an effective date inside it',
    PERIOD,
  ),
];

type BodyOf<Kind extends CommandKind> = CommandBodies[Kind] & CommonFields;

/** Postings of a book whose bodies are commands as they stand, but for what the path says. */
function inBook(roles: readonly Role[], tag: string) {
  return <Kind extends CommandKind, Part extends string & keyof BodyOf<Kind> = never>(
    kind: Kind,
    path: string,
    bodyClass: new () => Omit<BodyOf<Kind>, Part>,
    operationId: string,
    summary: string,
    part?: PathPart & { name: Part },
  ): PostingRoute => ({
    kind,
    path: `/v1/books/:book/${path}`,
    roles,
    bodyClass,
    ...(part !== undefined && { part }),
    command: ({ book, key, caller }: EntryContext, body) =>
      // Kind and class belong together, row by row, which the type of a table cannot say.
      new PostEntry(book, key, caller.actor, { kind, body } as unknown as Request),
    tag,
    operationId,
    summary,
  });
}
