/** @type {import('jest').Config} */
export default {
  rootDir: import.meta.dirname,
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  // Node itself loads and compiles the modules, once for all files of a worker: docs/decisions/tests-in-plain-node.md
  testRunner: '<rootDir>/test/support/native/runner.mjs',
  testEnvironment: '<rootDir>/test/support/native/environment.mjs',
  transform: {},
  globalSetup: '<rootDir>/test/support/global-setup.mjs',
  globalTeardown: '<rootDir>/test/support/global-teardown.mjs',
  maxWorkers: 2,
  // For what hangs; how long a test takes is the machine's business, and how long a worker takes to end.
  testTimeout: 900_000,
  workerGracefulExitTimeout: 60_000,
};
