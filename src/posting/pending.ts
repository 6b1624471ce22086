import { randomUUID } from 'node:crypto';
import { Refusal } from '../domain/refusal.js';
import type { Receipt } from '../log/book-log.js';
import { hashRequest, type Pending, type Submission } from './decide-batch.js';
import { GroupRefused, IdempotencyKeyReused } from './failures.js';
import type { Posted, Recorded } from './post-entry.js';

/** What became of one of several commands. */
export type EntryOutcome = { recorded: Recorded; receipt: Receipt | undefined } | { error: unknown };

/** Commands on their way, and the promise that those who wait for them hold. */
export interface Waiting<Answer> {
  pendings: Pending[];
  answered: Promise<Answer>;
}

/** The answer has a receipt. Errors: Refusal, IdempotencyKeyReused, TryAgain. */
export function one(submission: Submission): Waiting<Posted> {
  const { promise, resolve, reject } = Promise.withResolvers<Posted>();
  const answer = (recorded: Recorded, receipt: Receipt | undefined) => {
    if (receipt === undefined) reject(new Error(`entry ${recorded.seq} was answered without its receipt`));
    else resolve({ ...recorded, receipt });
  };
  return { pendings: [pending(submission, true, answer, reject)], answered: promise };
}

/** Each by itself, in order: an answer for each, and no error spoils another. */
export function several(submissions: Submission[], wantsReceipts: boolean): Waiting<EntryOutcome[]> {
  const { promise, resolve } = Promise.withResolvers<EntryOutcome[]>();
  const outcomes: EntryOutcome[] = new Array(submissions.length);
  let unanswered = submissions.length;
  const settle = (index: number, outcome: EntryOutcome) => {
    outcomes[index] = outcome;
    unanswered -= 1;
    if (unanswered === 0) resolve(outcomes);
  };
  const pendings = submissions.map((submission, index) =>
    pending(
      submission,
      wantsReceipts,
      (recorded, receipt) => settle(index, { recorded, receipt }),
      (error) => settle(index, { error }),
    ),
  );
  if (unanswered === 0) resolve(outcomes);
  return { pendings, answered: promise };
}

/** All or none. Errors: GroupRefused, NotInOneAppend, TryAgain. */
export function group(submissions: Submission[], wantsReceipts: boolean): Waiting<EntryOutcome[]> {
  const { pendings, answered } = several(submissions, wantsReceipts);
  const { promise, resolve, reject } = Promise.withResolvers<EntryOutcome[]>();
  void answered.then(resolve);
  for (const [index, one] of pendings.entries()) {
    one.group = pendings;
    one.fail = (error) => {
      const isOfOne = error instanceof Refusal || error instanceof IdempotencyKeyReused;
      reject(isOfOne ? new GroupRefused(index, error) : error);
    };
  }
  return { pendings, answered: promise };
}

function pending(
  submission: Submission,
  wantsReceipt: boolean,
  answer: Pending['answer'],
  fail: Pending['fail'],
): Pending {
  const { key, actor, request, command, preparedAfter } = submission;
  return {
    key,
    actor,
    request,
    command,
    preparedAfter,
    requestHash: hashRequest(request),
    eventId: randomUUID(),
    isNew: false,
    wantsReceipt,
    group: undefined,
    answer,
    fail,
  };
}
