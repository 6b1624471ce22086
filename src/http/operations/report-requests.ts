import type { FastifyInstance, RawServerDefault } from 'fastify';
import type { Logger } from 'pino';
import type { Metrics } from './metrics.js';

/** What is told of an answer: never a body, a query or a token; the address by its pattern, since ids can be telling. */
export interface AnsweredRequest {
  id: string;
  method: string;
  route: string;
  status: number;
  ms: number;
  actor?: string | undefined;
  /** Code of the problem that was answered. */
  problem?: string | undefined;
}

export type ReportRequest = (answered: AnsweredRequest) => void;

/** One line of the log for each answer, and its place in the metrics. */
export function requestReport(logger: Logger, metrics: Metrics): ReportRequest {
  return ({ id, method, route, status, ms, actor, problem }) => {
    metrics.noteRequest(method, route, status, ms / 1000);
    logger.info({ reqId: id, method, route, status, ms: Math.round(ms * 10) / 10, actor, problem }, 'request');
  };
}

/** To be called before the routes are there. */
export function reportRequests(instance: FastifyInstance<RawServerDefault>, report: ReportRequest): void {
  instance.addHook('onResponse', (request, reply, done) => {
    const { id, method, caller, problem } = request;
    const route = request.is404 ? 'none' : (request.routeOptions.url ?? 'none');
    const { statusCode: status, elapsedTime: ms } = reply;
    report({ id, method, route, status, ms, actor: caller?.actor, problem });
    done();
  });
}
