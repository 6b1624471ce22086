// The one gate. Runs every step even after one failed, tells which, and ends with the line of the tests.
//   npm run check [-- --without-tests]
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const steps = [
  ['format and lint', 'node_modules/@biomejs/biome/bin/biome', 'check', '--error-on-warnings', '.'],
  ['types', 'node_modules/typescript/bin/tsc', '--noEmit', '-p', 'tsconfig.json'],
  [
    'module boundaries',
    'node_modules/dependency-cruiser/bin/dependency-cruiser.mjs',
    '--output-type',
    'err-long',
    'src',
  ],
  ['generated files', 'scripts/generate.mjs', '--check'],
  ['unused code', 'node_modules/knip/bin/knip.js', '--no-progress'],
];

const withTests = !process.argv.includes('--without-tests');
const failed = steps.filter(([name, ...command]) => !passes(name, command)).map(([name]) => name);
if (failed.length > 0) console.error(`\nThe gate found faults in: ${failed.join(', ')}`);
// The tests come last, so that their closing line is the last line of the gate.
const testsPass = !withTests || run(['scripts/test.mjs']);
process.exitCode = testsPass && failed.length === 0 ? 0 : 1;

function passes(name, command) {
  console.error(`\n== ${name}`);
  const started = Date.now();
  const good = run(command);
  console.error(`== ${name}: ${good ? 'good' : 'FAILED'} after ${((Date.now() - started) / 1000).toFixed(1)} s`);
  return good;
}

function run(command) {
  return spawnSync(process.execPath, command, { cwd: root, stdio: 'inherit' }).status === 0;
}
