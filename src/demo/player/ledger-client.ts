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

/** How long one request is tried again before the demo gives up. */
const PATIENCE_MS = 60_000;
const LONGEST_PAUSE_MS = 2_000;
const TRY_AGAIN: ReadonlySet<number> = new Set([429, 502, 503, 504]);

/** Speaks to the service as any caller would. A request whose outcome is unknown is sent again under the same key. */
export class LedgerClient {
  constructor(
    private readonly url: string,
    private readonly token: string,
  ) {}

  /** Errors: ProblemAnswer; PlainError where the service stays away. */
  async post(path: string, key: string, body: object): Promise<Answer> {
    const response = await this.send(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': key },
      body: JSON.stringify(body),
    });
    const { id, book, seq, recordedAt } = (await response.json()) as Omit<Answer, 'replayed'>;
    return { id, book, seq, recordedAt, replayed: response.headers.get('idempotency-replayed') === 'true' };
  }

  async get<Resource>(path: string): Promise<Resource> {
    return (await (await this.send(path, {})).json()) as Resource;
  }

  async getText(path: string): Promise<string> {
    return (await this.send(path, {})).text();
  }

  private async send(path: string, init: RequestInit): Promise<Response> {
    const headers = { authorization: `Bearer ${this.token}`, ...init.headers };
    const givesUpAt = Date.now() + PATIENCE_MS;
    for (let attempt = 0; ; attempt++) {
      const outcome = await fetch(this.url + path, { ...init, headers }).catch(asLostConnection);
      if (outcome instanceof Response && outcome.ok) return outcome;
      if (outcome instanceof Response && !TRY_AGAIN.has(outcome.status)) throw await problemOf(outcome);
      const pauseMs = pauseAfter(outcome, attempt);
      if (Date.now() + pauseMs > givesUpAt) {
        const reason = outcome instanceof Response ? `answers ${outcome.status}` : outcome.message;
        throw new PlainError(`The service at ${this.url} has not been there for ${PATIENCE_MS / 1000} s: ${reason}`);
      }
      if (outcome instanceof Response) await outcome.body?.cancel();
      await sleep(pauseMs);
    }
  }
}

/** `fetch` tells a lost or refused connection by a TypeError; anything else is a mistake of ours. */
function asLostConnection(error: unknown): TypeError {
  if (error instanceof TypeError) return error;
  throw error;
}

function pauseAfter(outcome: Response | Error, attempt: number): number {
  const asked = outcome instanceof Response ? Number(outcome.headers.get('retry-after') ?? 0) * 1000 : 0;
  return Math.min(LONGEST_PAUSE_MS, Math.max(asked, 50 * 2 ** attempt));
}

async function problemOf(response: Response): Promise<ProblemAnswer> {
  const text = await response.text();
  const isProblem = response.headers.get('content-type')?.startsWith('application/problem+json') === true;
  const { code, detail, errors } = isProblem ? (JSON.parse(text) as Problem) : {};
  const fields = errors?.map(({ field, message }) => `${field} ${message}`).join('; ');
  return new ProblemAnswer(response.status, code ?? 'not_a_problem', fields ?? detail ?? text.slice(0, 200));
}

interface Problem {
  code?: string;
  detail?: string;
  errors?: { field: string; message: string }[];
}
