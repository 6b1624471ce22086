import { Injectable } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import type { FastifyInstance, FastifyReply, FastifyRequest, RawServerDefault } from 'fastify';
import type { Posted } from '../../posting/post-entry.js';
import type { Caller } from '../access/roles.js';
import { TokenVerifier } from '../access/token-verifier.js';
import { admit, bearerToken } from '../access.js';
import { sendProblem } from '../problems/problem-filter.js';
import { refuseParameters } from '../unknown-queries.js';
import { bodyJudge } from '../validation/body-judge.js';
import { POSTINGS } from './all-postings.js';
import { answerText } from './answer-text.js';
import { idempotencyKey } from './idempotency-key.js';
import type { PostingRoute } from './posting-route.js';

/**
 * The one way from a posting's address to the write path. Its routes are Fastify's own: what Nest does for each request
 * costs time that a posting does not have (docs/decisions/postings-beside-nest.md).
 */
@Injectable()
export class PostingDesk {
  constructor(
    private readonly commands: CommandBus,
    private readonly tokens: TokenVerifier,
  ) {}

  /** A body class with a rule that cannot be compiled is an error here, when the service starts. */
  addRoutes(instance: FastifyInstance<RawServerDefault>): void {
    for (const route of POSTINGS) {
      const post = this.poster(route);
      instance.post(route.path, (request, reply) => {
        const refuse = (error: unknown) => sendProblem(error, request, reply);
        try {
          post(request).then((posted) => answer(posted, reply), refuse);
        } catch (error) {
          refuse(error);
        }
      });
    }
  }

  /**
   * The order of refusals: unauthenticated, forbidden (role, division), book_unknown, invalid_request (of the address's
   * parameters), idempotency_key_required, personal_data_in_text (of the key), those of a part of the path, invalid_request, and those of
   * the ledger.
   */
  private poster(route: PostingRoute): (request: FastifyRequest) => Promise<Posted> {
    const accept = bodyJudge(route.bodyClass);
    const { part, roles } = route;
    const post = (request: FastifyRequest, caller: Caller): Promise<Posted> => {
      admit(caller, roles, request);
      refuseParameters(request);
      const params = request.params as Record<string, string>;
      const key = idempotencyKey(request);
      const value = part?.parse(params[part.name] ?? '');
      const given = accept(request.body);
      const body = part === undefined ? given : { ...given, [part.name]: value };
      return this.commands.execute<object, Posted>(route.command({ book: params.book ?? '', key, caller }, body));
    };
    return (request) => {
      const caller = this.tokens.verify(bearerToken(request.headers.authorization));
      // An async function around the promise of the answer would tell it some turns of the microtask queue later.
      return caller instanceof Promise ? caller.then((known) => post(request, known)) : post(request, caller);
    };
  }
}

/** A replay is told by a header, so that the first answer and every later one are the same. */
function answer(posted: Posted, reply: FastifyReply): void {
  if (posted.replayed) reply.header('idempotency-replayed', 'true');
  reply.code(201).header('content-type', 'application/json; charset=utf-8').send(answerText(posted));
}
