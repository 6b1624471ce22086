import type { FastifyInstance, FastifyReply, FastifyRequest, RawServerDefault, RouteOptions } from 'fastify';
import { invalidRequest } from './problems/problem.js';
import { shown } from './validation/body-errors.js';
import { NOT_A_PARAMETER } from './validation/validation-pipe.js';

/** They judge parameters of their own. */
const ASKED = /\/(?:imports|evidence)$/;

/**
 * What records or erases takes no parameters, so that nobody who adds `?dryRun=true` records what was only to be tried. To be
 * called before the routes are there. Problem: invalid_request, before the token is looked at.
 */
export function refuseUnknownQueries(instance: FastifyInstance<RawServerDefault>): void {
  instance.addHook('onRoute', (route: RouteOptions) => {
    const records = route.method === 'POST' || route.method === 'DELETE';
    if (records && route.url.startsWith('/v1/') && !ASKED.test(route.url))
      route.onRequest = [...[route.onRequest ?? []].flat(), refuseAny];
  });
}

function refuseAny(request: FastifyRequest, _reply: FastifyReply, goOn: (error?: Error) => void): void {
  const names = request.url.includes('?') ? Object.keys(request.query as object) : [];
  const errors = names.map((name) => ({ field: shown(name), message: NOT_A_PARAMETER }));
  goOn(errors.length === 0 ? undefined : invalidRequest(errors));
}
