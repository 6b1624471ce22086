// Runs Jest and closes with one line that a machine can read: `N passed, N failed` (and `, N skipped` if any).
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const jest = fileURLToPath(new URL('../node_modules/jest/bin/jest.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'mingzhang-jest-'));
const report = join(folder, 'report.json');

const status = await new Promise((resolve, reject) => {
  const child = spawn(
    process.execPath,
    [
      '--experimental-vm-modules',
      '--disable-warning=ExperimentalWarning',
      jest,
      '--json',
      `--outputFile=${report}`,
      ...process.argv.slice(2),
    ],
    // With --json Jest prints the report itself on its standard output; what people read goes to the other one.
    { stdio: ['ignore', 'ignore', 'inherit'] },
  );
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('error', reject);
  child.on('exit', (code) => resolve(code ?? 1));
});
const { passed, failed, skipped } = counts();
rmSync(folder, { recursive: true, force: true });
console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
process.exitCode = status === 0 && failed === 0 ? 0 : 1;

function counts() {
  let result;
  try {
    result = JSON.parse(readFileSync(report, 'utf8'));
  } catch (error) {
    // No report: Jest ended before it had one, which is a failure even if nothing was counted.
    console.error(`Jest left no report: ${error.message}`);
    return { passed: 0, failed: 1, skipped: 0 };
  }
  return {
    passed: result.numPassedTests,
    // A file that could not be run at all counts as one failure.
    failed: result.numFailedTests + result.numRuntimeErrorTestSuites,
    skipped: result.numPendingTests + result.numTodoTests,
  };
}
