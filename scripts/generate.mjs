// Writes the files that are made from the code; with --check it writes nothing and fails if one differs.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

// Each generator is a module whose default export makes the whole text of its file.
const generated = [
  { file: 'migrations/schema.golden.txt', generator: './generate/schema-listing.mjs' },
  { file: 'openapi/openapi.yaml', generator: './generate/openapi.mjs' },
  { file: 'docs/refusals.md', generator: './generate/refusals.mjs' },
];

const root = fileURLToPath(new URL('..', import.meta.url));
const isCheck = process.argv.includes('--check');

for (const { file, generator } of generated) {
  const text = await (await import(generator)).default();
  const path = `${root}/${file}`;
  const present = existsSync(path) ? readFileSync(path, 'utf8') : undefined;
  if (present === text) continue;
  if (isCheck) {
    console.error(`${file} is not what the code makes: ${firstDifference(present, text)}\nRun: npm run generate`);
    process.exitCode = 1;
  } else {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    console.log(`wrote ${file}`);
  }
}

function firstDifference(present, wanted) {
  if (present === undefined) return 'the file is missing';
  const [old, fresh] = [present.split('\n'), wanted.split('\n')];
  const line = fresh.findIndex((text, index) => text !== old[index]);
  const at = line === -1 ? fresh.length : line;
  return `line ${at + 1} is "${old[at] ?? '(none)'}", should be "${fresh[at] ?? '(none)'}"`;
}
