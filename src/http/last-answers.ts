import type { FastifyInstance, RawServerDefault } from 'fastify';

/** Half of what a stop takes at most (`serve`). */
const LAST_ANSWERS_MS = 30_000;

/**
 * A stop waits for the answers that are under way, then for no one. A connection whose last request was under way when it began
 * would else stay open until its client lets go, and one whose client does not read its answer for as long as that likes.
 */
export function closeConnectionsWhenStopping(
  instance: FastifyInstance<RawServerDefault>,
  lastAnswersMs = LAST_ANSWERS_MS,
): void {
  let isStopping = false;
  instance.addHook('preClose', (done) => {
    isStopping = true;
    setTimeout(() => instance.server.closeAllConnections(), lastAnswersMs).unref();
    done();
  });
  instance.addHook('onResponse', (_request, _reply, done) => {
    if (isStopping) setImmediate(() => instance.server.closeIdleConnections());
    done();
  });
}
