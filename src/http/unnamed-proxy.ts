import type { IncomingHttpHeaders } from 'node:http';
import { compile } from '@fastify/proxy-addr';
import type { FastifyInstance, RawServerDefault } from 'fastify';

type Warn = (message: string) => void;

/** Where a proxy in front of a service stands; an address from elsewhere may be a reader's, and is told to nobody. */
const isNear = compile(['loopback', 'linklocal', 'uniquelocal']);

/**
 * Says once where requests come through a proxy that is not named: all who read through it share one limit of rates, which shows
 * only when many of them do. To be called before the routes are there.
 */
export function warnOfUnnamedProxy(
  instance: FastifyInstance<RawServerDefault>,
  trustedProxies: readonly string[],
  warn: Warn,
): void {
  const isTrusted = compile([...trustedProxies]);
  const told = new Set<'near' | 'far'>();
  instance.addHook('onRequest', ({ headers, socket: { remoteAddress: peer } }, _reply, goOn) => {
    if (told.size < 2 && peer !== undefined && saysForWhom(headers) && !isTrusted(peer, 0)) {
      const place = isNear(peer, 0) ? 'near' : 'far';
      if (!told.has(place))
        warn(messageOf(place === 'near' ? peer.replace(/^::ffff:/, '') : undefined, trustedProxies));
      told.add(place);
    }
    goOn();
  });
}

function saysForWhom(headers: IncomingHttpHeaders): boolean {
  return headers['x-forwarded-for'] !== undefined || headers.forwarded !== undefined;
}

function messageOf(peer: string | undefined, trustedProxies: readonly string[]): string {
  const setting =
    peer === undefined ? 'name it in TRUSTED_PROXIES' : `set TRUSTED_PROXIES=${[...trustedProxies, peer]}`;
  return (
    `${peer ?? 'somebody'} says in X-Forwarded-For or Forwarded for whom it asks, but TRUSTED_PROXIES does not name it: ` +
    `all who read through it share one limit of rates. If it is a proxy of yours, ${setting}; X-Forwarded-For is what is read`
  );
}
