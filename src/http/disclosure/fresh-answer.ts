import { hash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { BookHead, BookHeads } from '../../disclosure/book-heads.js';
import { VERSION } from '../../version.js';
import { knows } from './known-tag.js';

/** Kept by anybody, and asked about each time: a correction is seen at once. */
const CACHE_CONTROL = 'public, no-cache';

/**
 * Says of an answer when it changes: with the entries of its books, with this version of the service, and with the day where
 * the calendar decides. Answers whether the caller has it already, and then nothing more is to be said.
 */
export async function isKnown(
  request: FastifyRequest,
  reply: FastifyReply,
  { heads, of, day = '' }: { heads: BookHeads; of: readonly BookHead[]; day?: string },
): Promise<boolean> {
  const versions = of.map(({ book, version }) => `${book} ${version}`);
  // Looked at before the rows are read: they may be newer than the tag says, never older.
  const etag = tagOf([VERSION, request.url, day, ...versions].join('\n'));
  const isSame = said(request, reply, etag);
  // Whoever has it knows this too: RFC 9110, section 15.4.5.
  if (isSame && request.headers['if-unmodified-since'] === undefined) return true;
  const last = await heads.lastRecorded(of);
  if (last !== undefined) reply.header('last-modified', last.toUTCString());
  return isSame;
}

/** The same of an answer that changes with more than the entries of its books. */
export function isSameText(request: FastifyRequest, reply: FastifyReply, text: string): boolean {
  return said(request, reply, tagOf(text));
}

function tagOf(text: string): string {
  return `W/"${hash('sha256', text, 'base64url')}"`;
}

function said(request: FastifyRequest, reply: FastifyReply, etag: string): boolean {
  reply.header('etag', etag).header('cache-control', CACHE_CONTROL);
  if (!knows(request.headers['if-none-match'], etag)) return false;
  reply.code(304);
  return true;
}
