import type { FastifyReply, FastifyRequest } from 'fastify';
import { DivisionTable, plainName } from '../../divisions/division-table.js';
import { DIVISION_PATTERN } from '../../domain/division.js';

/**
 * Says with every answer of a division whose code is no longer in use, whatever its format, where what took its place is told of:
 * `Link: </v1/disclosure/divisions/500152/funds>; rel="successor-version"; title*=UTF-8''%E6%BD%BC…` (RFC 8288, RFC 5829).
 */
export function nameSuccessors(request: FastifyRequest, reply: FastifyReply): void {
  const { division = '' } = request.params as { division?: string };
  if (!DIVISION_PATTERN.test(division)) return;
  const successors = DivisionTable.get().formerly(division)?.successors ?? [];
  if (successors.length === 0) return;
  const [path = ''] = request.url.split('?', 1);
  const parts = path.split('/');
  // In the address the code may be percent-encoded.
  const at = parts.findIndex((part) => decodeURIComponent(part) === division);
  const links = successors.map(
    ({ code, name }) =>
      `<${parts.with(at, code).join('/')}>; rel="successor-version"; title*=UTF-8''${encodeURIComponent(plainName(name))}`,
  );
  reply.header('link', links.join(', '));
}
