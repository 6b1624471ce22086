import { setTimeout as sleep } from 'node:timers/promises';
import { PlainError } from '../../plain-error.js';

/** The answer to a posting. */
export interface Answer {
  id: string;
  book: string;
  seq: number;
  recordedAt: string;
  /** The key had been used before: this is the first answer again. */
  replayed: boolean;
}

/** A problem that the service answered, RFC 9457. */
export class ProblemAnswer extends Error {
  override readonly name = 'ProblemAnswer';

  constructor(
    readonly status: number,
    readonly code: string,
    detail: string,
  ) {
    super(detail);
  }
}

/** e.g. `422 fund_exists: Fund F-1 already exists.` */
export function told({ status, code, message }: ProblemAnswer): string {
  return `${status} ${code}: ${message}`;
}

/** How long one request is tried again before the demo gives up. */
const PATIENCE_MS = 60_000;
const LONGEST_PAUSE_MS = 2_000;
const TRY_AGAIN: ReadonlySet<number> = new Set([429, 502, 503, 504]);

interface Reply {
  status: number;
  headers: Headers;
  text: string;
}

/** Speaks to the service as any caller would. A request whose outcome is unknown is sent again under the same key. */
export class LedgerClient {
  constructor(
    private readonly url: string,
    /** None for what anybody may do. */
    private readonly token?: string,
  ) {}

  /** Errors: ProblemAnswer; PlainError where the service stays away. */
  post(path: string, key: string, body: object): Promise<Answer> {
    return this.postBytes(path, key, 'application/json', JSON.stringify(body));
  }

  /** Errors: as of `post`. */
  postPhoto(path: string, key: string, png: Buffer<ArrayBuffer>): Promise<Answer> {
    return this.postBytes(path, key, 'image/png', png);
  }

  private async postBytes(path: string, key: string, type: string, body: BodyInit): Promise<Answer> {
    const { headers, text } = await this.send(path, {
      method: 'POST',
      headers: { 'content-type': type, 'idempotency-key': key },
      body,
    });
    const { id, book, seq, recordedAt } = JSON.parse(text) as Omit<Answer, 'replayed'>;
    return { id, book, seq, recordedAt, replayed: headers.get('idempotency-replayed') === 'true' };
  }

  /** Errors: PlainError. */
  async get<Resource>(path: string): Promise<Resource> {
    return JSON.parse(await this.getText(path)) as Resource;
  }

  /** Errors: PlainError. */
  async getText(path: string): Promise<string> {
    const reply = await this.send(path, {}).catch((error: unknown) => {
      if (!(error instanceof ProblemAnswer)) throw error;
      throw new PlainError(`GET ${path} was answered ${told(error)}`);
    });
    return reply.text;
  }

  private async send(path: string, init: RequestInit): Promise<Reply> {
    const headers = { ...(this.token !== undefined && { authorization: `Bearer ${this.token}` }), ...init.headers };
    const givesUpAt = Date.now() + PATIENCE_MS;
    for (let attempt = 0; ; attempt++) {
      const reply = await fetchWhole(this.url + path, { ...init, headers }).catch(asLostConnection);
      if (!('message' in reply)) {
        if (reply.status < 300) return reply;
        if (!TRY_AGAIN.has(reply.status)) throw problemOf(reply);
      }
      const pauseMs = pauseAfter(reply, attempt);
      if (Date.now() + pauseMs > givesUpAt) {
        const reason = 'message' in reply ? reply.message : told(problemOf(reply));
        throw new PlainError(`${this.url}${path} could not be had for ${PATIENCE_MS / 1000} s: ${reason}`);
      }
      await sleep(pauseMs);
    }
  }
}

/** The connection can be lost after the head of the answer too. */
async function fetchWhole(url: string, init: RequestInit): Promise<Reply> {
  const response = await fetch(url, init);
  return { status: response.status, headers: response.headers, text: await response.text() };
}

/** `fetch` tells a lost or refused connection by a TypeError; anything else is a mistake of ours. */
function asLostConnection(error: unknown): Error {
  if ((error as Error).name === 'TypeError') return error as Error;
  throw error;
}

function pauseAfter(reply: Reply | Error, attempt: number): number {
  const asked = 'message' in reply ? 0 : Number(reply.headers.get('retry-after') ?? 0) * 1000;
  return Math.min(LONGEST_PAUSE_MS, Math.max(asked, 50 * 2 ** attempt));
}

interface Problem {
  code?: string;
  detail?: string;
  errors?: { field: string; message: string }[];
}

function problemOf({ status, headers, text }: Reply): ProblemAnswer {
  const isProblem = headers.get('content-type')?.startsWith('application/problem+json') === true;
  const { code, detail, errors } = isProblem ? (JSON.parse(text) as Problem) : {};
  const fields = errors?.map(({ field, message }) => `${field} ${message}`).join('; ');
  return new ProblemAnswer(status, code ?? 'not_a_problem', fields ?? detail ?? text.slice(0, 200));
}
