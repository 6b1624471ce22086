import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import circus from 'jest-circus/runner';
import { tellSourceMaps } from './modules.mjs';

const require = createRequire(import.meta.url);

/**
 * Runs a test file by Jest's own runner (jest-circus), with one difference: Node loads the modules, once for all files of
 * a worker, where Jest would load them anew in a sandbox for each file.
 */
export default function runNatively(globalConfig, config, environment, runtime, testPath, sendMessageToJest) {
  runtime.requireInternalModule = requireAnew;
  runtime.unstable_shouldLoadAsEsm = () => true;
  runtime.unstable_importModule = (path) => import(pathToFileURL(path).href);
  tellSourceMaps(runtime.getSourceMaps());
  globalThis.jest = runtime.requireModuleOrMock(testPath, '@jest/globals').jest;
  return circus.default(globalConfig, config, environment, runtime, testPath, sendMessageToJest);
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
