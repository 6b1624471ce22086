import { Injectable } from '@nestjs/common';
import type { FastifyInstance, FastifyReply, FastifyRequest, RawServerDefault, RouteOptions } from 'fastify';
import { BearingBooks } from '../../disclosure/bearing-books.js';
import { DIVISION_PATTERN } from '../../domain/division.js';
import { dateInShanghai } from '../../posting/decide-batch.js';
import { assetsView } from '../../views/assets/assets.js';
import { disclosureView } from '../../views/disclosure/disclosure.js';
import { ViewReader } from '../../views/engine/view-reader.js';
import { fundsView } from '../../views/funds/funds.js';
import { projectsView } from '../../views/projects/projects.js';
import { etagOf, knows } from './send-page.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** What the page of this request tells of, as it stood before it was made. */
    boardStanding?: string;
    /** Names of persons are read anew each time: they may have been erased. */
    showsPersons?: boolean;
  }
}

interface Kept {
  standing: string;
  bytes: Buffer;
  etag: string;
  headers: Record<string, string>;
}

const ROUTES = '/board/:division';
const VIEWS = [disclosureView, fundsView, projectsView, assetsView];
const MAX_BYTES = 32 * 1024 * 1024;
const MAX_BYTES_EACH = 256 * 1024;
const HEADERS = [
  'content-type',
  'content-security-policy',
  'cache-control',
  'x-content-type-options',
  'referrer-policy',
  'permissions-policy',
];

/**
 * Gives a page of the board again, byte for byte, while all books that bear on its division stand where they stood and the
 * day is the same (a notice has a day less to stand each morning). The one thing that is asked of the database is that.
 */
@Injectable()
export class KeptPages {
  /** By the address with its query; the oldest first. */
  private readonly kept = new Map<string, Kept>();
  private bytes = 0;

  constructor(
    private readonly books: BearingBooks,
    private readonly reader: ViewReader,
  ) {}

  /** To be called before the routes are there. */
  attach(instance: FastifyInstance<RawServerDefault>): void {
    instance.decorateRequest('boardStanding', undefined);
    instance.decorateRequest('showsPersons', undefined);
    instance.addHook('onRoute', (route: RouteOptions) => {
      if (route.method !== 'GET' || !route.url.startsWith(ROUTES)) return;
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
    void this.standingOf(division).then(
      (standing) => {
        const kept = this.kept.get(request.url);
        if (kept?.standing === standing) send(request, reply, kept);
        else {
          request.boardStanding = standing;
          goOn();
        }
      },
      () => goOn(),
    );
  }

  private async standingOf(division: string): Promise<string> {
    const { above, below } = await this.books.of(division);
    const heads = [...above, ...below].flatMap((book) =>
      VIEWS.map(async ({ name }) => `${book} ${(await this.reader.heads.of(name, book))?.version}`),
    );
    return [dateInShanghai(new Date().toISOString()), ...(await Promise.all(heads))].join('\n');
  }

  private keep(
    request: FastifyRequest,
    reply: FastifyReply,
    payload: unknown,
    goOn: (error: null, payload: unknown) => void,
  ): void {
    const { boardStanding: standing, showsPersons, url } = request;
    const isForOne = reply.getHeader('cache-control') === 'no-store';
    const isKept = reply.statusCode === 200 && standing !== undefined && showsPersons !== true && !isForOne;
    if (isKept && typeof payload === 'string') this.put(url, standing, payload, reply);
    goOn(null, payload);
  }

  private put(url: string, standing: string, payload: string, reply: FastifyReply): void {
    this.forget(url);
    const bytes = Buffer.from(payload);
    if (bytes.length > MAX_BYTES_EACH) return;
    const headers = Object.fromEntries(HEADERS.map((name) => [name, String(reply.getHeader(name) ?? '')]));
    this.kept.set(url, { standing, bytes, etag: etagOf(payload), headers });
    this.bytes += bytes.length;
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
  reply.headers(headers).header('etag', etag);
  if (knows(request, etag)) reply.code(304).send();
  else reply.send(bytes);
}
