import { type CanActivate, createParamDecorator, type ExecutionContext, Injectable, SetMetadata } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { DIVISION_PATTERN } from '../domain/division.js';
import { Refusal } from '../domain/refusal.js';
import { TryAgain } from '../posting/failures.js';
import { type Caller, isWithinScope, type Role } from './access/roles.js';
import { TokenVerifier, unauthenticated } from './access/token-verifier.js';
import { HttpProblem } from './problems/problem.js';

const ACCESS = 'mingzhang:access';
type Access = 'public' | readonly Role[];

/** The roles that may use a route (or all routes of a controller). A route without this or `@Public()` is closed to all. */
export const Allow = (...roles: Role[]) => SetMetadata(ACCESS, roles);

/** Open to anybody, without a token. */
export const Public = () => SetMetadata(ACCESS, 'public');

/** Of a handler, else of its controller; nothing where neither says who may. */
export function accessOf(handler: object, controller: object): Access | undefined {
  return Reflect.getMetadata(ACCESS, handler) ?? Reflect.getMetadata(ACCESS, controller);
}

/**
 * Lets a request pass where its token's role is allowed on the route and the book of its path lies in the token's divisions.
 * The order of refusals: unauthenticated, forbidden (role), forbidden (division), book_unknown (no division code).
 */
@Injectable()
export class AccessGuard implements CanActivate {
  private readonly known = new Map<object, Access | undefined>();

  constructor(private readonly tokens: TokenVerifier) {}

  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    const access = this.access(context);
    if (access === 'public') return true;
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const caller = this.tokens.verify(bearerToken(request.headers.authorization));
    if (caller instanceof Promise) return caller.then((known) => admit(known, access, request));
    return admit(caller, access, request);
  }

  private access(context: ExecutionContext): Access | undefined {
    const handler = context.getHandler();
    if (!this.known.has(handler)) this.known.set(handler, accessOf(handler, context.getClass()));
    return this.known.get(handler);
  }
}

let lastHeader: string | undefined;
let lastToken = '';

/** One who asks often is known by the same text again, without taking it apart or hashing it. */
export function bearerToken(header: string | undefined): string {
  if (header === undefined) throw unauthenticated('The header Authorization: Bearer <token> is missing.');
  if (header === lastHeader) return lastToken;
  const token = /^Bearer +([A-Za-z0-9._~+/=-]+) *$/i.exec(header)?.[1];
  if (token === undefined) throw unauthenticated('The header Authorization must be Bearer and a token.');
  lastHeader = header;
  lastToken = token;
  return token;
}

/**
 * Of what goes on for long after it was asked. Whoever is refused now gets the reason when the client asks again; where the keys of the issuer
 * cannot be had, nobody is.
 */
export async function isStillAllowed(tokens: TokenVerifier, authorization: string | undefined): Promise<boolean> {
  try {
    await tokens.verify(bearerToken(authorization));
    return true;
  } catch (error) {
    return error instanceof TryAgain;
  }
}

/** Errors: HttpProblem `forbidden`, Refusal book_unknown. */
export function admit(caller: Caller, access: readonly Role[] | undefined, request: FastifyRequest): boolean {
  request.caller = caller;
  if (access?.includes(caller.role) !== true)
    throw new HttpProblem('forbidden', `The role ${caller.role} may not do this.`);
  const book = (request.params as { book?: string }).book;
  if (book === undefined) return true;
  requireScope(caller, book);
  if (!DIVISION_PATTERN.test(book)) throw new Refusal('book_unknown', 'A book is named by its division code.');
  return true;
}

/** Who sends the request. */
export const TheCaller = createParamDecorator((_: unknown, context: ExecutionContext): Caller => {
  const request = context.switchToHttp().getRequest<FastifyRequest>();
  if (request.caller === undefined)
    throw new Error(`${request.routeOptions.url} takes a caller but is open to anybody`);
  return request.caller;
});

/** Error: HttpProblem `forbidden`. */
export function requireScope(caller: Caller, code: string): void {
  if (isWithinScope(caller, code)) return;
  throw new HttpProblem('forbidden', `The token is for divisions ${caller.divisions.join(', ')} only.`);
}
