// npm run bench -- <name> [--json FILE] [--quick]
//
// Runs one bench: ours and what stands beside it, alternating in one run, and prints the ratios; a ratio above 1 means that
// we are ahead. What it measures beside us is installed on the first run, from bench/package-lock.json.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { parseArgs } from 'node:util';

const names = readdirSync(import.meta.dirname)
  .filter((file) => file.endsWith('.mjs') && file !== 'run.mjs')
  .map((file) => file.slice(0, -'.mjs'.length));

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { json: { type: 'string' }, quick: { type: 'boolean', default: false } },
});
const [name] = positionals;
if (name === undefined || !names.includes(name)) {
  console.error(`usage: npm run bench -- <name> [--json FILE] [--quick]\nbenches: ${names.join(', ')}`);
  process.exit(2);
}

if (!existsSync(new URL('node_modules', import.meta.url))) {
  console.log('Installing what we measure beside (bench/package-lock.json) ...');
  const { status } = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--ignore-scripts'], {
    cwd: import.meta.dirname,
    stdio: 'inherit',
  });
  if (status !== 0) process.exit(status ?? 1);
}

const { bench } = await import(`./${name}.mjs`);
const { ratios, figures } = await bench({ isQuick: values.quick });
const result = { bench: name, ratios, figures, machine: describeMachine() };
console.log(`\n${JSON.stringify(result, null, 2)}`);
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(result, null, 2)}\n`);
process.exit(0);

function describeMachine() {
  return {
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    node: process.version,
    platform: `${process.platform}-${process.arch}`,
    at: new Date().toISOString(),
  };
}
