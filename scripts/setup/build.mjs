import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { plainError } from './plain-error.mjs';

/**
 * Compiles src/ into dist/, only the files that changed. A compiled file carries the modification time of its
 * source; a changed compiler or setting rebuilds everything.
 */
export async function buildIfNeeded(root) {
  const source = join(root, 'src');
  const target = join(root, 'dist');
  const stampFile = join(target, '.built-with');
  const stamp = compilerStamp(root);
  const isFresh = existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp;
  const sources = listFiles(source).filter((name) => /\.tsx?$/.test(name));
  const outdated = sources.filter((name) => !isFresh || !isUpToDate(join(source, name), join(target, compiled(name))));
  if (outdated.length > 0) await compileAll(root, source, target, outdated);
  removeStale(target, new Set(sources.map(compiled)));
  if (!isFresh) writeFileSync(stampFile, stamp);
}

function compilerStamp(root) {
  const compiler = readFileSync(join(root, 'node_modules', '@swc', 'core', 'package.json'), 'utf8');
  return createHash('sha256')
    .update(JSON.parse(compiler).version)
    .update(readFileSync(join(root, '.swcrc')))
    .digest('hex');
}

function isUpToDate(source, target) {
  return existsSync(target) && Math.abs(statSync(source).mtimeMs - statSync(target).mtimeMs) < 2;
}

async function compileAll(root, source, target, names) {
  const { transformFile } = await import('@swc/core');
  for (const name of names) {
    const file = join(source, name);
    const { atime, mtime } = statSync(file);
    const output = await transformFile(file, { cwd: root, swcrc: true, sourceFileName: file }).catch((error) => {
      throw plainError(`src/${name} does not compile:\n${error.message.split('\n\n\nCaused by:')[0]}`);
    });
    const destination = join(target, compiled(name));
    mkdirSync(dirname(destination), { recursive: true });
    replaceFile(`${destination}.map`, output.map ?? '{}');
    replaceFile(destination, `${output.code}//# sourceMappingURL=${compiled(name).split('/').pop()}.map\n`);
    utimesSync(destination, atime, mtime);
  }
}

// A service may be running from dist/ while we build: it sees the old file or the new one, never half of one.
function replaceFile(file, text) {
  const temporary = `${file}.${process.pid}`;
  writeFileSync(temporary, text);
  renameSync(temporary, file);
}

function removeStale(target, wanted) {
  for (const name of listFiles(target)) {
    const script = name.endsWith('.map') ? name.slice(0, -'.map'.length) : name;
    if (script.endsWith('.js') && !wanted.has(script)) rmSync(join(target, name), { force: true });
  }
}

function compiled(name) {
  return name.replace(/\.tsx?$/, '.js');
}

function listFiles(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) =>
      join(entry.parentPath ?? entry.path, entry.name)
        .slice(folder.length + 1)
        .replaceAll('\\', '/'),
    );
}
