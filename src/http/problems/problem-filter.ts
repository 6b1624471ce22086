import { type ArgumentsHost, Catch, type ExceptionFilter, NotFoundException } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ASSETS } from '../../board/public-files.js';
import { isOfPages, sendProblemPage } from '../board/board-errors.js';
import { HttpProblem } from './problem.js';
import { problemOf } from './problem-of.js';
import { RouteTable } from './route-table.js';

/** Every error of every route ends here and becomes application/problem+json (RFC 9457). */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(private readonly routes: RouteTable) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const isUnrouted = error instanceof NotFoundException && request.is404;
    tellProblem(isUnrouted ? this.unrouted(request) : error, request, http.getResponse<FastifyReply>());
  }

  private unrouted(request: FastifyRequest): HttpProblem {
    const allowed = this.routes.methodsOf(request.url);
    // Of a folder of files the method is right and the file is not there.
    if (allowed.length === 0 || allowed.includes(request.method)) return new HttpProblem('not_found');
    return new HttpProblem('method_not_allowed', `This address takes ${allowed.join(', ')}.`, {
      headers: { allow: allowed.join(', ') },
    });
  }
}

/** In a page to people, else as JSON. Also called where Fastify itself refuses a request before it has found a route. */
export function tellProblem(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  // The folder of files answers so to an address that no file can have.
  const isNoFile = request.url.startsWith(ASSETS) && problemOf(error).status === 403;
  if (isOfPages(request.url)) sendProblemPage(isNoFile ? new HttpProblem('not_found') : error, request, reply);
  else sendProblem(error, request, reply);
}

/** As application/problem+json. */
export function sendProblem(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  const { status, headers, body, isFault } = problemOf(error);
  if (isFault) request.log.error({ reqId: request.id, err: error }, 'the service failed');
  else if (body.code === 'try_again')
    request.log.warn({ reqId: request.id, err: error }, 'the service could not do this now');
  request.problem = body.code;
  if (reply.sent || reply.raw.headersSent) {
    // The answer had begun, with a status of success: all that is left to tell is that it is not whole.
    reply.raw.destroy();
    return;
  }
  reply
    .code(status)
    .headers(headers)
    .header('content-type', 'application/problem+json; charset=utf-8')
    .send(JSON.stringify(isFault ? { ...body, requestId: request.id } : body));
}
