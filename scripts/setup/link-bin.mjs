import { existsSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';

/** Lets `npx mingzhang` in the checkout find the command without asking a registry. */
export function linkBin(root) {
  const link = join(root, 'node_modules', '.bin', 'mingzhang');
  if (process.platform === 'win32' || existsSync(link)) return;
  mkdirSync(join(root, 'node_modules', '.bin'), { recursive: true });
  try {
    symlinkSync(join('..', '..', 'scripts', 'mingzhang.mjs'), link);
  } catch (error) {
    // A read-only checkout works without the link; a link made meanwhile is as good as ours.
    if (!['EEXIST', 'EACCES', 'EROFS', 'EPERM'].includes(error.code)) throw error;
  }
}
