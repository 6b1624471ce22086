import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** A row of the vault was changed, swapped with another, or sealed under another master key. */
export class VaultDamaged extends Error {
  override readonly name = 'VaultDamaged';
}

/**
 * AES-256-GCM with a random nonce: `nonce (12) || ciphertext || tag (16)`.
 *
 * @param place where the box belongs; it opens nowhere else
 */
export function lock(key: Buffer, plain: Buffer, place: string[]): Buffer {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES });
  cipher.setAAD(asBytes(place));
  const body = Buffer.concat([cipher.update(plain), cipher.final()]);
  return Buffer.concat([nonce, body, cipher.getAuthTag()]);
}

/** Error: VaultDamaged. */
export function unlock(key: Buffer, box: Buffer, place: string[]): Buffer {
  const decipher = createDecipheriv('aes-256-gcm', key, box.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES });
  decipher.setAAD(asBytes(place));
  decipher.setAuthTag(box.subarray(-TAG_BYTES));
  try {
    return Buffer.concat([decipher.update(box.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()]);
  } catch (cause) {
    // The words of OpenSSL hold nothing of the content, and so the cause may be logged.
    throw new VaultDamaged(`What belongs to ${place.slice(0, 3).join(' ')} cannot be opened.`, { cause });
  }
}

function asBytes(place: string[]): Buffer {
  return Buffer.from(JSON.stringify(place), 'utf8');
}
