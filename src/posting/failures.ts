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
