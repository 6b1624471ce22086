import { Injectable } from '@nestjs/common';
import type { FastifyInstance, FastifyReply, FastifyRequest, RawServerDefault, RouteOptions } from 'fastify';
import { PublicStanding } from '../../disclosure/public-standing.js';
import { DIVISION_PATTERN } from '../../domain/division.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** Where what this answer tells of stood before it was made. */
    publicStanding?: string;
    /**
     * Made anew each time, since it changes without an entry of the books that bear on the division: persons may be erased, the files of
     * a day be made, and money move on in another book.
     */
    changesByItself?: boolean;
  }
}

export interface Kept {
  division: string;
  /** Of the route. */
  route: string;
  standing: string;
  bytes: Buffer;
  etag: string;
  /** Each name before its value; those that tell of the one request are not among them. */
  headersOfWhole: string[];
  headersOfUnchanged: string[];
}

const ROUTES = ['/board/:division', '/v1/disclosure/divisions/:division'];
const MAX_BYTES = 32 * 1024 * 1024;
const MAX_BYTES_EACH = 256 * 1024;
const OPENING = ['access-control-allow-origin', 'access-control-expose-headers'];
/** What is said of an answer that the caller has: RFC 9110, section 15.4.5. */
const OF_UNCHANGED = [...OPENING, 'etag', 'cache-control'];
const OF_WHOLE = [
  ...OF_UNCHANGED,
  'link',
  'last-modified',
  'content-type',
  'content-security-policy',
  'x-content-type-options',
  'referrer-policy',
  'permissions-policy',
];

/**
 * Keeps pages of the board, and what is disclosed of a division, to be given again (`given-at-once.ts`), byte for byte, while all books that bear on the
 * division stand where they stood and the day is the same (a notice has a day less to stand each morning). The one thing that is
 * asked of the database then is that.
 */
@Injectable()
export class KeptPublic {
  /** By the address with its query; the oldest first. */
  private readonly kept = new Map<string, Kept>();
  private bytes = 0;

  constructor(private readonly standing: PublicStanding) {}

  /** To be called before the routes are there. */
  attach(instance: FastifyInstance<RawServerDefault>): void {
    instance.decorateRequest('publicStanding', undefined);
    instance.decorateRequest('changesByItself', undefined);
    instance.addHook('onRoute', (route: RouteOptions) => {
      if (route.method !== 'GET' || !ROUTES.some((path) => route.url.startsWith(path))) return;
      route.preHandler = [...[route.preHandler ?? []].flat(), this.note.bind(this)];
      route.onSend = [...[route.onSend ?? []].flat(), this.keep.bind(this)];
    });
  }

  /** @param url with its query, as it was asked for */
  find(url: string): Kept | undefined {
    return this.kept.get(url);
  }

  /** Before what is told is read: it may be newer than this says, never older. */
  private note(request: FastifyRequest, _reply: FastifyReply, goOn: () => void): void {
    const { division = '' } = request.params as { division?: string };
    if (!DIVISION_PATTERN.test(division)) {
      goOn();
      return;
    }
    // Should the database fail, the reading says so.
    void this.standing.of(division).then(
      (standing) => {
        request.publicStanding = standing;
        goOn();
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
    const { publicStanding: standing, changesByItself, url, routeOptions } = request;
    const { etag, 'cache-control': caching } = reply.getHeaders();
    const isForAll = typeof etag === 'string' && caching !== 'no-store' && changesByItself !== true;
    if (standing !== undefined && isForAll && reply.statusCode === 200 && typeof payload === 'string') {
      const bytes = Buffer.from(payload);
      this.put(url, {
        division: (request.params as { division: string }).division,
        route: routeOptions.url ?? '',
        standing,
        bytes,
        etag,
        headersOfWhole: [...given(reply, OF_WHOLE), 'content-length', String(bytes.length)],
        headersOfUnchanged: given(reply, OF_UNCHANGED),
      });
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

function given(reply: FastifyReply, names: readonly string[]): string[] {
  return names.flatMap((name) => {
    const value = reply.getHeader(name);
    return value === undefined ? [] : [name, String(value)];
  });
}
