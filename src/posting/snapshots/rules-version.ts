import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What decides what a snapshot holds and how, beside this file; paths under `src/`. */
const CODE = [
  'domain',
  'posting/snapshots/state-parts',
  'posting/snapshots/book-parts',
  'posting/key-filter',
  'log/tree-edge',
];
const root = join(import.meta.dirname, '../..');

let version: string | undefined;

/**
 * Names the rules that a snapshot was made by: a hash of their code and of the version of V8, whose format its bytes have. A
 * snapshot of other rules is not used, so nobody needs to remember to count a version up.
 */
export function rulesVersion(): string {
  version ??= hashOfCode();
  return version;
}

function hashOfCode(): string {
  const hash = createHash('sha256').update(process.versions.v8);
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' })
    .map((name) => name.replaceAll('\\', '/'))
    .filter(
      (name) =>
        /\.[jt]s$/.test(name) && CODE.some((part) => name.startsWith(`${part}/`) || name.startsWith(`${part}.`)),
    );
  for (const name of files.sort()) hash.update(`${name}\n`).update(readFileSync(join(root, name)));
  return hash.digest('hex').slice(0, 32);
}
