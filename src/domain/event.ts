import type { AssetOwnershipChanged, AssetRegistered } from './assets/assets.js';
import type { BookOpened } from './books/open-book.js';
import type { FundAdjusted } from './funds/adjust-fund.js';
import type { FundsAllocated } from './funds/allocate-funds.js';
import type { FundsDispatched } from './funds/dispatch-funds.js';
import type { FundsIntegrated } from './funds/integrate-funds.js';
import type { FundsReceived } from './funds/receive-funds.js';
import type { FundRegistered } from './funds/register-fund.js';
import type { IncomeReceived } from './income/receive-income.js';
import type { NoticeEvidenced, NoticeWithdrawn } from './notices/after-publishing.js';
import type { NoticePublished } from './notices/publish-notice.js';
import type { ObjectionAnswered, ObjectionFiled } from './objections/objections.js';
import type { BeneficiaryEnrolled } from './payouts/enroll-beneficiary.js';
import type { SubsidyPaid } from './payouts/pay-subsidy.js';
import type { PeriodClosed } from './periods/close-period.js';
import type { Posting } from './posting.js';
import type { PaymentMade } from './projects/make-payment.js';
import type { ProjectAdvanced, ProjectRegistered } from './projects/projects.js';
import type { EntryReversed } from './reversals/reverse-entry.js';

/** What each type of event says, beside the envelope. */
export interface EventData {
  'book.opened': BookOpened;
  'fund.registered': FundRegistered;
  'fund.adjusted': FundAdjusted;
  'funds.allocated': FundsAllocated;
  'funds.integrated': FundsIntegrated;
  'funds.dispatched': FundsDispatched;
  'funds.received': FundsReceived;
  'project.registered': ProjectRegistered;
  'project.advanced': ProjectAdvanced;
  'payment.made': PaymentMade;
  'beneficiary.enrolled': BeneficiaryEnrolled;
  'subsidy.paid': SubsidyPaid;
  'asset.registered': AssetRegistered;
  'asset.ownership_changed': AssetOwnershipChanged;
  'income.received': IncomeReceived;
  'notice.published': NoticePublished;
  'notice.evidenced': NoticeEvidenced;
  'notice.withdrawn': NoticeWithdrawn;
  'objection.filed': ObjectionFiled;
  'objection.answered': ObjectionAnswered;
  'entry.reversed': EntryReversed;
  'period.closed': PeriodClosed;
}

export type EventType = keyof EventData;

const TYPES: Record<EventType, true> = {
  'book.opened': true,
  'fund.registered': true,
  'fund.adjusted': true,
  'funds.allocated': true,
  'funds.integrated': true,
  'funds.dispatched': true,
  'funds.received': true,
  'project.registered': true,
  'project.advanced': true,
  'payment.made': true,
  'beneficiary.enrolled': true,
  'subsidy.paid': true,
  'asset.registered': true,
  'asset.ownership_changed': true,
  'income.received': true,
  'notice.published': true,
  'notice.evidenced': true,
  'notice.withdrawn': true,
  'objection.filed': true,
  'objection.answered': true,
  'entry.reversed': true,
  'period.closed': true,
};
export const EVENT_TYPES = Object.keys(TYPES) as EventType[];

/**
 * An event exactly as it is hashed and served (its canonical bytes are RFC 8785). Amounts are yuan with two decimals,
 * signed. `command` is the idempotency key; `seq` counts from 0 in the book; `recordedAt` never runs backwards in it.
 */
export interface EventOf<Type extends EventType> {
  actor: string;
  book: string;
  command: string;
  data: EventData[Type];
  documents: string[];
  /** Business date, `YYYY-MM-DD`. */
  effectiveDate: string;
  id: string;
  note?: string;
  postings: Posting[];
  /** When the book learned it: UTC with milliseconds. */
  recordedAt: string;
  seq: number;
  type: Type;
  version: 1;
}

export type BookEvent = { [Type in EventType]: EventOf<Type> }[EventType];
