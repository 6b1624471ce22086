/** The key was used before for another request. */
export class IdempotencyKeyReused extends Error {
  override readonly name = 'IdempotencyKeyReused';

  constructor(readonly key: string) {
    super('This Idempotency-Key was used before for another request.');
  }
}

/**
 * Nothing is wrong with the command, but it could not be recorded now, or it is unknown whether it was. The same request
 * under the same key is safe at any time.
 */
export class TryAgain extends Error {
  override readonly name = 'TryAgain';
}

/** One of several commands that are recorded all or none cannot be, so none was. `cause` says why. */
export class GroupRefused extends Error {
  override readonly name = 'GroupRefused';

  constructor(
    /** Which of them, from 0. */
    readonly index: number,
    cause: unknown,
  ) {
    super('One of the commands cannot be recorded, so none was.', { cause });
  }
}

/** Nothing is wrong with any of the commands, but they cannot be recorded in one append. */
export class NotInOneAppend extends Error {
  override readonly name = 'NotInOneAppend';
}
