import type { FastifyRequest } from 'fastify';

/** Whether the reader has what this tag stands for; tags are compared weakly: RFC 9110, section 13.1.2. */
export function knows(request: FastifyRequest, etag: string): boolean {
  const given = request.headers['if-none-match'];
  if (given === undefined || given === etag) return given === etag;
  return given.split(/\s*,\s*/).some((one) => one === '*' || opaque(one) === opaque(etag));
}

function opaque(tag: string): string {
  return tag.startsWith('W/') ? tag.slice(2) : tag;
}
