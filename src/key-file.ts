import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  closeSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
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
  try {
    makeOnce(file, make());
  } catch (error) {
    throw new PlainError(
      `${setting} ${file} 无法写入 cannot be made: ${(error as Error).message}; 可用 allowed: a file in a folder that this account may write, with room left`,
      { cause: error },
    );
  }
  return readFileSync(file, 'utf8');
}

function makeOnce(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true });
  const temporary = writeBeside(file, text);
  try {
    linkSync(temporary, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(temporary, { force: true });
  }
  keepName(file);
}

/** A name lasts through a loss of power once its folder is on the disk too: what a key made may be there already. */
function keepName(file: string): void {
  // Windows opens no folder.
  if (process.platform === 'win32') return;
  const folder = openSync(dirname(file), 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

/** Puts another key in the file; what it held stays in the file `keptAs`. Both have mode 0600. At no moment is there no key. */
export function replaceKeyFile(file: string, text: string, keptAs: string): void {
  const temporary = writeBeside(file, text);
  try {
    keep(file, keptAs);
    renameSync(temporary, file);
    keepName(file);
  } finally {
    rmSync(temporary, { force: true });
  }
}

function keep(file: string, keptAs: string): void {
  try {
    linkSync(file, keptAs);
  } catch (error) {
    // Kept already, by a replacement that did not come to its end.
    const isKept =
      (error as NodeJS.ErrnoException).code === 'EEXIST' && readFileSync(keptAs).equals(readFileSync(file));
    if (!isKept) throw error;
  }
  chmodSync(keptAs, 0o600);
}

function writeBeside(file: string, text: string): string {
  const temporary = `${file}.${randomBytes(6).toString('hex')}`;
  try {
    writeFileSync(temporary, text, { mode: 0o600, flag: 'wx', flush: true });
    chmodSync(temporary, 0o600);
  } catch (error) {
    // Half a key, where the disk is full.
    rmSync(temporary, { force: true });
    throw error;
  }
  return temporary;
}

export function readIfPresent(setting: string, file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new PlainError(`${setting} ${file} 无法读取 cannot be read: ${(error as Error).message}`);
  }
}
