#!/usr/bin/env node
// The `mingzhang` command in a checkout: prepares what is missing, then runs the real one (src/cli.ts).
import { setUpAndRun } from './setup.mjs';

try {
  await setUpAndRun('dist/cli.js', process.argv.slice(2));
} catch (error) {
  if (error?.plain !== true) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
