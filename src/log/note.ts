import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  hash,
  type KeyObject,
  sign,
  verify,
} from 'node:crypto';

/**
 * C2SP signed-note: a text, an empty line, and a line for each signature,
 *
 *   127.0.0.1:3000/log/640100
 *   18
 *   CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=
 *
 *   — 127.0.0.1:3000/log Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
 *
 * where the base64 is four bytes of key id and the Ed25519 signature of the text with its last newline.
 */
export interface Signer {
  name: string;
  /** `name+keyid+base64(0x01 || public key)`, as verifiers take it. */
  vkey: string;
  sign(text: string): string;
}

export interface Verifier {
  name: string;
  vkey: string;
  /** Whether one of the note's signatures is a valid one of this key. */
  accepts(note: ParsedNote): boolean;
}

export interface ParsedNote {
  /** With its last newline. */
  text: string;
  signatures: { name: string; keyId: Buffer; signature: Buffer }[];
}

const ED25519 = 0x01;
const KEY_BYTES = 32;
const SIGNATURE_LINE = /^— ([^\s+]+) ([A-Za-z0-9+/]+={0,2})$/;
const SIGNATURE_BYTES = 64;

/** DER before the 32 bytes of an Ed25519 key, RFC 8410. */
const PKCS8_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex');
const SPKI_PREFIX = Buffer.from('302a300506032b6570032100', 'hex');

/** A new key as text: `PRIVATE+KEY+<name>+<keyid>+<base64(0x01 || seed)>`. The name may hold no space and no `+`. */
export function generateKey(name: string): string {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const seed = privateKey.export({ type: 'pkcs8', format: 'der' }).subarray(-KEY_BYTES);
  const keyId = keyIdOf(name, rawPublicKey(publicKey)).toString('hex');
  return `PRIVATE+KEY+${name}+${keyId}+${Buffer.concat([Buffer.of(ED25519), seed]).toString('base64')}`;
}

/** Throws a RangeError where the text is no such key. */
export function parseSigner(key: string): Signer {
  const match = /^PRIVATE\+KEY\+([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+={0,2})$/.exec(key.trim());
  const [, name = '', id, data = ''] = match ?? [];
  const bytes = Buffer.from(data, 'base64');
  if (match === null || bytes[0] !== ED25519 || bytes.length !== KEY_BYTES + 1) {
    throw new RangeError('not a signing key of the form PRIVATE+KEY+<name>+<keyid>+<base64>');
  }
  const privateKey = createPrivateKey({
    key: Buffer.concat([PKCS8_PREFIX, bytes.subarray(1)]),
    format: 'der',
    type: 'pkcs8',
  });
  const publicKey = rawPublicKey(createPublicKey(privateKey));
  const keyId = keyIdOf(name, publicKey);
  if (keyId.toString('hex') !== id) throw new RangeError('the id of the signing key is not that of its name and bytes');
  return {
    name,
    vkey: vkeyOf(name, publicKey),
    sign: (text) => {
      const signature = Buffer.concat([keyId, sign(null, Buffer.from(text), privateKey)]).toString('base64');
      return `${text}\n— ${name} ${signature}\n`;
    },
  };
}

/** Throws a RangeError where the text is no vkey. */
export function parseVerifier(vkey: string): Verifier {
  const match = /^([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+={0,2})$/.exec(vkey.trim());
  const [, name = '', id = '', data = ''] = match ?? [];
  const bytes = Buffer.from(data, 'base64');
  if (match === null || bytes[0] !== ED25519 || bytes.length !== KEY_BYTES + 1) {
    throw new RangeError('not a verifier key of the form <name>+<keyid>+<base64>');
  }
  const raw = bytes.subarray(1);
  const keyId = keyIdOf(name, raw);
  if (keyId.toString('hex') !== id)
    throw new RangeError('the id of the verifier key is not that of its name and bytes');
  const publicKey = createPublicKey({ key: Buffer.concat([SPKI_PREFIX, raw]), format: 'der', type: 'spki' });
  return {
    name,
    vkey: vkeyOf(name, raw),
    accepts: ({ text, signatures }) =>
      signatures.some(
        (one) =>
          one.name === name &&
          one.keyId.equals(keyId) &&
          one.signature.length === SIGNATURE_BYTES &&
          verify(null, Buffer.from(text), publicKey, one.signature),
      ),
  };
}

/** Throws a RangeError where the text is not a signed note in its one canonical form. */
export function parseNote(note: string): ParsedNote {
  const end = note.lastIndexOf('\n\n');
  if (end < 0 || !note.endsWith('\n')) throw new RangeError('a signed note has a text, an empty line and signatures');
  const signatures = note
    .slice(end + 2, -1)
    .split('\n')
    .map((line) => {
      const [, name = '', data = ''] = SIGNATURE_LINE.exec(line) ?? [];
      const bytes = Buffer.from(data, 'base64');
      if (bytes.length < 5 || bytes.toString('base64') !== data) throw new RangeError(`not a signature line: ${line}`);
      return { name, keyId: bytes.subarray(0, 4), signature: bytes.subarray(4) };
    });
  return { text: note.slice(0, end + 1), signatures };
}

function vkeyOf(name: string, raw: Buffer): string {
  return `${name}+${keyIdOf(name, raw).toString('hex')}+${Buffer.concat([Buffer.of(ED25519), raw]).toString('base64')}`;
}

/** The first four bytes of SHA-256(name || 0x0A || 0x01 || public key). */
function keyIdOf(name: string, raw: Buffer): Buffer {
  return hash('sha256', Buffer.concat([Buffer.from(`${name}\n`), Buffer.of(ED25519), raw]), 'buffer').subarray(0, 4);
}

function rawPublicKey(key: KeyObject): Buffer {
  return key.export({ type: 'spki', format: 'der' }).subarray(-KEY_BYTES);
}
