import { hash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { knows } from '../disclosure/known-tag.js';

/**
 * A page loads its own style sheet, scripts and pictures, sends its own forms, and nothing else: whoever slips something
 * into a text that is shown here gains nothing.
 */
const PAGE_POLICY =
  "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
/** Drawings carry the styles of their texts in themselves. */
const DRAWING_POLICY = "default-src 'none'; style-src 'unsafe-inline'";

const WORKER_POLICY = "default-src 'none'; connect-src 'self'";

/** Asked again each time; a page that has not changed costs a 304. */
export const REVALIDATED = 'public, no-cache';

const HEADERS = {
  'x-content-type-options': 'nosniff',
  // With `no-referrer` a browser would call the origin of our own forms `null`, and they would be refused as foreign.
  'referrer-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=()',
};

export function sendPage(
  request: FastifyRequest,
  reply: FastifyReply,
  html: string | Buffer,
  caching = REVALIDATED,
): void {
  send(request, reply, html, { type: 'text/html; charset=utf-8', policy: PAGE_POLICY, caching });
}

export function sendDrawing(request: FastifyRequest, reply: FastifyReply, svg: string | Buffer): void {
  send(request, reply, svg, { type: 'image/svg+xml; charset=utf-8', policy: DRAWING_POLICY, caching: REVALIDATED });
}

/** A worker, which asks this service alone. */
export function sendWorker(request: FastifyRequest, reply: FastifyReply, script: string): void {
  send(request, reply, script, { type: 'text/javascript; charset=utf-8', policy: WORKER_POLICY, caching: REVALIDATED });
}

interface Manner {
  type: string;
  policy: string;
  caching: string;
}

function send(
  request: FastifyRequest,
  reply: FastifyReply,
  body: string | Buffer,
  { type, policy, caching }: Manner,
): void {
  const etag = etagOf(body);
  reply.header('cache-control', caching);
  if (caching !== 'no-store') {
    reply.header('etag', etag);
    if (knows(request.headers['if-none-match'], etag)) {
      reply.code(304).send();
      return;
    }
  }
  reply.headers(HEADERS).header('content-type', type).header('content-security-policy', policy).send(body);
}

export function etagOf(body: string | Buffer): string {
  return `"${hash('sha256', body, 'base64url').slice(0, 22)}"`;
}
