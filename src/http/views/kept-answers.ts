import { hash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { FastifyInstance, FastifyReply, FastifyRequest, RawServerDefault, RouteOptions } from 'fastify';
import { type Standing, standingOf } from '../../views/engine/standing.js';
import { ViewReader } from '../../views/engine/view-reader.js';
import { isWithinScope, type Role } from '../access/roles.js';
import { TokenVerifier } from '../access/token-verifier.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** Of an answer that may be kept. */
    standing?: Standing;
  }
}

interface Kept {
  standing: Standing;
  bytes: Buffer;
  etag: string;
  /** Who had this answer by the whole way, guard and all. */
  roles: Set<Role>;
  untilMs: number;
}

/** For what changes rows without moving a checkpoint, which only a hand in the database does. */
const KEEP_FOR_MS = 1_000;
const MAX_BYTES = 32 * 1024 * 1024;
const MAX_BYTES_EACH = 512 * 1024;
const ROUTES = '/v1/books/:book/';
const JSON_TYPE = 'application/json; charset=utf-8';

/**
 * Gives the same answer again, byte for byte, while its view stands where it stood: the one thing that is still asked of the
 * database is that. Whatever is not plainly so goes the whole way: another role, a token that was not seen lately, a view
 * that has moved, `cache-control: no-cache`.
 */
@Injectable()
export class KeptAnswers {
  /** By the address with its query; the oldest first. */
  private readonly kept = new Map<string, Kept>();
  private bytes = 0;

  constructor(
    private readonly tokens: TokenVerifier,
    private readonly reader: ViewReader,
  ) {}

  /** To be called before the routes are there. */
  attach(instance: FastifyInstance<RawServerDefault>): void {
    instance.decorateRequest('standing', undefined);
    instance.addHook('onRoute', (route: RouteOptions) => {
      if (route.method !== 'GET' || !route.url.startsWith(ROUTES)) return;
      route.onRequest = [...asList(route.onRequest), this.answer.bind(this)];
      route.preSerialization = [...asList(route.preSerialization), note];
      route.onSend = [...asList(route.onSend), this.keep.bind(this)];
    });
  }

  private answer(request: FastifyRequest, reply: FastifyReply, goOn: () => void): void {
    const kept = this.kept.get(request.url);
    if (kept === undefined || !this.mayHave(kept, request)) {
      goOn();
      return;
    }
    if (Date.now() >= kept.untilMs) {
      // Whoever finds it too old makes it anew; all others still get it until then.
      kept.untilMs = Date.now() + KEEP_FOR_MS;
      goOn();
      return;
    }
    const { view, book, version } = kept.standing;
    // Should the database fail, the whole way says so.
    const isTrue = this.reader.heads.of(view, book).then(
      (head) => head?.version === version,
      () => false,
    );
    void isTrue.then((still) => (still ? send(reply, request, kept) : goOn()));
  }

  private mayHave({ roles, standing }: Kept, request: FastifyRequest): boolean {
    const { authorization = '', 'cache-control': cacheControl } = request.headers;
    if (request.method !== 'GET' || cacheControl !== undefined) return false;
    const caller = authorization.startsWith('Bearer ') ? this.tokens.remembers(authorization.slice(7)) : undefined;
    if (caller === undefined || !roles.has(caller.role) || !isWithinScope(caller, standing.book)) return false;
    request.caller = caller;
    return true;
  }

  private keep(
    request: FastifyRequest,
    reply: FastifyReply,
    payload: unknown,
    goOn: (error: null, payload: unknown) => void,
  ) {
    const { standing, caller, url } = request;
    // An error of a later hook comes here too, in the place of the answer.
    const isAnswer = reply.statusCode === 200 && typeof payload === 'string';
    if (!isAnswer || standing === undefined || caller === undefined) return goOn(null, payload);
    const known = this.kept.get(url);
    const isSame = known !== undefined && known.standing.version === standing.version;
    const kept = {
      standing,
      bytes: Buffer.from(payload),
      etag: `"${hash('sha256', payload, 'base64url')}"`,
      roles: new Set([...(isSame ? known.roles : []), caller.role]),
      untilMs: Date.now() + KEEP_FOR_MS,
    };
    this.forget(url);
    if (kept.bytes.length <= MAX_BYTES_EACH) {
      this.kept.set(url, kept);
      this.bytes += kept.bytes.length;
    }
    for (const oldest of this.kept.keys()) {
      if (this.bytes <= MAX_BYTES) break;
      this.forget(oldest);
    }
    goOn(null, head(reply, request, kept) ? '' : payload);
  }

  private forget(url: string): void {
    this.bytes -= this.kept.get(url)?.bytes.length ?? 0;
    this.kept.delete(url);
  }
}

function note(request: FastifyRequest, reply: FastifyReply, payload: unknown, goOn: (e: null, p: unknown) => void) {
  if (reply.statusCode === 200) request.standing = standingOf(payload);
  goOn(null, payload);
}

function send(reply: FastifyReply, request: FastifyRequest, kept: Kept): void {
  reply.header('content-type', JSON_TYPE).send(head(reply, request, kept) ? '' : kept.bytes);
}

/** Answers whether the caller has these very bytes, and is only to be told so. */
function head(reply: FastifyReply, request: FastifyRequest, { etag }: Kept): boolean {
  reply.header('etag', etag).header('cache-control', 'private, no-cache');
  const isKnown = request.headers['if-none-match'] === etag;
  if (isKnown) reply.code(304);
  return isKnown;
}

function asList<T>(hooks: T | T[] | undefined): T[] {
  return hooks === undefined ? [] : Array.isArray(hooks) ? hooks : [hooks];
}
