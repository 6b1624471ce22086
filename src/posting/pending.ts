import type { BookCommand } from '../domain/command.js';
import { Refusal } from '../domain/refusal.js';
import { canonicalHash } from '../event-store/canonical.js';
import { newUuid } from '../new-uuid.js';
import { GroupRefused, IdempotencyKeyReused } from './failures.js';
import type { Posted, Recorded, Request } from './post-entry.js';

/** A command on its way: what was asked, under which key. */
export interface Submission {
  key: string;
  actor: string;
  request: Request;
  command: BookCommand;
  /** How many batches the writer had made durable when the command was prepared. */
  preparedAfter: number;
}

/** What became of one of several commands. */
export type EntryOutcome = { recorded: Recorded; receipt: string | undefined } | { error: unknown };

/** Who waits for commands, each of which has its place among them. */
interface Poster {
  readonly wantsReceipts: boolean;
  answer(place: number, recorded: Recorded, receipt: string | undefined): void;
  fail(place: number, error: unknown): void;
}

/** A submission whose poster waits for the answer. */
export class Pending {
  readonly key: string;
  readonly actor: string;
  command: BookCommand;
  preparedAfter: number;
  readonly requestHash: string;
  /** Made once, so that an entry whose append had an unknown outcome is recognised as this one. */
  readonly eventId = newUuid();
  /** The store was asked: no entry has this key, though the filter could not tell. */
  isNew = false;
  /** Those with which it is recorded, all or none, itself among them. */
  group: Pending[] | undefined = undefined;

  constructor(
    { key, actor, request, command, preparedAfter }: Submission,
    private readonly poster: Poster,
    private readonly place: number,
  ) {
    this.key = key;
    this.actor = actor;
    this.command = command;
    this.preparedAfter = preparedAfter;
    this.requestHash = hashRequest(request);
  }

  get wantsReceipt(): boolean {
    return this.poster.wantsReceipts;
  }

  answer(recorded: Recorded, receipt: string | undefined): void {
    this.poster.answer(this.place, recorded, receipt);
  }

  fail(error: unknown): void {
    this.poster.fail(this.place, error);
  }
}

/** SHA-256 of what was asked, in base64, the same for any order of its fields. */
function hashRequest({ kind, body }: Request): string {
  return canonicalHash({ body, kind });
}

/** Commands on their way, and the promise that those who wait for them hold. */
export interface Waiting<Answer> {
  pendings: Pending[];
  answered: Promise<Answer>;
}

/** The answer has a receipt. Errors: Refusal, IdempotencyKeyReused, TryAgain. */
export function one(submission: Submission): Waiting<Posted> {
  const { promise, resolve, reject } = Promise.withResolvers<Posted>();
  const poster: Poster = {
    wantsReceipts: true,
    answer: (_place, recorded, receipt) => {
      if (receipt === undefined) reject(new Error(`entry ${recorded.seq} was answered without its receipt`));
      else resolve({ ...recorded, receipt });
    },
    fail: (_place, error) => reject(error),
  };
  return { pendings: [new Pending(submission, poster, 0)], answered: promise };
}

/** Each by itself, in order: an answer for each, and no error spoils another. */
export function several(submissions: readonly Submission[], wantsReceipts: boolean): Waiting<EntryOutcome[]> {
  const { poster, answered } = collector(submissions.length, wantsReceipts);
  return { pendings: pendingsOf(submissions, poster), answered };
}

/** All or none. Errors: GroupRefused, NotInOneAppend, TryAgain. */
export function group(submissions: readonly Submission[], wantsReceipts: boolean): Waiting<EntryOutcome[]> {
  const { poster, answered } = collector(submissions.length, wantsReceipts);
  const { promise, resolve, reject } = Promise.withResolvers<EntryOutcome[]>();
  void answered.then(resolve);
  const fail = (place: number, error: unknown) => {
    const isOfOne = error instanceof Refusal || error instanceof IdempotencyKeyReused;
    reject(isOfOne ? new GroupRefused(place, error) : error);
  };
  const pendings = pendingsOf(submissions, { ...poster, fail });
  for (const one of pendings) one.group = pendings;
  return { pendings, answered: promise };
}

function pendingsOf(submissions: readonly Submission[], poster: Poster): Pending[] {
  return submissions.map((submission, place) => new Pending(submission, poster, place));
}

/** Waits until each of so many has its outcome. */
function collector(count: number, wantsReceipts: boolean): { poster: Poster; answered: Promise<EntryOutcome[]> } {
  const { promise, resolve } = Promise.withResolvers<EntryOutcome[]>();
  const outcomes: EntryOutcome[] = new Array(count);
  let unanswered = count;
  const settle = (place: number, outcome: EntryOutcome) => {
    outcomes[place] = outcome;
    unanswered -= 1;
    if (unanswered === 0) resolve(outcomes);
  };
  if (count === 0) resolve(outcomes);
  const poster: Poster = {
    wantsReceipts,
    answer: (place, recorded, receipt) => settle(place, { recorded, receipt }),
    fail: (place, error) => settle(place, { error }),
  };
  return { poster, answered: promise };
}
