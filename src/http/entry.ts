import { createParamDecorator, type ExecutionContext, Injectable } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { looksPersonal } from '../domain/personal-data.js';
import { Refusal } from '../domain/refusal.js';
import { PostEntry, type Posted, type Request } from '../posting/post-entry.js';
import type { Caller } from './access/roles.js';
import { HttpProblem } from './problems/problem.js';

/** What every posting takes from the request beside its body. */
export interface EntryContext {
  /** Of the path; empty where a book is opened, which its body names. */
  book: string;
  /** Idempotency-Key. */
  key: string;
  caller: Caller;
  reply: FastifyReply;
}

/** 1 to 255 visible characters of ASCII. */
const KEY = /^[\x21-\x7e]{1,255}$/;

/** The `EntryContext` of a posting. Errors: idempotency_key_required, personal_data_in_text. */
export const Entry = createParamDecorator((_: unknown, context: ExecutionContext): EntryContext => {
  const http = context.switchToHttp();
  const request = http.getRequest<FastifyRequest>();
  const { book = '' } = request.params as { book?: string };
  return { book, key: idempotencyKey(request), caller: callerOf(request), reply: http.getResponse<FastifyReply>() };
});

/** Who sends the request. */
export const TheCaller = createParamDecorator(
  (_: unknown, context: ExecutionContext): Caller => callerOf(context.switchToHttp().getRequest<FastifyRequest>()),
);

/** The one way from a route to the write path. */
@Injectable()
export class PostingDesk {
  constructor(private readonly commands: CommandBus) {}

  post({ book, key, caller, reply }: EntryContext, request: Request): Promise<Omit<Posted, 'replayed'>> {
    return answer(this.commands.execute<PostEntry, Posted>(new PostEntry(book, key, caller.actor, request)), reply);
  }
}

/** A replay is told by a header, so that the first answer and every later one are the same. */
export async function answer(posted: Promise<Posted>, reply: FastifyReply): Promise<Omit<Posted, 'replayed'>> {
  const { replayed, ...rest } = await posted;
  if (replayed) reply.header('idempotency-replayed', 'true');
  return rest;
}

function idempotencyKey(request: FastifyRequest): string {
  const key = request.headers['idempotency-key'];
  if (typeof key !== 'string' || !KEY.test(key)) {
    throw new HttpProblem(
      'idempotency_key_required',
      'The header Idempotency-Key must be 1 to 255 visible ASCII characters, of the caller’s choice, new for each entry.',
    );
  }
  // The key stands in the event, from which nothing can be erased.
  if (looksPersonal(key)) {
    throw new Refusal(
      'personal_data_in_text',
      'The Idempotency-Key holds what looks like an ID number, a bank card or a mobile number.',
      {
        field: 'Idempotency-Key',
      },
    );
  }
  return key;
}

function callerOf(request: FastifyRequest): Caller {
  if (request.caller === undefined)
    throw new Error(`${request.routeOptions.url} takes a caller but is open to anybody`);
  return request.caller;
}
