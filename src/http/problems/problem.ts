import type { Words } from '../../domain/words.js';
import type { FieldError } from '../validation/body-errors.js';

/**
 * What HTTP itself refuses; refusals by a rule of the ledger are in domain/refusal.ts. The codes are public and stable like
 * those.
 */
export const HTTP_PROBLEMS = {
  invalid_request: { status: 400, zh: '请求有误。', en: 'The request is malformed.' },
  idempotency_key_required: {
    status: 400,
    zh: '记账须带 Idempotency-Key。',
    en: 'Every posting needs a header Idempotency-Key.',
  },
  unauthenticated: { status: 401, zh: '需要有效的令牌。', en: 'A valid token is needed.' },
  forbidden: { status: 403, zh: '令牌无此权限。', en: 'The token does not allow this.' },
  not_found: { status: 404, zh: '没有这个地址。', en: 'There is nothing at this address.' },
  method_not_allowed: { status: 405, zh: '这个地址不接受此方法。', en: 'This address does not take this method.' },
  request_timeout: { status: 408, zh: '请求传输过慢。', en: 'The request came in too slowly.' },
  personal_data_erased: { status: 410, zh: '个人信息已清除。', en: 'The personal data was erased.' },
  precondition_failed: {
    status: 412,
    zh: '内容已与 If-Match 或 If-Unmodified-Since 所指的不同。',
    en: 'What is there now is not what If-Match or If-Unmodified-Since asks for.',
  },
  body_too_large: { status: 413, zh: '请求内容过大。', en: 'The body is too large.' },
  uri_too_long: { status: 414, zh: '地址中有一段过长。', en: 'A part of the address is too long.' },
  unsupported_media_type: {
    status: 415,
    zh: '内容须为此地址接受的媒体类型,UTF-8 编码。',
    en: 'The body must be of the media type that this address takes, in UTF-8.',
  },
  idempotency_key_reused: {
    status: 422,
    zh: '这个 Idempotency-Key 已用于另一请求。',
    en: 'The Idempotency-Key was used before for another request.',
  },
  rate_limited: {
    status: 429,
    zh: '此地址请求过多,请按 Retry-After 稍候。',
    en: 'Too many requests came from this address; wait as long as Retry-After says.',
  },
  headers_too_large: { status: 431, zh: '请求头过大。', en: 'The headers are too large.' },
  import_refused: { status: 422, zh: '本次导入全部未记。', en: 'Nothing of this import was recorded.' },
  not_in_one_append: {
    status: 422,
    zh: '“全记或全不记”的导入超过一次可记的数量。',
    en: 'An import of all or none is more than can be recorded at once.',
  },
  photo_changed: {
    status: 500,
    zh: '留存的照片与记录不符,不予展示。',
    en: 'The photo that is kept is not the one that was recorded; it is not shown.',
  },
  internal_error: {
    status: 500,
    zh: '服务出错;以同一 Idempotency-Key 重发同一请求即知是否已记。',
    en: 'The service failed; the same request under the same key tells what was recorded.',
  },
  try_again: {
    status: 503,
    zh: '服务暂时无法处理;可放心重发同一请求。',
    en: 'The service cannot do this now; the same request is safe to repeat.',
  },
  view_behind: { status: 503, zh: '视图尚未跟上这笔记录。', en: 'The view has not caught up with the entry yet.' },
} as const satisfies Record<string, Words & { status: number }>;

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
    detail: string = HTTP_PROBLEMS[code].en,
    readonly extras: ProblemExtras = {},
  ) {
    super(detail);
  }
}

export function invalidRequest(errors: FieldError[]): HttpProblem {
  const first = errors[0];
  const where = first === undefined || first.field === '' ? '内容 The body' : first.field;
  const more = errors.length > 1 ? ` (另有 ${errors.length - 1} 处 and ${errors.length - 1} more)` : '';
  return new HttpProblem('invalid_request', `${where} ${first?.message ?? '有误 is malformed'}${more}.`, { errors });
}
