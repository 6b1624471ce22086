import { changeOwnership, registerAsset } from './assets/assets.js';
import { openBook } from './books/open-book.js';
import type { BookCommand, Circumstances, Decision } from './command.js';
import { normaliseDocuments } from './document.js';
import type { BookEvent } from './event.js';
import { adjustFund } from './funds/adjust-fund.js';
import { allocateFunds } from './funds/allocate-funds.js';
import { dispatchFunds } from './funds/dispatch-funds.js';
import { integrateFunds } from './funds/integrate-funds.js';
import { receiveFunds } from './funds/receive-funds.js';
import { registerFund } from './funds/register-fund.js';
import { receiveIncome } from './income/receive-income.js';
import { evidenceNotice, withdrawNotice } from './notices/after-publishing.js';
import { publishNotice } from './notices/publish-notice.js';
import { answerObjection, fileObjection } from './objections/objections.js';
import { enrollBeneficiary } from './payouts/enroll-beneficiary.js';
import { paySubsidy } from './payouts/pay-subsidy.js';
import { closePeriod } from './periods/close-period.js';
import { personalField } from './personal-data.js';
import { unbalancedFund } from './posting.js';
import { makePayment } from './projects/make-payment.js';
import { advanceProject, registerProject } from './projects/projects.js';
import { Refusal } from './refusal.js';
import { reverseEntry } from './reversals/reverse-entry.js';
import type { BookState } from './state.js';

export { evolve, ImpossibleHistory } from './evolve.js';
export { initialState } from './state.js';

/**
 * Decides one command on what stands: the one event it makes, or a Refusal. Pure: the same arguments give the same event.
 *
 * The order of refusals: book_unknown, effective_date_in_future, period_closed, personal_data_in_text, then those of the
 * rule in the order its own comment gives.
 */
export function decide(state: BookState, command: BookCommand, circumstances: Circumstances): BookEvent {
  const { kind, body } = command;
  const { book, today } = circumstances;
  if (state.opened === undefined && kind !== 'book') throw new Refusal('book_unknown', `There is no book ${book}.`);
  const effectiveDate = body.effectiveDate ?? today;
  if (effectiveDate > today) {
    throw new Refusal('effective_date_in_future', `${effectiveDate} lies after today, ${today}.`, {
      field: 'effectiveDate',
    });
  }
  if (state.closedPeriods.has(effectiveDate.slice(0, 7))) {
    throw new Refusal('period_closed', `${effectiveDate.slice(0, 7)} is closed.`, { field: 'effectiveDate' });
  }
  const personal = personalFieldOf(command);
  if (personal !== undefined) {
    throw new Refusal(
      'personal_data_in_text',
      `${personal} holds what looks like an ID number, a bank card or a mobile number.`,
      {
        field: personal,
      },
    );
  }
  const decision = decideBody(state, command, circumstances, effectiveDate);
  const unbalanced = unbalancedFund(decision.postings);
  if (unbalanced !== undefined) throw new Error(`the rule for ${kind} does not balance fund ${unbalanced}`);
  const event = {
    actor: circumstances.actor,
    book,
    command: circumstances.key,
    data: decision.data,
    documents: normaliseDocuments(body.documents),
    effectiveDate,
    id: circumstances.eventId,
    postings: decision.postings,
    recordedAt: circumstances.recordedAt,
    seq: state.nextSeq,
    type: decision.type,
    version: 1,
  } as BookEvent;
  if (body.note !== undefined) event.note = body.note;
  return event;
}

/** Commitments and hashes are not texts; their digits say nothing. */
function personalFieldOf(command: BookCommand): string | undefined {
  if (command.kind === 'notice_evidence') {
    const { sha256: _, ...rest } = command.body;
    return personalField(rest);
  }
  if (command.kind !== 'beneficiary' && command.kind !== 'objection') return personalField(command.body);
  const { commitment: _, ...rest } = command.body;
  return personalField(rest);
}

function decideBody(
  state: BookState,
  command: BookCommand,
  circumstances: Circumstances,
  effectiveDate: string,
): Decision {
  switch (command.kind) {
    case 'book':
      return openBook(state, command.body, circumstances);
    case 'fund':
      return registerFund(state, command.body, circumstances);
    case 'adjustment':
      return adjustFund(state, command.body, circumstances);
    case 'allocation':
      return allocateFunds(state, command.body, circumstances);
    case 'integration':
      return integrateFunds(state, command.body, circumstances);
    case 'dispatch':
      return dispatchFunds(state, command, circumstances);
    case 'arrival':
      return receiveFunds(state, command, circumstances);
    case 'project':
      return registerProject(state, command.body, circumstances);
    case 'stage':
      return advanceProject(state, command.body, circumstances);
    case 'payment':
      return makePayment(state, command.body, circumstances);
    case 'beneficiary':
      return enrollBeneficiary(state, command.body, circumstances);
    case 'payout':
      return paySubsidy(state, command.body, circumstances);
    case 'asset':
      return registerAsset(
        state,
        { ...command.body, acquiredOn: command.body.acquiredOn ?? effectiveDate },
        circumstances,
      );
    case 'ownership_change':
      return changeOwnership(state, command.body, circumstances);
    case 'income':
      return receiveIncome(state, command.body, circumstances, effectiveDate);
    case 'notice':
      return publishNotice(state, command, circumstances, effectiveDate);
    case 'notice_evidence':
      return evidenceNotice(state, command.body, circumstances);
    case 'notice_withdrawal':
      return withdrawNotice(state, command.body, circumstances, effectiveDate);
    case 'objection':
      return fileObjection(state, command, circumstances);
    case 'objection_answer':
      return answerObjection(state, command.body, circumstances, effectiveDate);
    case 'reversal':
      return reverseEntry(state, command, circumstances);
    case 'closing':
      return closePeriod(state, command.body, circumstances);
  }
}
