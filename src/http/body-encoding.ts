import type { FastifyRequest } from 'fastify';
import { HttpProblem } from './problems/problem.js';

/** Error: HttpProblem `unsupported_media_type`, where the headers call the body something else than plain UTF-8. */
export function refuseOtherEncodings({ headers }: FastifyRequest): void {
  const charset = /;\s*charset\s*=\s*"?([^";\s]+)/i.exec(headers['content-type'] ?? '')?.[1];
  const isUtf8Charset = charset === undefined || /^utf-?8$/i.test(charset);
  const encoding = headers['content-encoding'];
  if (!isUtf8Charset || (encoding !== undefined && encoding !== 'identity'))
    throw new HttpProblem('unsupported_media_type');
}
