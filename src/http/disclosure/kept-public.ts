import { Injectable } from '@nestjs/common';
import type { FastifyInstance, FastifyReply, FastifyRequest, RawServerDefault, RouteOptions } from 'fastify';
import { PublicStanding } from '../../disclosure/public-standing.js';
import { DIVISION_PATTERN } from '../../domain/division.js';
import { knows } from './known-tag.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** Where what this answer tells of stood before it was made. */
    publicStanding?: string;
    /** Made anew each time, since it changes without an entry: persons may be erased, and the files of a day be made. */
    changesByItself?: boolean;
  }
}

type Headers = Record<string, string>;

interface Kept {
  standing: string;
  bytes: Buffer;
  etag: string;
  headers: Headers;
}

const ROUTES = ['/board/:division', '/v1/disclosure/divisions/:division'];
const MAX_BYTES = 32 * 1024 * 1024;
const MAX_BYTES_EACH = 256 * 1024;
/** What is said of an answer that the caller has: RFC 9110, section 15.4.5. */
const OF_UNCHANGED = ['etag', 'cache-control', 'last-modified'];
const OF_WHOLE = [
  ...OF_UNCHANGED,
  'content-type',
  'content-security-policy',
  'x-content-type-options',
  'referrer-policy',
  'permissions-policy',
];

/**
 * Gives a page of the board, or what is disclosed of a division, again, byte for byte, while all books that bear on the
 * division stand where they stood and the day is the same (a notice has a day less to stand each morning). The one thing that is
 * asked of the database is that.
 */
@Injectable()
export class KeptPublic {
  /** By the address with its query; the oldest first. */
  private readonly kept = new Map<string, Kept>();
  private bytes = 0;

  constructor(private readonly standing: PublicStanding) {}

  /** To be called before the routes are there, and after whatever limits their rates. */
  attach(instance: FastifyInstance<RawServerDefault>): void {
    instance.decorateRequest('publicStanding', undefined);
    instance.decorateRequest('changesByItself', undefined);
    instance.addHook('onRoute', (route: RouteOptions) => {
      if (route.method !== 'GET' || !ROUTES.some((path) => route.url.startsWith(path))) return;
      route.onRequest = [...[route.onRequest ?? []].flat(), this.answer.bind(this)];
      route.onSend = [...[route.onSend ?? []].flat(), this.keep.bind(this)];
    });
  }

  private answer(request: FastifyRequest, reply: FastifyReply, goOn: () => void): void {
    const { division = '' } = request.params as { division?: string };
    if (!DIVISION_PATTERN.test(division)) {
      goOn();
      return;
    }
    // Should the database fail, the whole way says so.
    void this.standing.of(division).then(
      (standing) => {
        const kept = this.kept.get(request.url);
        const isAskedAnew = request.headers['cache-control'] === 'no-cache';
        if (kept?.standing === standing && !isAskedAnew) send(request, reply, kept);
        else {
          request.publicStanding = standing;
          goOn();
        }
      },
      () => goOn(),
    );
  }

  private keep(
    request: FastifyRequest,
    reply: FastifyReply,
    payload: unknown,
    goOn: (error: null, payload: unknown) => void,
  ): void {
    const { publicStanding: standing, changesByItself, url } = request;
    if (standing !== undefined && changesByItself !== true && reply.statusCode === 200 && typeof payload === 'string') {
      const given = Object.entries(reply.getHeaders()).map(([name, value]) => [name, String(value)] as const);
      const headers: Headers = Object.fromEntries(given.filter(([name]) => OF_WHOLE.includes(name)));
      const { etag, 'cache-control': caching } = headers;
      if (etag !== undefined && caching !== 'no-store')
        this.put(url, { standing, bytes: Buffer.from(payload), etag, headers });
    }
    goOn(null, payload);
  }

  private put(url: string, kept: Kept): void {
    this.forget(url);
    if (kept.bytes.length > MAX_BYTES_EACH) return;
    this.kept.set(url, kept);
    this.bytes += kept.bytes.length;
    for (const oldest of this.kept.keys()) {
      if (this.bytes <= MAX_BYTES) break;
      this.forget(oldest);
    }
  }

  private forget(url: string): void {
    this.bytes -= this.kept.get(url)?.bytes.length ?? 0;
    this.kept.delete(url);
  }
}

function send(request: FastifyRequest, reply: FastifyReply, { bytes, etag, headers }: Kept): void {
  if (knows(request, etag)) {
    for (const name of OF_UNCHANGED) if (headers[name] !== undefined) reply.header(name, headers[name]);
    reply.code(304).send();
    return;
  }
  reply.headers(headers).send(bytes);
}
