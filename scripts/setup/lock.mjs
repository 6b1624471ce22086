import { closeSync, openSync, readFileSync, rmSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** Two first commands at once (a demo and the tests, say) must not install or build into each other. */
export async function withSetupLock(root, work) {
  const file = join(root, '.setup-lock');
  let said = false;
  while (!tryLock(file)) {
    if (!said) console.error('Another command is installing or building here; waiting for it ...');
    said = true;
    await sleep(300);
  }
  try {
    return await work();
  } finally {
    rmSync(file, { force: true });
  }
}

function tryLock(file) {
  let handle;
  try {
    handle = openSync(file, 'wx');
  } catch (error) {
    // In a read-only checkout there is nothing to install or build into.
    if (error.code === 'EROFS' || error.code === 'EACCES') return true;
    if (error.code !== 'EEXIST') throw error;
    removeIfAbandoned(file);
    return false;
  }
  writeSync(handle, String(process.pid));
  closeSync(handle);
  return true;
}

function removeIfAbandoned(file) {
  let holder;
  let ageMs;
  try {
    holder = Number(readFileSync(file, 'utf8'));
    ageMs = Date.now() - statSync(file).mtimeMs;
  } catch (error) {
    if (error.code === 'ENOENT') return;
    throw error;
  }
  // A young empty file is a lock whose holder is about to write its number; no install takes as long as an hour, so
  // an old lock's number is another program's by now.
  const isHeld = holder === 0 ? ageMs < 5_000 : isAlive(holder) && ageMs < 3_600_000;
  if (!isHeld) rmSync(file, { force: true });
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}
