/** A view has not caught up in the time that a caller may wait; to be asked again after `retryAfterSeconds`. */
export class ViewBehind extends Error {
  override readonly name = 'ViewBehind';
  readonly retryAfterSeconds = 1;

  constructor(
    view: string,
    book: string,
    minSeq: number,
    /** Where the view stands. */
    readonly seq: number,
  ) {
    super(`The ${view} of book ${book} stand at entry ${seq}; entry ${minSeq} is not in them yet.`);
  }
}
