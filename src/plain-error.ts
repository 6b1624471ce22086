/** A failure whose message is all that its reader needs: the command line shows it without a stack. */
export class PlainError extends Error {
  override readonly name = 'PlainError';
}

/** What all of them say, each thing once, where each has something to say that its reader understands; else the first. */
export function together(errors: readonly unknown[]): unknown {
  if (!errors.every((error) => error instanceof PlainError)) return errors.find((one) => !(one instanceof PlainError));
  return new PlainError([...new Set(errors.map(({ message }) => message))].join('\n'));
}
