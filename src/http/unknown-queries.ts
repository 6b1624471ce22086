import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { invalidRequest } from './problems/problem.js';
import { shown } from './validation/body-errors.js';
import { NOT_A_PARAMETER } from './validation/validation-pipe.js';

/** They judge parameters of their own. */
const ASKED = /\/(?:imports|evidence)$/;

/**
 * What records or erases takes no parameters, so that nobody who adds `?dryRun=true` records what was only to be tried. Problem:
 * invalid_request, of which nobody is told who may not use the address.
 */
export function refuseParameters(request: FastifyRequest): void {
  if (!request.url.includes('?')) return;
  const errors = Object.keys(request.query as object).map((name) => ({ field: shown(name), message: NOT_A_PARAMETER }));
  if (errors.length > 0) throw invalidRequest(errors);
}

/** The same for routes that are Nest's; after the guard of access. Reads judge their parameters by classes. */
@Injectable()
export class ParameterGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const { url = '' } = request.routeOptions;
    const records = request.method === 'POST' || request.method === 'DELETE';
    if (records && url.startsWith('/v1/') && !ASKED.test(url)) refuseParameters(request);
    return true;
  }
}
