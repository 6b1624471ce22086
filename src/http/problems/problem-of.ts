import { HttpException, NotFoundException } from '@nestjs/common';
import { isAway } from '../../database/is-away.js';
import { PhotoChanged } from '../../disclosure/photos/photo-store.js';
import { UnreadablePhoto } from '../../disclosure/photos/unreadable-photo.js';
import { REFUSALS, Refusal, type RefusalCode } from '../../domain/refusal.js';
import { inBoth } from '../../domain/words.js';
import { IdempotencyKeyReused, TryAgain } from '../../posting/failures.js';
import { PersonalDataErased } from '../../vault/personal-data-erased.js';
import { InvalidQuery } from '../../views/engine/invalid-query.js';
import { ViewBehind } from '../../views/engine/view-behind.js';
import { mustBe } from '../validation/allowed.js';
import { HTTP_PROBLEMS, HttpProblem, type HttpProblemCode, invalidRequest } from './problem.js';

export interface ProblemAnswer {
  status: number;
  headers: Record<string, string>;
  body: { type: string; title: string; status: number; detail: string; code: string; [fact: string]: unknown };
  /** The service is at fault: to be logged with its stack. */
  isFault: boolean;
}

const PROBLEM_TYPE = 'urn:mingzhang:problem:';
const RETRY_AFTER_SECONDS = '1';

/** Unknown ids are 404, whether they stand in the path or in the body; all other rules are 422. */
export function refusalStatus(code: RefusalCode): number {
  return code.endsWith('_unknown') ? 404 : 422;
}

/** What the caller is told of an error. Whatever is not known here is a fault of ours, of which nothing leaks. */
export function problemOf(error: unknown): ProblemAnswer {
  if (error instanceof Refusal) return refused(error);
  if (error instanceof HttpProblem) return httpProblem(error.code, error.message, error.extras);
  if (error instanceof IdempotencyKeyReused) return httpProblem('idempotency_key_reused', error.message);
  if (error instanceof PersonalDataErased) return httpProblem('personal_data_erased', error.message);
  if (error instanceof PhotoChanged) return httpProblem('photo_changed', error.message);
  if (error instanceof UnreadablePhoto) return problemOf(invalidRequest([{ field: '', message: error.message }]));
  if (error instanceof TryAgain) return tryAgain('try_again', error.message);
  if (error instanceof ViewBehind) return tryAgain('view_behind', error.message);
  if (error instanceof InvalidQuery) return problemOf(invalidRequest([{ field: error.field, message: error.message }]));
  if (error instanceof HttpException) return nestProblem(error);
  const ofFastify = fastifyProblem(error);
  if (ofFastify !== undefined) return ofFastify;
  return isAway(error)
    ? tryAgain('try_again', 'The database cannot be reached or has no room now.')
    : httpProblem('internal_error');
}

function refused({ code, message, facts }: Refusal): ProblemAnswer {
  const status = refusalStatus(code);
  const { zh, en } = REFUSALS[code];
  const told = { title: inBoth({ zh, en }), status, detail: inBoth({ zh, en: message }), code };
  const body = { ...facts, type: `${PROBLEM_TYPE}${code}`, ...told };
  return { status, headers: {}, body, isFault: false };
}

function httpProblem(code: HttpProblemCode, detail?: string, extras: HttpProblem['extras'] = {}): ProblemAnswer {
  const { headers = {}, errors, lines } = extras;
  const { status, zh, en } = HTTP_PROBLEMS[code];
  const body = {
    type: `${PROBLEM_TYPE}${code}`,
    title: inBoth({ zh, en }),
    status,
    detail: inBoth({ zh, en: detail ?? en }),
    code,
    ...(errors !== undefined && { errors }),
    ...(lines !== undefined && { lines }),
  };
  return { status, headers, body, isFault: status === 500 };
}

function tryAgain(code: 'try_again' | 'view_behind', detail?: string): ProblemAnswer {
  return httpProblem(code, detail, { headers: { 'retry-after': RETRY_AFTER_SECONDS } });
}

/** Nest throws of itself for an address without a route, and where a guard says no. */
function nestProblem(error: HttpException): ProblemAnswer {
  if (error instanceof NotFoundException) return httpProblem('not_found');
  return byStatus(error.getStatus()) ?? httpProblem('internal_error');
}

/** Errors of Fastify carry the status that they call for; their words may repeat parts of the request, so ours are used. */
function fastifyProblem(error: unknown): ProblemAnswer | undefined {
  if (!hasCode(error) || !error.code.startsWith('FST_') || typeof error.statusCode !== 'number') return undefined;
  if (error.code.startsWith('FST_ERR_CTP_') && error.statusCode === 400) {
    const message = mustBe({ zh: 'JSON,长度与请求头一致', en: 'JSON, with the length that its header states' });
    return httpProblem('invalid_request', `内容 The body ${message}.`, { errors: [{ field: '', message }] });
  }
  return byStatus(error.statusCode);
}

function byStatus(status: number): ProblemAnswer | undefined {
  const known: Partial<Record<number, HttpProblemCode>> = {
    401: 'unauthenticated',
    403: 'forbidden',
    404: 'not_found',
    408: 'request_timeout',
    413: 'body_too_large',
    414: 'uri_too_long',
    415: 'unsupported_media_type',
    429: 'rate_limited',
    431: 'headers_too_large',
  };
  const code = known[status];
  if (code !== undefined) return httpProblem(code);
  if (status === 503) return tryAgain('try_again', 'The service is stopping.');
  return status >= 400 && status < 500 ? httpProblem('invalid_request') : undefined;
}

function hasCode(error: unknown): error is { code: string; statusCode?: unknown } {
  return typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string';
}
