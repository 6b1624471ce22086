import { AsyncLocalStorage } from 'node:async_hooks';
import { createRequire } from 'node:module';
import { setImmediate as turn } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import circus from 'jest-circus/runner';
import { tellSourceMaps } from './modules.mjs';

/** Also where they come after the last test of a file, or from a file that could not be loaded. */
const UNCAUGHT = ['uncaughtException', 'unhandledRejection'];
const require = createRequire(import.meta.url);
/** The test file that began whatever runs, however late that is. */
const begunBy = new AsyncLocalStorage();

/**
 * Runs a test file by Jest's own runner (jest-circus), with one difference: Node loads the modules, once for all files of
 * a worker, where Jest would load them anew in a sandbox for each file.
 */
export default async function runNatively(globalConfig, config, environment, runtime, testPath, sendMessageToJest) {
  runtime.requireInternalModule = requireAnew;
  runtime.unstable_shouldLoadAsEsm = () => true;
  runtime.unstable_importModule = (path) => import(pathToFileURL(path).href);
  tellSourceMaps(runtime.getSourceMaps());
  globalThis.jest = runtime.requireModuleOrMock(testPath, '@jest/globals').jest;
  const late = [];
  const hear = (error) => void late.push(blamed(error, testPath));
  // What jest-circus hears while tests run, it tells to the surroundings before it writes it down.
  environment.handleTestEvent = ({ name, error }) => void (name === 'error' && blamed(error, testPath));
  const before = UNCAUGHT.map((name) => [name, process.rawListeners(name)]);
  for (const name of UNCAUGHT) process.removeAllListeners(name).on(name, hear);
  try {
    const result = await begunBy.run(testPath, () =>
      circus.default(globalConfig, config, environment, runtime, testPath, sendMessageToJest),
    );
    await turn();
    await turn();
    if (late.length > 0) throw late[0];
    return result;
  } finally {
    // Also those of jest-circus, which leaves them where a file could not be loaded.
    for (const [name, listeners] of before) {
      process.removeAllListeners(name);
      for (const listener of listeners) process.on(name, listener);
    }
  }
}

/** Fails the file that runs, since the one that left it behind has its result; it says which that was. */
function blamed(error, testPath) {
  const file = begunBy.getStore();
  if (file === undefined || file === testPath || !(error instanceof Error)) return error;
  const told = `Left behind by ${file}, which had ended: `;
  const { stack } = error;
  error.message = told + error.message;
  error.stack = told + stack;
  return error;
}

/** The tests of a file, their hooks and whoever listens to them are the state of jest-circus, which is made when it is loaded. */
function requireAnew(path) {
  const ofFormerFile = Object.getOwnPropertySymbols(globalThis).filter(({ description }) =>
    ['JEST_STATE_SYMBOL', 'EVENT_HANDLERS'].includes(description),
  );
  for (const symbol of ofFormerFile) delete globalThis[symbol];
  delete require.cache[path];
  return require(path);
}
