import type { IncomingMessage } from 'node:http';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { type FastifyBaseLogger, type FastifyInstance, LogController, type RawServerDefault } from 'fastify';
import type { Logger } from 'pino';
import { MOST_PHOTO_BYTES } from '../disclosure/photos/photo.js';
import { looksPersonal } from '../domain/personal-data.js';
import { newUuid } from '../new-uuid.js';
import type { Settings } from '../settings.js';
import type { Caller } from './access/roles.js';
import { addFormParser } from './board/form-parser.js';
import { namesTwoHosts } from './hosts.js';
import { addNdjsonParser } from './imports/ndjson.js';
import { addJsonParser, addPhotoParser } from './json-parser.js';
import { closeConnectionsWhenStopping } from './last-answers.js';
import { answerClientError } from './problems/client-error.js';
import { HttpProblem } from './problems/problem.js';
import { tellProblem } from './problems/problem-filter.js';
import type { RouteTable } from './problems/route-table.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** Set once the token is verified. */
    caller?: Caller;
    /** Code of the problem that was answered, for the log. */
    problem?: string;
  }
}

const SANE_REQUEST_ID = /^[A-Za-z0-9._-]{1,64}$/;
const ID_LONGEST = 100;
/** A client that sends a request more slowly holds a connection for nothing. */
const REQUEST_TIMEOUT_MS = 30_000;
/** A client that reads nothing of its answer for so long holds memory for nothing. Imports have a limit of their own. */
const STALLED_AFTER_MS = 600_000;

/** Fastify as we run it: one log line a request, JSON bodies only, problems for what it refuses itself. */
export function fastifyAdapter(
  logger: Logger,
  { bodyLimitBytes, trustedProxies }: Pick<Settings, 'bodyLimitBytes' | 'trustedProxies'>,
): FastifyAdapter {
  return new FastifyAdapter({
    // Rates are counted by `request.ip`: what a proxy of ours says of who asks is believed, what others say of themselves never.
    ...(trustedProxies.length > 0 && { trustProxy: [...trustedProxies] }),
    loggerInstance: ofOneChild(logger),
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: bodyLimitBytes,
    genReqId: requestIdOf,
    requestIdHeader: false,
    routerOptions: { maxParamLength: ID_LONGEST },
    frameworkErrors: tellProblem,
    // What still comes over an open connection during a stop is answered, and the connection then closed.
    return503OnClosing: false,
    // Nest's middleware costs every request a chain of callbacks; there is none here.
    skipMiddie: true,
    multipart: false,
    requestTimeout: REQUEST_TIMEOUT_MS,
    connectionTimeout: STALLED_AFTER_MS,
    clientErrorHandler: answerClientError,
  });
}

/**
 * Fastify takes one child, with its serializers, and of that one for each request, which costs more than naming the request in the few
 * lines that are written. (A factory of children costs as much: what it gives is proven to be a logger each time.)
 */
function ofOneChild(logger: Logger): FastifyBaseLogger {
  const child: FastifyBaseLogger['child'] = (bindings, options) => {
    const only: FastifyBaseLogger = Object.create(logger.child(bindings, options), { child: { value: () => only } });
    return only;
  };
  return Object.create(logger, { child: { value: child } });
}

/** To be called before the routes are there. */
export function prepareInstance(instance: FastifyInstance<RawServerDefault>, routes: RouteTable): void {
  instance.decorateRequest('caller', undefined);
  instance.decorateRequest('problem', undefined);
  instance.addHook('onRoute', ({ path, method }) => routes.add(path, method));
  instance.addHook('onRequest', (request, reply, done) => {
    reply.header('x-request-id', request.id);
    if (namesTwoHosts(request.raw)) done(new HttpProblem('invalid_request', 'The request has two headers Host.'));
    else done();
  });
  addJsonParser(instance);
  addNdjsonParser(instance);
  addFormParser(instance);
  addPhotoParser(instance, MOST_PHOTO_BYTES, /\/notices\/:notice\/evidence$/);
  closeConnectionsWhenStopping(instance);
}

/** As its sender names it, if that is sane; else a new one. */
export function requestIdOf(request: IncomingMessage): string {
  const given = request.headers['x-request-id'];
  return typeof given === 'string' && SANE_REQUEST_ID.test(given) && !looksPersonal(given) ? given : newUuid();
}
