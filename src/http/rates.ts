import type { IncomingMessage } from 'node:http';
import { all, compile } from '@fastify/proxy-addr';
import rateLimit, { type FastifyRateLimitStore } from '@fastify/rate-limit';
import type { FastifyInstance, RawServerDefault, RouteOptions } from 'fastify';
import { LruMap } from 'toad-cache';
import { HttpProblem } from './problems/problem.js';

/** Of each route; who was not heard of for the longest leaves first. */
const MOST_CLIENTS = 5_000;

/** What the plugin tells a store of a route, beside what its types say. */
interface Limit {
  max?: number;
  timeWindow?: number;
  routeInfo?: Pick<RouteOptions, 'method' | 'url'>;
}

interface Counted {
  /** Questions so far, this one with them. */
  current: number;
  /** Milliseconds until the client begins anew. */
  ttl: number;
}

/** How often each client asked in a while of its own, which begins with its first question. */
class RouteRate implements FastifyRateLimitStore {
  private readonly clients = new LruMap<{ asked: number; sinceMs: number }>(MOST_CLIENTS);

  constructor(
    readonly most: number,
    private readonly whileMs: number,
  ) {}

  count(client: string): Counted {
    const nowMs = Date.now();
    const known = this.clients.get(client);
    if (known === undefined || known.sinceMs + this.whileMs <= nowMs) {
      this.clients.set(client, { asked: 1, sinceMs: nowMs });
      return { current: 1, ttl: this.whileMs };
    }
    known.asked += 1;
    return { current: known.asked, ttl: known.sinceMs + this.whileMs - nowMs };
  }

  /** As the plugin names them. */
  headersOf({ current, ttl }: Counted): string[] {
    const [limit, remaining, reset] = [this.most, this.most - current, Math.ceil(ttl / 1000)];
    return ['ratelimit-limit', `${limit}`, 'ratelimit-remaining', `${remaining}`, 'ratelimit-reset', `${reset}`];
  }

  incr(client: string, answer: (error: null, counted: Counted) => void): void {
    answer(null, this.count(client));
  }

  child(): this {
    return this;
  }
}

/**
 * How often each client asked each route that has a limit: one count, whether the framework answers or somebody before it. GET
 * and HEAD of a route count together.
 */
export class Rates {
  private readonly routes = new Map<string, RouteRate>();
  /** Of these, by the address of the route, those for GET. */
  private readonly reading = new Map<string, RouteRate>();
  private last = { address: '', client: '' };
  private readonly isTrusted: (address: string, hops: number) => boolean;

  constructor(private readonly trustedProxies: readonly string[]) {
    this.isTrusted = compile([...trustedProxies]);
  }

  /** For the routes that have `config.rateLimit`; to be called before they are there. */
  async limit(instance: FastifyInstance<RawServerDefault>): Promise<void> {
    const rateOf = (route: Limit) => this.rateOf(route);
    await instance.register(rateLimit, {
      global: false,
      timeWindow: '1 minute',
      enableDraftSpec: true,
      errorResponseBuilder: () => new HttpProblem('rate_limited'),
      store: class implements FastifyRateLimitStore {
        incr(): never {
          throw new Error('each route has a rate of its own');
        }

        child(route: RouteOptions & Limit): RouteRate {
          return rateOf(route);
        }
      },
    });
  }

  /** Of GET and HEAD; undefined where the route has no limit. */
  ofReading(url: string): RouteRate | undefined {
    return this.reading.get(url);
  }

  /** Whom a question counts for, as `request.ip` of the framework has it. */
  clientOf(request: IncomingMessage): string {
    const { remoteAddress } = request.socket;
    const address = (this.trustedProxies.length === 0 ? remoteAddress : all(request, this.isTrusted).at(-1)) ?? '';
    // Whoever asks again while nobody else does is known: to tell one form of an address from another takes longer than to count.
    if (address !== this.last.address) this.last = { address, client: rateLimit.normalizeIP(address) };
    return this.last.client;
  }

  private rateOf({ max, timeWindow, routeInfo }: Limit): RouteRate {
    if (max === undefined || timeWindow === undefined || routeInfo === undefined)
      throw new Error('the limiter of rates does not say what a route is limited to');
    const name = `${[routeInfo.method].flat().join().replace('HEAD', 'GET')} ${routeInfo.url}`;
    const rate = this.routes.get(name) ?? new RouteRate(max, timeWindow);
    this.routes.set(name, rate);
    if (name.startsWith('GET ')) this.reading.set(name.slice('GET '.length), rate);
    return rate;
  }
}
