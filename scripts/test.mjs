// Runs Jest and closes with one line that a machine can read: `N passed, N failed` (and `, N skipped` if any).
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const jest = fileURLToPath(new URL('../node_modules/jest/bin/jest.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'mingzhang-jest-'));
const report = join(folder, 'report.json');
const exitLimitMs = 120_000;

const status = await runJest();
const { passed, failed, skipped } = counts();
rmSync(folder, { recursive: true, force: true });
console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
process.exitCode = status === 0 && failed === 0 ? 0 : 1;

function runJest() {
  const args = [jest, '--json', `--outputFile=${report}`, ...process.argv.slice(2)];
  return new Promise((resolve, reject) => {
    // With --json Jest prints the report itself on its standard output; what people read goes to the other one.
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit'] });
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, () => child.kill(signal));
    let reportedAt;
    const watch = setInterval(() => {
      if (!existsSync(report)) return;
      reportedAt ??= Date.now();
      if (Date.now() - reportedAt < exitLimitMs) return;
      console.error('Jest has reported and does not end: some test left a timer, a connection or a program running.');
      child.kill('SIGKILL');
    }, 1_000);
    child.on('error', reject);
    child.on('exit', (code) => {
      clearInterval(watch);
      resolve(code ?? 1);
    });
  });
}

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
