import { spawnSync } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { plainError } from './plain-error.mjs';

const platforms = { win32: 'win' };

/** The Node pinned by the lock where there is one for this machine, else the system's, if it is new enough. */
export function chooseNode(root) {
  const platform = platforms[process.platform] ?? process.platform;
  const executable = process.platform === 'win32' ? 'node.exe' : 'node';
  const pinned = join(root, 'node_modules', `node-${platform}-${process.arch}`, 'bin', executable);
  if (existsSync(pinned)) {
    if (realpathSync(pinned) === realpathSync(process.execPath)) return { path: pinned, isThisOne: true };
    // On a machine with another C library the binary is there and does not run.
    if (spawnSync(pinned, ['--version']).status === 0) return { path: pinned, isThisOne: false };
  }
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > 22 || (major === 22 && minor >= 17)) return { path: process.execPath, isThisOne: true };
  throw plainError(
    `Mingzhang needs Node 22.17 or newer; this is Node ${process.versions.node} (${process.execPath}).\n` +
      `No pinned Node comes for ${process.platform} ${process.arch}: install Node 24 and run the command again.`,
  );
}
