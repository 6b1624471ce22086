import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest, RawServerDefault, RouteOptions } from 'fastify';
import { tagsOf } from './disclosure/known-tag.js';
import { HttpProblem } from './problems/problem.js';

/** Tells of the answer that is not given. */
const OF_ANSWER = /^(?:content-|etag$|last-modified$|repr-digest$|cache-control$)/;
/** As of RFC 9110, section 5.6.7: the form of today and the two before. */
const HTTP_DATE =
  /^(?:[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT|[A-Z][a-z]+day, \d{2}-[A-Z][a-z]{2}-\d{2} \d{2}:\d{2}:\d{2} GMT|[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d{2}:\d{2}:\d{2} \d{4})$/;

/**
 * Refuses to give another answer than the one that whoever reads wants to go on with: `If-Match`, else `If-Unmodified-Since`, looked
 * at before `If-None-Match` (RFC 9110, section 13.2.2). To be called after all else that has a say in answers, and before the routes
 * are there. Problem: precondition_failed.
 */
export function heedPreconditions(instance: FastifyInstance<RawServerDefault>): void {
  instance.addHook('onRoute', (route: RouteOptions) => {
    const isRead = route.method === 'GET' || route.method === 'HEAD';
    if (isRead) route.onSend = [...[route.onSend ?? []].flat(), refuseUnlessMet];
  });
}

/** Whether the request asks for more than the answer itself, or to hear that it is known. */
export function hasPreconditions(headers: FastifyRequest['headers']): boolean {
  return headers['if-match'] !== undefined || headers['if-unmodified-since'] !== undefined;
}

function refuseUnlessMet(
  { headers }: FastifyRequest,
  reply: FastifyReply,
  payload: unknown,
  goOn: (error: Error | null, payload?: unknown) => void,
): void {
  const { statusCode: status } = reply;
  const isGiven = (status >= 200 && status < 300) || status === 304;
  if (!hasPreconditions(headers) || !isGiven || isMet(headers, reply)) {
    goOn(null, payload);
    return;
  }
  if (payload instanceof Readable) payload.destroy();
  for (const name of Object.keys(reply.getHeaders())) if (OF_ANSWER.test(name)) reply.removeHeader(name);
  goOn(new HttpProblem('precondition_failed'));
}

function isMet(
  { 'if-match': tags, 'if-unmodified-since': since }: FastifyRequest['headers'],
  reply: FastifyReply,
): boolean {
  const { etag, 'last-modified': last } = reply.getHeaders();
  // A weak tag matches nothing: the same one may stand for other bytes.
  if (tags !== undefined)
    return tags.trim() === '*' || tagsOf(tags).some((tag) => tag === etag && !tag.startsWith('W/'));
  if (since === undefined || typeof last !== 'string' || !HTTP_DATE.test(since)) return true;
  const at = Date.parse(since.endsWith('GMT') ? since : `${since} GMT`);
  // What is no date is not heeded (section 13.1.4).
  return Number.isNaN(at) || Date.parse(last) <= at;
}
