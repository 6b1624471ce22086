import { createPrivateKey, createPublicKey, hash, type KeyObject } from 'node:crypto';

/** What a key is for, as C2SP signed-note numbers it; it goes into the key's id, so that no signature passes for another kind. */
export const ED25519 = 0x01;
export const ED25519_COSIGNATURE = 0x04;

export interface SigningKey {
  name: string;
  privateKey: KeyObject;
  /** 32 bytes. */
  publicBytes: Buffer;
}

export interface VerifyingKey {
  name: string;
  publicKey: KeyObject;
  publicBytes: Buffer;
}

const KEY_BYTES = 32;

/** DER before the 32 bytes of an Ed25519 key, RFC 8410. */
const PKCS8_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex');
const SPKI_PREFIX = Buffer.from('302a300506032b6570032100', 'hex');

/** Of `PRIVATE+KEY+<name>+<keyid>+<base64(0x01 || seed)>`. Throws a RangeError where the text is no such key. */
export function parseSigningKey(text: string): SigningKey {
  const [, name = '', id = '', data = ''] =
    /^PRIVATE\+KEY\+([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+={0,2})$/.exec(text.trim()) ?? [];
  const bytes = Buffer.from(data, 'base64');
  if (!isKey(bytes, data, ED25519)) {
    throw new RangeError('not a signing key of the form PRIVATE+KEY+<name>+<keyid>+<base64>');
  }
  const privateKey = createPrivateKey({
    key: Buffer.concat([PKCS8_PREFIX, bytes.subarray(1)]),
    format: 'der',
    type: 'pkcs8',
  });
  const publicBytes = rawPublicKey(createPublicKey(privateKey));
  if (keyIdOf(name, ED25519, publicBytes).toString('hex') !== id)
    throw new RangeError('the id of the signing key is not that of its name and bytes');
  return { name, privateKey, publicBytes };
}

/** Throws a RangeError where the text is no vkey of this kind. */
export function parseVerifyingKey(vkey: string, kind: number): VerifyingKey {
  const [, name = '', id = '', data = ''] =
    /^([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+={0,2})$/.exec(vkey.trim()) ?? [];
  const bytes = Buffer.from(data, 'base64');
  if (!isKey(bytes, data, kind)) {
    throw new RangeError('not a verifier key of the form <name>+<keyid>+<base64>');
  }
  const publicBytes = bytes.subarray(1);
  if (keyIdOf(name, kind, publicBytes).toString('hex') !== id)
    throw new RangeError('the id of the verifier key is not that of its name and bytes');
  const publicKey = createPublicKey({ key: Buffer.concat([SPKI_PREFIX, publicBytes]), format: 'der', type: 'spki' });
  return { name, publicKey, publicBytes };
}

/** Whether the text is the one that base64 makes of such bytes: of what a key was copied wrong nothing is passed over. */
function isKey(bytes: Buffer, text: string, kind: number): boolean {
  return bytes[0] === kind && bytes.length === KEY_BYTES + 1 && bytes.toString('base64') === text;
}

/** `name+keyid+base64(kind || public key)`, as verifiers take it. */
export function vkeyOf(name: string, kind: number, publicBytes: Buffer): string {
  const keyId = keyIdOf(name, kind, publicBytes).toString('hex');
  return `${name}+${keyId}+${Buffer.concat([Buffer.of(kind), publicBytes]).toString('base64')}`;
}

/** The first four bytes of SHA-256(name || 0x0A || kind || public key). */
export function keyIdOf(name: string, kind: number, publicBytes: Buffer): Buffer {
  const bytes = Buffer.concat([Buffer.from(`${name}\n`), Buffer.of(kind), publicBytes]);
  return hash('sha256', bytes, 'buffer').subarray(0, 4);
}

/** 32 bytes. */
export function rawPublicKey(key: KeyObject): Buffer {
  return key.export({ type: 'spki', format: 'der' }).subarray(-KEY_BYTES);
}
