import { ModernFakeTimers } from '@jest/fake-timers';
import { ModuleMocker } from 'jest-mock';

/**
 * The surroundings of a test file, as Jest asks for them: not a sandbox, but Node itself. What a file changed in the
 * process is put back after it, for the next file of the same worker.
 */
export default class NativeEnvironment {
  global = globalThis;
  moduleMocker = new ModuleMocker(globalThis);
  before = { console, exit: process.exit, exitCode: process.exitCode, folder: process.cwd(), env: { ...process.env } };

  constructor({ projectConfig }) {
    this.fakeTimersModern = new ModernFakeTimers({ config: projectConfig, global: globalThis });
  }

  async setup() {}

  async teardown() {
    this.fakeTimersModern.dispose();
    const { console, exit, exitCode, folder, env } = this.before;
    globalThis.console = console;
    process.exit = exit;
    process.exitCode = exitCode;
    process.chdir(folder);
    for (const name of Object.keys(process.env)) if (!(name in env)) delete process.env[name];
    Object.assign(process.env, env);
  }

  exportConditions() {
    return ['node', 'node-addons'];
  }

  /** Nothing is evaluated in a context of its own. */
  getVmContext() {
    return null;
  }
}
