const CODES = /^(?:08...|25P03|57P0[123]|53[13]00|ECONN\w+|EPIPE|ETIMEDOUT)$/;
/** Of pg itself, which gives them no code. */
const WORDS =
  /^(?:Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error|Query read timeout)/;

/** The database is away, silent, starting, or full of connections, or its disk is full: nothing is wrong with what was asked of it. */
export function isAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code, syscall } = error as { code?: unknown; syscall?: unknown };
  return syscall === 'connect' || (typeof code === 'string' && CODES.test(code)) || WORDS.test(error.message);
}
