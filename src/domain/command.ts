import type { ChangeOwnership, RegisterAsset } from './assets/assets.js';
import type { OpenBook } from './books/open-book.js';
import type { EventData, EventType } from './event.js';
import type { AdjustFund } from './funds/adjust-fund.js';
import type { AllocateFunds } from './funds/allocate-funds.js';
import type { DispatchEvidence, DispatchFunds } from './funds/dispatch-funds.js';
import type { IntegrateFunds } from './funds/integrate-funds.js';
import type { ArrivalEvidence, ReceiveFunds } from './funds/receive-funds.js';
import type { RegisterFund } from './funds/register-fund.js';
import type { ReceiveIncome } from './income/receive-income.js';
import type { EvidenceNotice, WithdrawNotice } from './notices/after-publishing.js';
import type { NoticeEvidence, PublishNotice } from './notices/publish-notice.js';
import type { AnswerObjection, FileObjection, ObjectionEvidence } from './objections/objections.js';
import type { EnrollBeneficiary } from './payouts/enroll-beneficiary.js';
import type { PaySubsidy } from './payouts/pay-subsidy.js';
import type { ClosePeriod } from './periods/close-period.js';
import type { Posting } from './posting.js';
import type { MakePayment } from './projects/make-payment.js';
import type { AdvanceProject, RegisterProject } from './projects/projects.js';
import type { ReversalEvidence, ReverseEntry } from './reversals/reverse-entry.js';

/** What every posting may say beside its own fields. */
export interface CommonFields {
  /** Business date `YYYY-MM-DD`; today in Asia/Shanghai where absent. */
  effectiveDate?: string;
  /** Document numbers, e.g. `宁财农〔2016〕12号`. */
  documents?: string[];
  note?: string;
}

/** The body of each kind of command; the kinds are those of a line of an import. */
export interface CommandBodies {
  book: OpenBook;
  fund: RegisterFund;
  adjustment: AdjustFund;
  allocation: AllocateFunds;
  integration: IntegrateFunds;
  dispatch: DispatchFunds;
  arrival: ReceiveFunds;
  project: RegisterProject;
  stage: AdvanceProject;
  payment: MakePayment;
  beneficiary: EnrollBeneficiary;
  payout: PaySubsidy;
  asset: RegisterAsset;
  ownership_change: ChangeOwnership;
  income: ReceiveIncome;
  notice: PublishNotice;
  notice_evidence: EvidenceNotice;
  notice_withdrawal: WithdrawNotice;
  objection: FileObjection;
  objection_answer: AnswerObjection;
  reversal: ReverseEntry;
  closing: ClosePeriod;
}

/** What a decision needs to know from outside its book; looked up before deciding, since deciding does no I/O. */
export interface CommandEvidence {
  dispatch: DispatchEvidence;
  arrival: ArrivalEvidence;
  reversal: ReversalEvidence;
  notice: NoticeEvidence;
  objection: ObjectionEvidence;
}

export type CommandKind = keyof CommandBodies;

type EvidenceFor<Kind extends CommandKind> = Kind extends keyof CommandEvidence
  ? { evidence: CommandEvidence[Kind] }
  : { evidence?: undefined };

export type CommandOf<Kind extends CommandKind> = {
  kind: Kind;
  body: CommandBodies[Kind] & CommonFields;
} & EvidenceFor<Kind>;

export type BookCommand = { [Kind in CommandKind]: CommandOf<Kind> }[CommandKind];

/** Time and ids arrive with the command; `domain/` reads no clock and makes no id. */
export interface Circumstances {
  book: string;
  /** Idempotency key. */
  key: string;
  actor: string;
  eventId: string;
  /** Id for what the command makes, where the caller gave none. */
  newId: string;
  recordedAt: string;
  /** Today in Asia/Shanghai, `YYYY-MM-DD`. */
  today: string;
}

/** What a rule decides; the envelope is added by `decide`. */
export type Decision = {
  [Type in EventType]: { type: Type; data: EventData[Type]; postings: Posting[] };
}[EventType];
