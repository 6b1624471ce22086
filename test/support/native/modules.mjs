import { existsSync, readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';
import { transformSync } from '@swc/core';

const [tests, sources, built] = ['test', 'src', 'dist'].map(
  (name) => new URL(`../../../${name}/`, import.meta.url).href,
);
const maps = new Map();
let registry = maps;

registerHooks({
  // A test names './x.js' as Node does. What it names of src/ is the built file in dist/, what it names of test/ a file './x.ts'.
  resolve(specifier, context, next) {
    if (!specifier.startsWith('.') || !context.parentURL?.startsWith(tests)) return next(specifier, context);
    const url = new URL(specifier, context.parentURL).href;
    if (url.startsWith(sources)) return next(url.replace(sources, built), context);
    const typed = url.replace(/\.js$/, '.ts');
    return next(typed !== url && existsSync(fileURLToPath(typed)) ? typed : url, context);
  },
  load(url, context, next) {
    if (!url.startsWith(tests) || !url.endsWith('.ts')) return next(url, context);
    const file = fileURLToPath(url);
    const { code, map } = transformSync(readFileSync(file, 'utf8'), { filename: file, swcrc: true, sourceMaps: true });
    const address = `data:application/json;base64,${Buffer.from(map).toString('base64')}`;
    for (const known of [maps, registry]) known.set(url, address);
    return { format: 'module', source: code, shortCircuit: true };
  },
});

/** From now on the source map of each test file that was loaded, or will be, stands in this registry under its URL. */
export function tellSourceMaps(newRegistry) {
  registry = newRegistry;
  for (const [url, address] of maps) registry.set(url, address);
}
