import type { IncomingMessage } from 'node:http';

/** A request with two is refused (RFC 9112, 3.2): of such Node keeps the first, and a proxy in front may have gone by the other. */
export function namesTwoHosts({ rawHeaders }: IncomingMessage): boolean {
  let named = 0;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at];
    // The length first: with a dozen headers this costs less than a ten-millionth of a second.
    if (name?.length === 4 && name.toLowerCase() === 'host') named += 1;
  }
  return named > 1;
}
