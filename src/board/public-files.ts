import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** What browsers load beside the pages; beside `dist` and `src` alike. */
export const PUBLIC_FOLDER = fileURLToPath(new URL('../../public/', import.meta.url));

/** Names its contents, so that it can be kept for ever. */
function addressOf(file: string): string {
  const digest = createHash('sha256')
    .update(readFileSync(PUBLIC_FOLDER + file))
    .digest('hex');
  return `/board/assets/${file}?v=${digest.slice(0, 16)}`;
}

export const STYLE = addressOf('board.css');
export const KIOSK_SCRIPT = addressOf('kiosk.js');
export const VERIFY_SCRIPT = addressOf('verify.js');
