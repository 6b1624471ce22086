import { randomFillSync } from 'node:crypto';

const BYTES = 16;
const LENGTH = 36;
/** Made at a time, since asking for random bytes costs more than writing them out. */
const AT_ONCE = 128;
const DASHES_BEFORE = new Set([4, 6, 8, 10]);
const DIGITS = Buffer.from('0123456789abcdef', 'latin1');
const DASH = 0x2d;

const random = Buffer.alloc(BYTES * AT_ONCE);
const ids = Buffer.alloc(LENGTH * AT_ONCE);
let used = AT_ONCE;

/** A random UUID (RFC 9562, version 4), as `randomUUID` of Node makes it, but as one text and not out of thirty. */
export function newUuid(): string {
  if (used === AT_ONCE) refill();
  const at = used * LENGTH;
  used += 1;
  return ids.toString('latin1', at, at + LENGTH);
}

function refill(): void {
  randomFillSync(random);
  let to = 0;
  for (let from = 0; from < random.length; from += BYTES) {
    random[from + 6] = ((random[from + 6] ?? 0) & 0x0f) | 0x40;
    random[from + 8] = ((random[from + 8] ?? 0) & 0x3f) | 0x80;
    for (let index = 0; index < BYTES; index += 1) {
      if (DASHES_BEFORE.has(index)) ids[to++] = DASH;
      const byte = random[from + index] ?? 0;
      ids[to++] = DIGITS[byte >> 4] ?? 0;
      ids[to++] = DIGITS[byte & 0x0f] ?? 0;
    }
  }
  used = 0;
}
