import { readOrMakeKeyFile } from '../key-file.js';
import { PlainError } from '../plain-error.js';
import { generateKey, parseSigner, type Signer } from './note.js';

/**
 * The key that signs checkpoints: one line, `PRIVATE+KEY+<name>+<keyid>+<base64>`, made on the first start with mode 0600. Its
 * name is `<host of PUBLIC_URL>/log` at that time and is kept for ever, since the origin of each book's log begins with it.
 */
export function readOrMakeLogKey(file: string, publicUrl: string): Signer {
  const text = readOrMakeKeyFile('LOG_KEY_FILE', file, () => `${generateKey(`${new URL(publicUrl).host}/log`)}\n`);
  try {
    return parseSigner(text);
  } catch (error) {
    // Its words hold nothing of the key.
    throw new PlainError(`LOG_KEY_FILE ${file} holds no key that signs the log: ${(error as Error).message}.`);
  }
}
