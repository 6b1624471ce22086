/** A question that cannot be answered as it was asked: a malformed request, not an unknown thing. */
export class InvalidQuery extends Error {
  override readonly name = 'InvalidQuery';

  constructor(
    /** The parameter that is wrong. */
    readonly field: string,
    /** What is wrong with it, to be read after its name. */
    message: string,
  ) {
    super(message);
  }
}
