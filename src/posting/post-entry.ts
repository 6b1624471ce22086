import type { CommandBodies, CommandKind, CommonFields } from '../domain/command.js';

/** A command before what it needs from outside its book is looked up. */
export type Request = { [Kind in CommandKind]: { kind: Kind; body: CommandBodies[Kind] & CommonFields } }[CommandKind];

/** Goes over the CommandBus; every posting of every kind is this one command. Answers `Posted`. */
export class PostEntry {
  constructor(
    readonly book: string,
    /** Idempotency key, kept for ever. */
    readonly key: string,
    /** Subject of the token. */
    readonly actor: string,
    readonly request: Request,
  ) {}
}

/** What was recorded of a command. */
export interface Recorded {
  /** What the entry made, or the event's own id where it made nothing that has one. */
  id: string;
  book: string;
  seq: number;
  recordedAt: string;
  /** The key had been used for the same request before; this is the first answer again. */
  replayed: boolean;
  /** What the answer says beside these, for a kind of entry that tells more. */
  told?: object;
}

export interface Posted extends Recorded {
  /** As JSON in ASCII; see `Receipt` for its fields. */
  receipt: string;
}
