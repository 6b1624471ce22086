import type { LoggerService } from '@nestjs/common';
import { type Logger, pino, type SerializedError } from 'pino';
import { PlainError } from '../../plain-error.js';
import type { LogLevel } from '../../settings.js';

/** Lines gather for this long, so that a busy service does not write to its output once a request. */
const FLUSH_AFTER_MS = 100;
const FLUSH_AT_CHARACTERS = 32_768;

/** Structured lines on standard output. An error gives its kind, words and stack; never the query, row or body that it carries. */
export function openLog(level: LogLevel): Logger {
  return pino({ level, base: null, serializers: { err: plainError } }, new GatheringOutput());
}

function plainError(
  error: unknown,
): Pick<SerializedError, 'type' | 'message' | 'stack'> & { code?: string; cause?: unknown } {
  if (!(error instanceof Error))
    return { type: typeof error, message: 'a value that is no error was thrown', stack: '' };
  const { name: type, message, stack = '', cause } = error;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  return {
    type,
    message,
    stack,
    ...(code !== undefined && { code }),
    ...(cause instanceof Error && { cause: plainError(cause) }),
  };
}

/** What is still held when the process ends is written at once, whatever ended it. */
class GatheringOutput {
  private held = '';
  private timer: NodeJS.Timeout | undefined;

  write(line: string): void {
    if (this.held === '') process.once('exit', this.flush);
    this.held += line;
    if (this.held.length >= FLUSH_AT_CHARACTERS) this.flush();
    else this.timer ??= setTimeout(this.flush, FLUSH_AFTER_MS).unref();
  }

  private readonly flush = () => {
    process.off('exit', this.flush);
    clearTimeout(this.timer);
    this.timer = undefined;
    const text = this.held;
    this.held = '';
    process.stdout.write(text);
  };
}

/** Nest's own messages, in the same lines as ours. Its notes of each module and route at the start are for debugging. */
export class NestLog implements LoggerService {
  constructor(private readonly logger: Logger) {}

  log(message: unknown, ...rest: unknown[]): void {
    this.logger.debug({ context: contextOf(rest) }, String(message));
  }

  warn(message: unknown, ...rest: unknown[]): void {
    this.logger.warn({ context: contextOf(rest) }, String(message));
  }

  error(message: unknown, ...rest: unknown[]): void {
    // Whoever starts the service says it, in its words alone.
    if (message instanceof PlainError) return;
    if (message instanceof Error) this.logger.error({ context: contextOf(rest), err: message }, message.message);
    else this.logger.error({ context: contextOf(rest) }, String(message));
  }
}

function contextOf(rest: unknown[]): string | undefined {
  const last = rest.at(-1);
  return typeof last === 'string' ? last : undefined;
}
