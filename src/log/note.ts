import { generateKeyPairSync, type KeyObject, sign, verify } from 'node:crypto';
import { ED25519, keyIdOf, parseSigningKey, parseVerifyingKey, rawPublicKey, vkeyOf } from './note-key.js';

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
  privateKey: KeyObject;
  sign(text: string): string;
  /** @param signature Ed25519, of the text by the private key */
  noteOf(text: string, signature: Uint8Array): string;
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

const SEED_BYTES = 32;
const SIGNATURE_LINE = /^— ([^\s+]+) ([A-Za-z0-9+/]+={0,2})$/;
/** What comes before the space in ASCII, but for the newline. */
const CONTROL = /[^\n -\u{10ffff}]/u;
/** The specification asks for 16 at least. */
const MAX_SIGNATURES = 100;
const SIGNATURE_BYTES = 64;

/** A new key as text: `PRIVATE+KEY+<name>+<keyid>+<base64(0x01 || seed)>`. The name may hold no space and no `+`. */
export function generateKey(name: string): string {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const seed = privateKey.export({ type: 'pkcs8', format: 'der' }).subarray(-SEED_BYTES);
  const keyId = keyIdOf(name, ED25519, rawPublicKey(publicKey)).toString('hex');
  return `PRIVATE+KEY+${name}+${keyId}+${Buffer.concat([Buffer.of(ED25519), seed]).toString('base64')}`;
}

/** Throws a RangeError where the text is no such key. */
export function parseSigner(key: string): Signer {
  const { name, privateKey, publicBytes } = parseSigningKey(key);
  const keyId = keyIdOf(name, ED25519, publicBytes);
  const noteOf = (text: string, signature: Uint8Array) =>
    `${text}\n— ${name} ${Buffer.concat([keyId, signature]).toString('base64')}\n`;
  return {
    name,
    vkey: vkeyOf(name, ED25519, publicBytes),
    privateKey,
    noteOf,
    sign: (text) => noteOf(text, sign(null, Buffer.from(text), privateKey)),
  };
}

/** Throws a RangeError where the text is no vkey. */
export function parseVerifier(vkey: string): Verifier {
  const { name, publicKey, publicBytes } = parseVerifyingKey(vkey, ED25519);
  const keyId = keyIdOf(name, ED25519, publicBytes);
  return {
    name,
    vkey: vkeyOf(name, ED25519, publicBytes),
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
  if (CONTROL.test(note) || !note.isWellFormed()) throw new RangeError('a signed note is plain text in UTF-8');
  const lines = note.slice(end + 2, -1).split('\n');
  if (lines.length > MAX_SIGNATURES) throw new RangeError(`a signed note has at most ${MAX_SIGNATURES} signatures`);
  const signatures = lines.map((line) => {
    const [, name = '', data = ''] = SIGNATURE_LINE.exec(line) ?? [];
    const bytes = Buffer.from(data, 'base64');
    if (bytes.length < 5 || bytes.toString('base64') !== data) throw new RangeError(`not a signature line: ${line}`);
    return { name, keyId: bytes.subarray(0, 4), signature: bytes.subarray(4) };
  });
  return { text: note.slice(0, end + 1), signatures };
}
