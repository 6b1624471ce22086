import type { Caller } from './access/roles.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** Set once the token is verified. */
    caller?: Caller;
    /** Code of the problem that was answered, for the log. */
    problem?: string;
  }
}
