import { type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { PlainError } from '../plain-error.js';
import type { Command } from './commands.js';
import { drained } from './drained.js';

/** What the service said of one command. */
export interface LineAnswer {
  line: number;
  status: number;
  code?: string;
  detail?: string;
  replayed?: boolean;
  field?: unknown;
  errors?: unknown;
}

export interface Destination {
  url: string;
  token: string;
  book: string;
}

/** So many commands wait for their answers; the service bounds it too. */
const MOST_UNANSWERED = 4096;
const MOST_ATTEMPTS = 8;
const RETRY_FIRST_MS = 250;

/** The connection broke, or the service could not be reached: what is unanswered is sent again under the same keys. */
class Broken extends Error {
  override readonly name = 'Broken';
}

/**
 * Sends commands as they come and hands on what was answered, in order. A connection that breaks is made again. Error:
 * PlainError, where the service refuses the import as a whole or stays away.
 */
export async function upload(
  destination: Destination,
  commands: AsyncIterator<Command>,
  onAnswer: (command: Command, answer: LineAnswer) => void,
): Promise<void> {
  const unanswered: Command[] = [];
  for (let attempt = 1; ; attempt += 1) {
    const before = unanswered[0];
    try {
      return await new Upload(destination, commands, unanswered, onAnswer).run();
    } catch (error) {
      if (!(error instanceof Broken)) throw error;
      if (before !== unanswered[0]) attempt = 1;
      if (attempt >= MOST_ATTEMPTS)
        throw new PlainError(
          `连接中断,再次运行即可接续 The connection to ${destination.url} broke (${error.message}); run the same again to go on.`,
          { cause: error },
        );
      await sleep(RETRY_FIRST_MS * 2 ** attempt);
    }
  }
}

class Upload {
  /** Of `unanswered`, those that this connection has sent. */
  private sent = 0;
  private wake: () => void = () => undefined;
  private isAllSent = false;
  private draining: Promise<void> | undefined;
  private failure: Error | undefined;

  constructor(
    private readonly destination: Destination,
    private readonly commands: AsyncIterator<Command>,
    private readonly unanswered: Command[],
    private readonly onAnswer: (command: Command, answer: LineAnswer) => void,
  ) {}

  async run(): Promise<void> {
    const { request, response } = open(this.destination, '');
    const reading = response
      .then((answer) => this.read(answer))
      .catch((error: unknown) => {
        this.fail(error);
        request.destroy();
      });
    try {
      await this.write(request);
    } catch (error) {
      request.destroy();
      await reading;
      throw error;
    }
    await reading;
    if (this.failure !== undefined) throw this.failure;
    if (this.unanswered.length > 0) throw new Broken('the answer is not whole');
  }

  private async write(request: ClientRequest): Promise<void> {
    while (this.failure === undefined) {
      if (this.sent >= MOST_UNANSWERED) {
        await this.moved();
        continue;
      }
      const command = this.unanswered[this.sent] ?? (await this.next());
      if (command === undefined) {
        this.isAllSent = true;
        break;
      }
      this.sent += 1;
      if (!request.write(`${command.text}\n`)) await Promise.race([this.drained(request), this.moved()]);
    }
    request.end();
  }

  /** One for as long as there is no room, however many answers come meanwhile. */
  private drained(request: ClientRequest): Promise<void> {
    this.draining ??= drained(request).finally(() => {
      this.draining = undefined;
    });
    return this.draining;
  }

  private async next(): Promise<Command | undefined> {
    const { value, done } = await this.commands.next();
    if (done === true) return undefined;
    this.unanswered.push(value);
    return value;
  }

  private async read(response: IncomingMessage): Promise<void> {
    if (response.statusCode !== 200) throw await refusedWhole(response);
    for await (const answer of answersIn(response)) {
      // Not recorded, and no fault of the line: it is sent again, with what comes after it and may stand on it.
      if (answer.status === 503) throw new Broken(answer.detail ?? '');
      const command = this.unanswered.shift();
      if (command === undefined) throw new Broken('there are more answers than commands');
      this.sent -= 1;
      this.onAnswer(command, answer);
      this.wake();
    }
    if (!response.complete || !this.isAllSent) throw new Broken('the answer broke off');
  }

  private fail(error: unknown): void {
    this.failure = error instanceof Error ? error : new Error(String(error));
    this.wake();
  }

  /** An answer came, or nothing will. */
  private moved(): Promise<void> {
    return new Promise((resolve) => {
      this.wake = resolve;
      if (this.failure !== undefined) resolve();
    });
  }
}

/** Error: Broken, also where the last line is cut off. */
async function* answersIn(response: IncomingMessage): AsyncGenerator<LineAnswer> {
  try {
    for await (const line of createInterface({ input: response })) yield JSON.parse(line) as LineAnswer;
  } catch (error) {
    throw new Broken((error as Error).message);
  }
}

/** All or none; answers nothing where all was recorded, else what stands in the way. Error: PlainError. */
export async function uploadAtomically(
  destination: Destination,
  commands: Command[],
): Promise<{ answers: LineAnswer[]; isRecorded: boolean }> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      const { request, response } = open(destination, '?atomic=true');
      request.end(commands.map(({ text }) => `${text}\n`).join(''));
      const answer = await response;
      if (answer.statusCode !== 200 && answer.statusCode !== 422) throw await refusedWhole(answer);
      const text = await textOf(answer);
      if (answer.statusCode === 200)
        return {
          answers: text
            .split('\n')
            .filter((line) => line !== '')
            .map((line) => JSON.parse(line) as LineAnswer),
          isRecorded: true,
        };
      const problem = JSON.parse(text) as { code: string; detail: string; lines?: LineAnswer[] };
      if (problem.lines === undefined) throw new PlainError(`${problem.code}: ${problem.detail}`);
      return { answers: problem.lines, isRecorded: false };
    } catch (error) {
      if (!(error instanceof Broken) || attempt === MOST_ATTEMPTS)
        throw error instanceof Broken ? away(destination, error) : error;
      await sleep(RETRY_FIRST_MS * 2 ** attempt);
    }
  }
}

function away({ url }: Destination, error: Error): PlainError {
  return new PlainError(`无法连接 ${url} cannot be reached: ${error.message}`, { cause: error });
}

function open({ url, token, book }: Destination, query: string) {
  const address = new URL(`${url}/v1/books/${book}/imports${query}`);
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/x-ndjson' };
  const request = (address.protocol === 'https:' ? httpsRequest : httpRequest)(address, { method: 'POST', headers });
  const response = new Promise<IncomingMessage>((resolve, reject) => {
    request.once('response', resolve);
    request.on('error', (error) => reject(new Broken(error.message)));
    request.once('close', () => reject(new Broken('the connection was closed')));
  });
  return { request, response };
}

async function refusedWhole(response: IncomingMessage): Promise<Error> {
  const text = await textOf(response);
  const { statusCode = 0 } = response;
  if (statusCode >= 500) return new Broken(`status ${statusCode}`);
  const isProblem = response.headers['content-type']?.startsWith('application/problem+json') === true;
  const { code, detail } = isProblem
    ? (JSON.parse(text) as { code: string; detail: string })
    : { code: '', detail: text.slice(0, 200) };
  return new PlainError(`服务拒绝了导入 The service refused the import: ${statusCode} ${code} ${detail}`);
}

async function textOf(response: IncomingMessage): Promise<string> {
  let text = '';
  try {
    for await (const part of response.setEncoding('utf8')) text += part;
  } catch (error) {
    throw new Broken((error as Error).message);
  }
  return text;
}
