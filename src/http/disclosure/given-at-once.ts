import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FastifyInstance, RawServerDefault } from 'fastify';
import type { PublicStanding } from '../../disclosure/public-standing.js';
import { requestIdOf } from '../fastify.js';
import { namesTwoHosts } from '../hosts.js';
import type { ReportRequest } from '../operations/report-requests.js';
import { hasPreconditions } from '../preconditions.js';
import type { Rates } from '../rates.js';
import type { Kept, KeptPublic } from './kept-public.js';
import { knows } from './known-tag.js';

type Listener = (request: IncomingMessage, response: ServerResponse) => void;

/**
 * Answers what is kept before the framework sees the request, which costs half as much: counted by the same limit, reported as
 * any other answer, with the headers that the framework gives it. Whatever is not plainly so goes the whole way.
 */
export class GivenAtOnce {
  private isStopping = false;

  constructor(
    private readonly kept: KeptPublic,
    private readonly standing: PublicStanding,
    private readonly rates: Rates,
    private readonly report: ReportRequest,
  ) {}

  /** To be called before the service listens. */
  attach(instance: FastifyInstance<RawServerDefault>): void {
    const { server, routing } = instance;
    server.off('request', routing);
    server.on('request', this.listener(routing));
    instance.addHook('preClose', (done) => {
      this.isStopping = true;
      done();
    });
  }

  private listener(wholeWay: Listener): Listener {
    return (request, response) => {
      const sinceMs = performance.now();
      const kept = this.keptFor(request);
      if (kept === undefined) {
        wholeWay(request, response);
        return;
      }
      const give = (standing: string) => {
        if (standing !== kept.standing || !this.give(kept, request, response, sinceMs)) wholeWay(request, response);
      };
      const standing = this.standing.known(kept.division);
      if (standing !== undefined) give(standing);
      else
        this.standing
          .of(kept.division)
          .then(give)
          .catch(() => {
            // Should the database fail, the whole way says so.
            if (response.headersSent) response.destroy();
            else wholeWay(request, response);
          });
    };
  }

  private keptFor(request: IncomingMessage): Kept | undefined {
    const { method, url = '', headers } = request;
    if (method !== 'GET' || this.isStopping) return undefined;
    const kept = this.kept.find(url);
    if (
      kept === undefined ||
      namesTwoHosts(request) ||
      headers['cache-control'] === 'no-cache' ||
      hasPreconditions(headers)
    )
      return undefined;
    return kept;
  }

  /** Answers whether it did: whoever asks too often is told so by the whole way. */
  private give(kept: Kept, request: IncomingMessage, response: ServerResponse, sinceMs: number): boolean {
    const { route, etag, bytes, headersOfWhole, headersOfUnchanged } = kept;
    const rate = this.rates.ofReading(route);
    const counted = rate?.count(this.rates.clientOf(request));
    if (rate === undefined || counted === undefined || counted.current > rate.most) return false;
    const id = requestIdOf(request);
    const own = ['x-request-id', id, ...rate.headersOf(counted)];
    const isKnown = knows(request.headers['if-none-match'], etag);
    const status = isKnown ? 304 : 200;
    response.writeHead(status, [...(isKnown ? headersOfUnchanged : headersOfWhole), ...own]);
    if (isKnown) response.end();
    else response.end(bytes);
    this.report({ id, method: 'GET', route, status, ms: performance.now() - sinceMs });
    return true;
  }
}
