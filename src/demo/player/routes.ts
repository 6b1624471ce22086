import type { Step } from '../fixtures/step.js';

export interface Route {
  path: string;
  /** What is left for the body once the path has taken its part. */
  body: object;
}

/** Where a step is posted. The id of what it belongs to stands in the path; a reversal gets the seq of the step it names. */
export function routeOf(step: Step, seqOf: (key: string) => number): Route {
  const book = `/v1/books/${step.book}`;
  switch (step.kind) {
    case 'book':
      return { path: '/v1/books', body: step.body };
    case 'fund':
      return { path: `${book}/funds`, body: step.body };
    case 'adjustment': {
      const { fund, ...body } = step.body;
      return { path: `${book}/funds/${fund}/adjustments`, body };
    }
    case 'allocation':
      return { path: `${book}/allocations`, body: step.body };
    case 'integration':
      return { path: `${book}/integrations`, body: step.body };
    case 'dispatch':
      return { path: `${book}/dispatches`, body: step.body };
    case 'arrival':
      return { path: `${book}/arrivals`, body: step.body };
    case 'project':
      return { path: `${book}/projects`, body: step.body };
    case 'stage': {
      const { project, ...body } = step.body;
      return { path: `${book}/projects/${project}/stages`, body };
    }
    case 'payment':
      return { path: `${book}/payments`, body: step.body };
    case 'beneficiary':
      return { path: `${book}/beneficiaries`, body: step.body };
    case 'payout':
      return { path: `${book}/payouts`, body: step.body };
    case 'asset':
      return { path: `${book}/assets`, body: step.body };
    case 'ownership_change': {
      const { asset, ...body } = step.body;
      return { path: `${book}/assets/${asset}/ownership-changes`, body };
    }
    case 'income': {
      const { asset, ...body } = step.body;
      return { path: `${book}/assets/${asset}/incomes`, body };
    }
    case 'notice':
      return { path: `${book}/notices`, body: step.body };
    case 'photo': {
      const { notice, takenAt, place } = step.body;
      return { path: `${book}/notices/${notice}/evidence?${new URLSearchParams({ takenAt, place })}`, body: {} };
    }
    case 'objection':
      return { path: `/v1/disclosure/books/${step.book}/objections`, body: step.body };
    case 'notice_withdrawal': {
      const { notice, ...body } = step.body;
      return { path: `${book}/notices/${notice}/withdrawals`, body };
    }
    case 'objection_answer': {
      const { objection, ...body } = step.body;
      return { path: `${book}/objections/${objection}/answers`, body };
    }
    case 'reversal': {
      const { of, ...body } = step.body;
      return { path: `${book}/reversals`, body: { ...body, seq: seqOf(of) } };
    }
    case 'closing': {
      const { period, ...body } = step.body;
      return { path: `${book}/periods/${period}/closings`, body };
    }
  }
}
