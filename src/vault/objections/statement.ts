import { createHash, createHmac, randomBytes } from 'node:crypto';
import { canonical } from '../../event-store/canonical.js';
import { lock, unlock, VaultDamaged } from '../cipher.js';

/** What somebody says, and who that is where they tell. It is never in an event, a log line or an error. */
export interface Statement {
  text: string;
  name?: string;
  phone?: string;
}

interface Content {
  salt: string;
  statement: Statement;
}

export function sealStatement(dataKey: Buffer, statement: Statement, place: string[]) {
  const content: Content = { salt: randomBytes(32).toString('base64'), statement: fieldsOf(statement) };
  return {
    commitment: commit(content),
    ciphertext: lock(dataKey, Buffer.from(canonical(content), 'utf8'), place),
  };
}

/** Error: VaultDamaged. */
export function openStatement(dataKey: Buffer, ciphertext: Buffer, commitment: string, place: string[]): Statement {
  const content = JSON.parse(unlock(dataKey, ciphertext, place).toString('utf8')) as Content;
  if (commit(content) !== commitment)
    throw new VaultDamaged(`What is kept of ${place.slice(1).join(' ')} is not what was committed to.`);
  return content.statement;
}

export function sameStatement(a: Statement, b: Statement): boolean {
  return canonical(fieldsOf(a)) === canonical(fieldsOf(b));
}

/** Crockford's base32: no letter that a hand-written figure could be taken for. */
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
const CODE_BITS = 160;

/**
 * The code that the author of an objection follows it up with, e.g. `k7qd-…` (eight groups of four): 160 bits that only
 * the master key can make again, so that nothing but its hash is kept.
 */
export function followUpCode(codesKey: Buffer, book: string, objection: string): string {
  const mac = createHmac('sha256', codesKey)
    .update(JSON.stringify([book, objection]), 'utf8')
    .digest();
  let bits = BigInt(`0x${mac.subarray(0, CODE_BITS / 8).toString('hex')}`);
  let code = '';
  for (let index = 0; index < CODE_BITS / 5; index += 1) {
    code = (ALPHABET[Number(bits & 31n)] ?? '') + code;
    bits >>= 5n;
  }
  return (code.match(/.{4}/g) ?? []).join('-');
}

/** Of a code as somebody typed it; nothing where it can be none. */
export function hashOfCode(typed: string): Buffer | undefined {
  const code = typed.toLowerCase().replaceAll('-', '').replaceAll('o', '0').replace(/[il]/g, '1');
  return /^[0-9a-hjkmnp-tv-z]{32}$/.test(code) ? createHash('sha256').update(code).digest() : undefined;
}

function commit({ salt, statement }: Content): string {
  return createHash('sha256').update(Buffer.from(salt, 'base64')).update(canonical(statement), 'utf8').digest('hex');
}

function fieldsOf({ text, name, phone }: Statement): Statement {
  return { text, ...(name !== undefined && { name }), ...(phone !== undefined && { phone }) };
}
