import { type ArgumentsHost, Catch, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { problemPage } from '../../board/problem-page.js';
import { HttpProblem } from '../problems/problem.js';
import { problemOf } from '../problems/problem-of.js';
import { sendPage } from './send-page.js';

/** What a page cannot show is told in a page, never in JSON. For controllers that answer HTML: `@UseFilters(BoardErrors)`. */
@Catch()
export class BoardErrors implements ExceptionFilter {
  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    sendProblemPage(error, http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>());
  }
}

const PAGES = ['/board/', '/verify/'];

/** Whether people read there: whatever is wrong is told in a page, whoever finds it. */
export function isOfPages(url: string): boolean {
  const [path = ''] = url.split('?', 1);
  return PAGES.some((pages) => `${path}/`.startsWith(pages));
}

export function sendProblemPage(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  const { status, headers, body, isFault } = problemOf(error);
  if (isFault) request.log.error({ reqId: request.id, err: error }, 'the service failed');
  else if (body.code === 'try_again')
    request.log.warn({ reqId: request.id, err: error }, 'the service could not do this now');
  request.problem = body.code;
  const page = problemPage({
    url: new URL(request.url, 'http://board'),
    isForm: request.method === 'POST',
    status,
    detail: body.detail,
    fields: error instanceof HttpProblem ? namesIn(error) : [],
    requestId: isFault ? request.id : undefined,
  });
  if (reply.sent || reply.raw.headersSent) {
    // The page had begun, with a status of success: all that is left to tell is that it is not whole.
    reply.raw.destroy();
    return;
  }
  reply.code(status).headers(headers);
  sendPage(request, reply, page, 'no-store');
}

/** Fields that are not as they should be; the body as a whole has no name. */
function namesIn({ extras }: HttpProblem): string[] {
  return (extras.errors ?? []).map(({ field }) => field).filter((field) => field !== '');
}
