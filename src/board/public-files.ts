import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** What browsers load beside the pages; beside `dist` and `src` alike. */
export const PUBLIC_FOLDER = fileURLToPath(new URL('../../public/', import.meta.url));

export const ASSETS = '/board/assets/';

/** Names their contents, so that they can be kept for ever. */
function digestOf(...files: string[]): string {
  const digest = createHash('sha256');
  for (const file of files) digest.update(readFileSync(PUBLIC_FOLDER + file));
  return digest.digest('hex').slice(0, 16);
}

function addressOf(file: string): string {
  return `${ASSETS}${file}?v=${digestOf(file)}`;
}

export const STYLE = addressOf('board.css');
export const KIOSK_SCRIPT = addressOf('kiosk.js');

/** Served from beside the pages that it opens, and asked for anew each time. */
export const KIOSK_WORKER = readFileSync(`${PUBLIC_FOLDER}kiosk-worker.js`, 'utf8');

/** Modules that name each other; what names their contents is in the path, where each finds the others beside it. */
const VERIFY_MODULES = ['page.js', 'shown.js', 'notice.js', 'sums.js', 'later.js', 'book.js', 'note.js', 'bytes.js'];
export const VERIFY_FOLDER = `${ASSETS}verify-${digestOf(...VERIFY_MODULES.map((file) => `verify/${file}`))}/`;
export const VERIFY_SCRIPTS = VERIFY_MODULES.map((file) => VERIFY_FOLDER + file);
export const VERIFY_SCRIPT = `${VERIFY_FOLDER}page.js`;
