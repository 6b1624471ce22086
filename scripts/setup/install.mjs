import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { plainError } from './plain-error.mjs';

/** Installs from the lock when node_modules does not hold what the lock names; true if it did. */
export async function installIfNeeded(root) {
  if (matchesLock(root)) return false;
  console.error('Installing dependencies from package-lock.json (about a minute, once) ...');
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const done = spawnSync(npm, ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    // npm's own lines must not mix with the answer of the command that was asked for
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
    env: { ...process.env, PATH: pathWithoutOurBin(root) },
  });
  if (done.error !== undefined) throw plainError(`npm could not be run: ${done.error.message}`);
  if (done.status !== 0) throw plainError(`npm ci failed (exit status ${done.status}); nothing was started.`);
  return true;
}

// npm writes node_modules/.package-lock.json as the last step of an install, so what it lists is there in full.
function matchesLock(root) {
  const hiddenLock = join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(hiddenLock)) return false;
  const wanted = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;
  const present = JSON.parse(readFileSync(hiddenLock, 'utf8')).packages;
  return Object.entries(wanted).every(([path, entry]) => {
    if (path === '') return true;
    const found = present[path];
    // packages for other platforms are in the lock and not on the disk
    if (found === undefined) return entry.optional === true || entry.devOptional === true || entry.peer === true;
    return found.version === entry.version && (found.integrity ?? '') === (entry.integrity ?? '');
  });
}

// npm ci deletes node_modules, and with it the pinned Node that npm itself would find there.
function pathWithoutOurBin(root) {
  const ours = join(root, 'node_modules', '.bin');
  return (process.env.PATH ?? '')
    .split(delimiter)
    .filter((entry) => entry !== ours)
    .join(delimiter);
}
