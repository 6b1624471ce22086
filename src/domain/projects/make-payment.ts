import { account } from '../account.js';
import type { Circumstances, Decision } from '../command.js';
import { type LinesOrAmount, take } from '../funds/take.js';
import { claimId } from '../ids.js';
import type { PAYMENT_KINDS } from '../kinds.js';
import type { Yuan } from '../money.js';
import { knownBeneficiary } from '../payouts/enroll-beneficiary.js';
import { move } from '../posting.js';
import type { BookState } from '../state.js';
import { openProject } from './projects.js';

/** `capital` becomes work in progress, 在建; `expense` is spent. */
export type PaymentKind = (typeof PAYMENT_KINDS)[number];

/** 支付: a project spends what was allocated to it. */
export interface MakePayment extends LinesOrAmount {
  id?: string;
  project: string;
  kind: PaymentKind;
  /** The name of an organisation, or `beneficiary:<id>` for a person or household. */
  payee: string;
}

export interface PaymentMade {
  id: string;
  project: string;
  kind: PaymentKind;
  payee: string;
  amount: Yuan;
  split?: string;
}

const BENEFICIARY_PAYEE = /^beneficiary:(.+)$/;

/** Refusals: id_exists, project_unknown, project_closed, beneficiary_unknown, then those of `take`. */
export function makePayment(state: BookState, body: MakePayment, { newId }: Circumstances): Decision {
  const { project, kind, payee } = body;
  const id = claimId(state, 'payment.made', body.id, newId);
  openProject(state, project, 'project');
  const beneficiary = payeeBeneficiary(payee);
  if (beneficiary !== undefined) knownBeneficiary(state, beneficiary, 'payee');
  const from = account.project(project);
  const { lines, record } = take(state, from, body, kind === 'expense' ? ['capital_only'] : []);
  const to = kind === 'capital' ? account.wip(project) : account.expense(project);
  return { type: 'payment.made', data: { ...record, id, kind, payee, project }, postings: move(from, to, lines) };
}

export function payeeBeneficiary(payee: string): string | undefined {
  return BENEFICIARY_PAYEE.exec(payee)?.[1];
}
