import { createHash, createHmac, randomBytes } from 'node:crypto';
import { canonical } from '../event-store/canonical.js';
import { lock, unlock, VaultDamaged } from './cipher.js';

/** What a person could ask to be erased. It is never in an event, a log line or an error. */
export interface Personal {
  name: string;
  /** 18 characters, GB 11643; it tells persons apart. */
  idNumber: string;
  bankAccount?: string;
}

export interface Sealed {
  /** Lower-case hex SHA-256 of the salt's 32 bytes and the canonical JSON (RFC 8785) of the fields. */
  commitment: string;
  ciphertext: Buffer;
}

/** As it stands encrypted: the salt goes when the data goes, so nobody can try names against the commitment later. */
interface Content {
  personal: Personal;
  salt: string;
}

export interface Place {
  book: string;
  beneficiary: string;
  command: string;
}

export function sealPersonal(dataKey: Buffer, personal: Personal, place: Place): Sealed {
  const salt = randomBytes(32);
  const content: Content = { personal: fieldsOf(personal), salt: salt.toString('base64') };
  const commitment = commit(content);
  return { commitment, ciphertext: lock(dataKey, Buffer.from(canonical(content), 'utf8'), placeOf(place, commitment)) };
}

/** Error: VaultDamaged. */
export function openPersonal(dataKey: Buffer, { commitment, ciphertext }: Sealed, place: Place): Personal {
  const content = JSON.parse(unlock(dataKey, ciphertext, placeOf(place, commitment)).toString('utf8')) as Content;
  if (commit(content) !== commitment) {
    throw new VaultDamaged(`What is kept of ${place.book} ${place.beneficiary} is not what was committed to.`);
  }
  return content.personal;
}

export function samePersonal(a: Personal, b: Personal): boolean {
  return canonical(fieldsOf(a)) === canonical(fieldsOf(b));
}

/** Finds a person again within one book; the same person has unrelated indexes in two books. */
export function idNumberIndex(indexKey: Buffer, book: string, idNumber: string): Buffer {
  return createHmac('sha256', indexKey)
    .update(JSON.stringify([book, idNumber]), 'utf8')
    .digest();
}

/** Finds those of a name within one book; spaces do not count, nor how wide a character is written. */
export function nameIndex(namesKey: Buffer, book: string, name: string): Buffer {
  const plain = name.normalize('NFKC').replace(/\s+/g, '');
  return createHmac('sha256', namesKey)
    .update(JSON.stringify([book, plain]), 'utf8')
    .digest();
}

function commit({ personal, salt }: Content): string {
  return createHash('sha256').update(Buffer.from(salt, 'base64')).update(canonical(personal), 'utf8').digest('hex');
}

/** These fields and no other, whatever object they came in. */
function fieldsOf({ name, idNumber, bankAccount }: Personal): Personal {
  return { name, idNumber, ...(bankAccount !== undefined && { bankAccount }) };
}

function placeOf({ book, beneficiary, command }: Place, commitment: string): string[] {
  return ['personal data of', book, beneficiary, command, commitment];
}
