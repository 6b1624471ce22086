import { randomBytes } from 'node:crypto';
import { chmodSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { PlainError } from './plain-error.js';

/**
 * The text of a secret key's file; made with mode 0600 where there is none yet. Two processes may start together: whoever links
 * first has made the key, the other reads it.
 *
 * @param setting the variable that names the file, for errors; they say nothing of what it holds
 */
export function readOrMakeKeyFile(setting: string, file: string, make: () => string): string {
  const present = readIfPresent(setting, file);
  if (present !== undefined) return present;
  mkdirSync(dirname(file), { recursive: true });
  const temporary = `${file}.${randomBytes(6).toString('hex')}`;
  writeFileSync(temporary, make(), { mode: 0o600, flag: 'wx', flush: true });
  try {
    chmodSync(temporary, 0o600);
    linkSync(temporary, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(temporary, { force: true });
  }
  return readFileSync(file, 'utf8');
}

function readIfPresent(setting: string, file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new PlainError(`${setting} ${file} cannot be read: ${(error as Error).message}`);
  }
}
