import { hkdfSync, randomBytes } from 'node:crypto';
import { readOrMakeKeyFile } from '../key-file.js';
import { PlainError } from '../plain-error.js';
import type { Settings } from '../settings.js';

const KEY_BYTES = 32;

/** Injection token of the subkeys. */
export const VAULT_KEYS = Symbol('VAULT_KEYS');

/** What the master key is used for, each by a key of its own. */
export interface VaultKeys {
  /** Wraps the keys of persons. */
  wrapping: Buffer;
  /** Finds a person by ID number without keeping it. */
  index: Buffer;
  /** Finds persons by their whole name without keeping it. */
  names: Buffer;
  /** Makes the codes by which objections are followed up. */
  codes: Buffer;
  /** Recognises the master key; tells nothing of it. */
  fingerprint: Buffer;
}

/** From VAULT_KEY, else from VAULT_KEY_FILE, which is made on the first start. Error: PlainError. */
export function loadVaultKeys({ vaultKey, vaultKeyFile }: Pick<Settings, 'vaultKey' | 'vaultKeyFile'>): VaultKeys {
  return deriveKeys(vaultKey ?? readOrMake(vaultKeyFile));
}

export function deriveKeys(master: Buffer): VaultKeys {
  const derive = (use: string) => Buffer.from(hkdfSync('sha256', master, '', `mingzhang vault ${use}`, KEY_BYTES));
  return {
    wrapping: derive('wrapping'),
    index: derive('index'),
    names: derive('names'),
    codes: derive('codes'),
    fingerprint: derive('fingerprint'),
  };
}

function readOrMake(file: string): Buffer {
  const text = readOrMakeKeyFile('VAULT_KEY_FILE', file, () => `${randomBytes(KEY_BYTES).toString('base64')}\n`).trim();
  const key = Buffer.from(text, 'base64');
  if (key.length === KEY_BYTES && key.toString('base64') === text) return key;
  throw new PlainError(
    `VAULT_KEY_FILE ${file} 中没有密钥 does not hold a key; 可用 allowed: 32 bytes in base64 (44 characters)`,
  );
}
