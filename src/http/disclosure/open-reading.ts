import type { FastifyInstance, FastifyReply, FastifyRequest, RawServerDefault, RouteOptions } from 'fastify';

const OPEN = '/v1/disclosure/';
const EXPOSED =
  'ETag, Last-Modified, Content-Disposition, RateLimit-Limit, RateLimit-Remaining, RateLimit-Reset, Retry-After';

/**
 * What is disclosed may be read from any page of any site, and by nobody so often that others wait. To be called before the
 * limiter of rates and before the routes are there.
 */
export function openReading(instance: FastifyInstance<RawServerDefault>): void {
  instance.addHook('onRoute', (route: RouteOptions) => {
    if (route.method !== 'GET' || !route.url.startsWith(OPEN)) return;
    // The default rate, unless the route has one of its own.
    route.config = { rateLimit: {}, ...route.config };
  });
  instance.addHook('onRequest', (request: FastifyRequest, reply: FastifyReply, goOn: () => void) => {
    if (!request.url.startsWith(OPEN)) return goOn();
    if (request.method === 'OPTIONS') return preflight(reply);
    if (request.method === 'GET' || request.method === 'HEAD')
      reply.header('access-control-allow-origin', '*').header('access-control-expose-headers', EXPOSED);
    return goOn();
  });
}

/** A browser asks first where a page sends `If-None-Match` itself. */
function preflight(reply: FastifyReply): void {
  reply
    .code(204)
    .header('access-control-allow-origin', '*')
    .header('access-control-allow-methods', 'GET, HEAD')
    .header('access-control-allow-headers', 'If-None-Match, Cache-Control')
    .header('access-control-max-age', '86400')
    .send();
}
