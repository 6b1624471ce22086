import type { PublishNotice } from '../../disclosure/publish-notice.js';
import type { CommandKind } from '../../domain/command.js';
import type { PostEntry } from '../../posting/post-entry.js';
import type { EnrollPerson } from '../../vault/enroll-person.js';
import type { Caller, Role } from '../access/roles.js';
import type { PathPart } from '../path-id.js';
import type { BodyClass } from '../validation/fields.js';

/** What a posting takes from its request beside the body. */
export interface EntryContext {
  /** Of the path; empty where a book is opened, which its body names. */
  book: string;
  /** Idempotency-Key. */
  key: string;
  caller: Caller;
}

/** An address that takes postings of one kind. */
export interface PostingRoute {
  kind: CommandKind;
  /** As Fastify writes it, e.g. `/v1/books/:book/funds/:fund/adjustments`. */
  path: string;
  roles: readonly Role[];
  bodyClass: BodyClass;
  /** The class of the answer, where it tells more than any posting's. */
  answerClass?: BodyClass;
  /** What the path says beside the book; it goes into the body. */
  part?: PathPart;
  /** Makes the command of what the body class has accepted. Error: HttpProblem `forbidden`. */
  command(context: EntryContext, body: object): PostEntry | EnrollPerson | PublishNotice;
  /** For the documentation: a heading, a name that is unique, and what the posting does. */
  tag: string;
  operationId: string;
  summary: string;
}
