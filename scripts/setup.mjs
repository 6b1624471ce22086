// The one entrance of every npm script: installs from the lock when that is needed, builds when sources
// changed, then runs what was asked on the pinned Node. It must run on Node 20 with nothing installed,
// so it imports nothing but Node's own modules.
//
//   node scripts/setup.mjs [--no-build] [module [arguments...]]
import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { installIfNeeded } from './setup/install.mjs';
import { linkBin } from './setup/link-bin.mjs';
import { withSetupLock } from './setup/lock.mjs';
import { chooseNode } from './setup/node.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Ends with the exit status (or the signal) of what was run. */
export async function setUpAndRun(target, args, { build = true } = {}) {
  const prepared = await withSetupLock(root, async () => {
    const installed = await installIfNeeded(root);
    linkBin(root);
    const node = chooseNode(root);
    if (build) await (await import('./setup/build.mjs')).buildIfNeeded(root);
    return { installed, node };
  });
  if (target === undefined) return;
  const file = resolve(root, target);
  if (prepared.node.isThisOne && !prepared.installed) {
    // Already on the right Node: become the program, so that no wrapper stands between it and its signals.
    process.argv = [process.execPath, file, ...args];
    await import(pathToFileURL(file).href);
    return;
  }
  await runAsChild(prepared.node.path, [file, ...args]);
}

function runAsChild(node, args) {
  return new Promise((done, failed) => {
    const child = spawn(node, [...process.execArgv, ...args], { stdio: 'inherit' });
    const forwarded = ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGUSR2'];
    // Ctrl-C already reaches the child, which shares our terminal; here it must only not end us before it.
    const forward = (signal) => {
      if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
    };
    for (const signal of forwarded) process.on(signal, forward);
    child.on('error', failed);
    child.on('exit', (status, signal) => {
      for (const name of forwarded) process.off(name, forward);
      if (signal !== null) process.kill(process.pid, signal);
      else process.exitCode = status ?? 1;
      done();
    });
  });
}

if (process.argv[1] !== undefined && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const args = process.argv.slice(2);
  const build = args[0] !== '--no-build';
  if (!build) args.shift();
  try {
    await setUpAndRun(args[0], args.slice(1), { build });
  } catch (error) {
    if (error?.plain !== true) throw error;
    console.error(error.message);
    process.exitCode = 1;
  }
}
