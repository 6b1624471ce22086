import { inBoth } from '../in-both.js';
import { readIfPresent, readOrMakeKeyFile, replaceKeyFile } from '../key-file.js';
import { PlainError } from '../plain-error.js';
import { generateKey, parseSigner, type Signer } from './note.js';

/**
 * The key that signs checkpoints: one line, `PRIVATE+KEY+<name>+<keyid>+<base64>`, made on the first start with mode 0600. Its
 * name is `<host of PUBLIC_URL>/log` at that time and is kept for ever, since the origin of each book's log begins with it.
 */
export function readOrMakeLogKey(file: string, publicUrl: string): Signer {
  return asSigner(
    file,
    readOrMakeKeyFile('LOG_KEY_FILE', file, () => `${generateKey(`${new URL(publicUrl).host}/log`)}\n`),
  );
}

/** Another key of the name of one that is lost for ever, and its vkey. Error: PlainError, where the file is there. */
export function replaceLostLogKey(file: string, name: string): string {
  if (readIfPresent('LOG_KEY_FILE', file) !== undefined)
    throw new PlainError(`LOG_KEY_FILE ${file} 并未丢失 is not lost; 可用 allowed: log-key rotate without --lost`);
  return asSigner(
    file,
    readOrMakeKeyFile('LOG_KEY_FILE', file, () => `${generateKey(name)}\n`),
  ).vkey;
}

/** Error: PlainError, where there is none. */
export function readLogKey(file: string): Signer {
  return asSigner(file, readPresent(file));
}

function readPresent(file: string): string {
  const text = readIfPresent('LOG_KEY_FILE', file);
  if (text !== undefined) return text;
  throw new PlainError(`LOG_KEY_FILE ${file} 还没有,首次启动时生成 is not there yet; the first start makes it.`);
}

interface Rotated {
  /** Public keys, of which the service publishes both for ever. */
  before: string;
  after: string;
  /** Where the private key before is now. */
  keptAs: string;
}

/** Makes a new key of the same name; a service signs with it from its next start on. */
export function rotateLogKey(file: string): Rotated {
  const text = readPresent(file);
  const before = asSigner(file, text);
  const fresh = generateKey(before.name);
  const keptAs = `${file}.${before.vkey.split('+')[1]}`;
  replaceKeyFile(file, `${fresh}\n`, keptAs);
  return { before: before.vkey, after: parseSigner(fresh).vkey, keptAs };
}

function asSigner(file: string, text: string): Signer {
  try {
    return parseSigner(text);
  } catch (error) {
    // Its words hold nothing of the key.
    throw new PlainError(
      `LOG_KEY_FILE ${file} 中没有签署日志的密钥 holds no key that signs the log: ${inBoth((error as Error).message)}.`,
    );
  }
}
