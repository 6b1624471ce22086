import type { FastifyInstance, FastifyReply, FastifyRequest, RawServerDefault, RouteOptions } from 'fastify';
import { ASSETS } from '../../board/public-files.js';
import type { Settings } from '../../settings.js';
import { isOfPages, sendProblemPage } from '../board/board-errors.js';
import { nameSuccessors } from './successors.js';

const OPEN = '/v1/disclosure/';
const EXPOSED =
  'ETag, Last-Modified, Content-Disposition, Link, RateLimit-Limit, RateLimit-Remaining, RateLimit-Reset, Retry-After';

/**
 * What is disclosed may be read from any page of any site, and by nobody so often that others wait: neither as data nor as pages,
 * of which more are granted, since a village or a school shares one address. To be called before the limiter of rates and before
 * the routes are there.
 */
export function openReading(
  instance: FastifyInstance<RawServerDefault>,
  { readsPerMinute, pagesPerMinute }: Pick<Settings, 'readsPerMinute' | 'pagesPerMinute'>,
): void {
  instance.addHook('onRoute', (route: RouteOptions) => {
    // Style and scripts are none: they never change, so that each is asked for once by each reader.
    const isPage = isOfPages(route.url) && !route.url.startsWith(ASSETS);
    // What stops a request before its controller sees it is told in a page too.
    if (isPage) route.errorHandler = sendProblemPage;
    const isRead = route.method === 'GET' || route.method === 'HEAD';
    if (!isRead || !(isPage || route.url.startsWith(OPEN))) return;
    // Unless the route has a rate of its own.
    route.config = { rateLimit: { max: isPage ? pagesPerMinute : readsPerMinute }, ...route.config };
  });
  instance.addHook('onRequest', (request: FastifyRequest, reply: FastifyReply, goOn: () => void) => {
    if (!request.url.startsWith(OPEN)) return goOn();
    if (request.method === 'OPTIONS') return preflight(reply);
    if (request.method === 'GET' || request.method === 'HEAD') {
      reply.header('access-control-allow-origin', '*').header('access-control-expose-headers', EXPOSED);
      nameSuccessors(request, reply);
    }
    return goOn();
  });
}

/** A browser asks first where a page sends such a header itself. */
function preflight(reply: FastifyReply): void {
  reply
    .code(204)
    .header('access-control-allow-origin', '*')
    .header('access-control-allow-methods', 'GET, HEAD')
    .header('access-control-allow-headers', 'If-None-Match, If-Match, If-Unmodified-Since, Cache-Control')
    .header('access-control-max-age', '86400')
    .send();
}
