import type { IncomingMessage } from 'node:http';
import { type BeforeApplicationShutdown, Injectable, Logger } from '@nestjs/common';
import { GroupRefused, NotInOneAppend } from '../../posting/failures.js';
import { InOrder } from '../../posting/in-order.js';
import type { EntryOutcome } from '../../posting/pending.js';
import { MAX_GROUP } from '../../posting/pending-queue.js';
import type { Caller } from '../access/roles.js';
import { TokenVerifier } from '../access/token-verifier.js';
import { isStillAllowed } from '../access.js';
import { HttpProblem } from '../problems/problem.js';
import { mustBe, UTF_8 } from '../validation/allowed.js';
import { answerLine, type LineProblem, lineProblem, type Told } from './import-answers.js';
import { type Destination, ImportRecorder } from './import-recorder.js';
import { type ImportCommand, judgeLine, parseLine } from './judge-line.js';
import { MAX_LINE_BYTES, type RawLine, readLines } from './read-lines.js';

/** So much is read ahead of the slowest of client, database and reader of the answers. */
const MOST_LINES_UNDER_WAY = 1024;
/** A problem names so many of the lines that stand in the way. */
const MOST_NAMED = 100;

/** A line as it was judged: good, or why not. */
type Judged = Told & ({ command: ImportCommand } | { error: unknown });

interface UnderWay {
  lines: number;
  answered: Promise<string>;
}

/** Who imports what, and whither. */
export interface Import extends Destination {
  caller: Caller;
  /** The header that named the caller: an import may take longer than its token is good for. */
  authorization: string | undefined;
  lines: IncomingMessage;
}

/** Takes imports in, line by line, and answers them in order. */
@Injectable()
export class Importer implements BeforeApplicationShutdown {
  private readonly logger = new Logger(Importer.name);
  private isStopping = false;

  constructor(
    private readonly recorder: ImportRecorder,
    private readonly tokens: TokenVerifier,
  ) {}

  /** What was read is still recorded and answered; then the answer breaks off, and the client sends the file again. */
  beforeApplicationShutdown(): void {
    this.isStopping = true;
  }

  /**
   * Each line by itself. No more is read than is under way to be recorded, and no more recorded than is being read. It breaks off, as at
   * a stop, where the token is no longer good.
   */
  async *answers(wish: Import): AsyncGenerator<string> {
    const windows = readLines(wish.lines);
    const order = new InOrder();
    const underWay: UnderWay[] = [];
    let linesUnderWay = 0;
    let next: Promise<IteratorResult<RawLine[]>> | undefined = quietly(windows.next());
    let isAllowed = true;
    while (next !== undefined || underWay.length > 0) {
      if (this.isStopping || !isAllowed) next = undefined;
      const [oldest] = underWay;
      if (next === undefined && oldest === undefined) break;
      const mayRead = next !== undefined && linesUnderWay < MOST_LINES_UNDER_WAY;
      const turn = await Promise.race([...(oldest ? [oldest.answered] : []), ...(mayRead && next ? [next] : [])]);
      if (typeof turn === 'string') {
        linesUnderWay -= underWay.shift()?.lines ?? 0;
        yield turn;
      } else if (turn.done) {
        next = undefined;
      } else if (!(await isStillAllowed(this.tokens, wish.authorization))) {
        isAllowed = false;
      } else {
        underWay.push({ lines: turn.value.length, answered: this.record(wish, turn.value, order) });
        linesUnderWay += turn.value.length;
        next = quietly(windows.next());
      }
    }
    if (this.isStopping) throw new HttpProblem('try_again', 'The service is stopping.');
    if (!isAllowed) throw new HttpProblem('unauthenticated', 'The token is no longer good.');
  }

  /** All lines or none. Errors: HttpProblem `import_refused`, `not_in_one_append`; TryAgain. */
  async atomically(wish: Import): Promise<string> {
    const judged: Judged[] = [];
    for await (const lines of readLines(wish.lines)) {
      for (const line of lines) judged.push(this.judge(wish, line));
      if (judged.length > MAX_GROUP)
        throw new HttpProblem('not_in_one_append', `The import has more than ${MAX_GROUP} commands.`);
    }
    refuseRepeatedKeys(judged);
    const refused = judged.flatMap((line) => ('error' in line ? this.problem(line, line.error) : []));
    if (refused.length > 0) throw importRefused(refused);
    const commands = commandsOf(judged);
    try {
      const outcomes = await this.recorder.recordGroup(wish, commands);
      return this.told(judged, outcomes);
    } catch (error) {
      if (error instanceof NotInOneAppend)
        throw new HttpProblem('not_in_one_append', `${error.message} Nothing was recorded.`);
      const line = error instanceof GroupRefused ? judged[error.index] : undefined;
      if (line === undefined) throw error;
      throw importRefused([this.problem(line, (error as GroupRefused).cause)]);
    }
  }

  /** Never fails: what goes wrong is told of every line that it went wrong for. */
  private async record(wish: Import, lines: RawLine[], order: InOrder): Promise<string> {
    const judged = lines.map((line) => this.judge(wish, line));
    const commands = commandsOf(judged);
    try {
      return this.told(judged, commands.length === 0 ? [] : await this.recorder.record(wish, commands, order));
    } catch (error) {
      const outcomes = commands.map(() => ({ error }));
      return this.told(judged, outcomes);
    }
  }

  private told(judged: Judged[], outcomes: EntryOutcome[]): string {
    let next = 0;
    let text = '';
    for (const line of judged) {
      const outcome = 'error' in line ? line : outcomes[next];
      if (!('error' in line)) next += 1;
      text += answerLine(line, outcome ?? { error: new Error('a line was not answered') }, this.onFault);
    }
    return text;
  }

  private judge(wish: Import, raw: RawLine): Judged {
    const { line } = raw;
    let key: string | undefined;
    try {
      if ('fault' in raw) throw unreadable(raw.fault);
      const fields = parseLine(raw.text);
      if (typeof fields.key === 'string') key = fields.key.slice(0, 255);
      return { line, key, command: judgeLine(wish, fields) };
    } catch (error) {
      return { line, key, error };
    }
  }

  private problem(told: Told, error: unknown): LineProblem {
    return lineProblem(told, error, this.onFault);
  }

  private readonly onFault = (error: unknown): void => {
    this.logger.error(error instanceof Error ? (error.stack ?? error.message) : String(error));
  };
}

function commandsOf(judged: Judged[]): ImportCommand[] {
  const commands: ImportCommand[] = [];
  for (const line of judged) if ('command' in line) commands.push(line.command);
  return commands;
}

/** In one append a key names one entry; a repetition is a mistake of the file, not a retry. */
function refuseRepeatedKeys(judged: Judged[]): void {
  const lines = new Map<string, number>();
  for (const [index, one] of judged.entries()) {
    if (!('command' in one)) continue;
    const first = lines.get(one.command.key);
    if (first === undefined) lines.set(one.command.key, one.line);
    else judged[index] = { line: one.line, key: one.key, error: repeatedKey(first) };
  }
}

function repeatedKey(line: number): HttpProblem {
  const errors = [{ field: 'key', message: `已见于第 ${line} 行 stands on line ${line} already` }];
  return new HttpProblem('invalid_request', `key stands on line ${line} already.`, { errors });
}

function importRefused(lines: LineProblem[]): HttpProblem {
  const [first] = lines;
  const more = lines.length > 1 ? ` (and ${lines.length - 1} more lines)` : '';
  const detail = `Line ${first?.line}: ${first?.detail}${more} Nothing was recorded.`;
  return new HttpProblem('import_refused', detail, { lines: lines.slice(0, MOST_NAMED) });
}

function unreadable(fault: 'too_long' | 'not_utf8'): HttpProblem {
  if (fault === 'too_long') return new HttpProblem('body_too_large', `A line has at most ${MAX_LINE_BYTES} bytes.`);
  return new HttpProblem('invalid_request', 'The line must be UTF-8.', {
    errors: [{ field: '', message: mustBe(UTF_8) }],
  });
}

/** Its failure is seen when it is waited for, which may be later. */
function quietly<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined);
  return promise;
}
