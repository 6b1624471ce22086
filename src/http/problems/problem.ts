import type { FieldError } from '../validation/body-errors.js';

/**
 * What HTTP itself refuses; refusals by a rule of the ledger are in domain/refusal.ts. The codes are public and stable like
 * those.
 */
export const HTTP_PROBLEMS = {
  invalid_request: { status: 400, title: 'The request is malformed.' },
  idempotency_key_required: { status: 400, title: 'Every posting needs a header Idempotency-Key.' },
  unauthenticated: { status: 401, title: 'A valid token is needed.' },
  forbidden: { status: 403, title: 'The token does not allow this.' },
  not_found: { status: 404, title: 'There is nothing at this address.' },
  method_not_allowed: { status: 405, title: 'This address does not take this method.' },
  request_timeout: { status: 408, title: 'The request came in too slowly.' },
  personal_data_erased: { status: 410, title: 'The personal data was erased.' },
  body_too_large: { status: 413, title: 'The body is too large.' },
  uri_too_long: { status: 414, title: 'A part of the address is too long.' },
  unsupported_media_type: {
    status: 415,
    title: 'The body must be of the media type that this address takes, in UTF-8.',
  },
  idempotency_key_reused: { status: 422, title: 'The Idempotency-Key was used before for another request.' },
  rate_limited: { status: 429, title: 'Too many requests came from this address; wait as long as Retry-After says.' },
  headers_too_large: { status: 431, title: 'The headers are too large.' },
  import_refused: { status: 422, title: 'Nothing of this import was recorded.' },
  not_in_one_append: { status: 422, title: 'An import of all or none is more than can be recorded at once.' },
  photo_changed: { status: 500, title: 'The photo that is kept is not the one that was recorded; it is not shown.' },
  internal_error: {
    status: 500,
    title: 'The service failed; the same request under the same key tells what was recorded.',
  },
  try_again: { status: 503, title: 'The service cannot do this now; the same request is safe to repeat.' },
  view_behind: { status: 503, title: 'The view has not caught up with the entry yet.' },
} as const satisfies Record<string, { status: number; title: string }>;

export type HttpProblemCode = keyof typeof HTTP_PROBLEMS;

interface ProblemExtras {
  headers?: Record<string, string>;
  errors?: FieldError[];
  /** The lines of an import that stand in the way. */
  lines?: object[];
}

/** Thrown anywhere in http/; the filter turns it into application/problem+json. */
export class HttpProblem extends Error {
  override readonly name = 'HttpProblem';

  constructor(
    readonly code: HttpProblemCode,
    detail: string = HTTP_PROBLEMS[code].title,
    readonly extras: ProblemExtras = {},
  ) {
    super(detail);
  }
}

export function invalidRequest(errors: FieldError[]): HttpProblem {
  const first = errors[0];
  const where = first === undefined || first.field === '' ? 'The body' : first.field;
  const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : '';
  return new HttpProblem('invalid_request', `${where} ${first?.message ?? 'is malformed'}${more}.`, { errors });
}
