import { createServer } from 'node:net';
import { runDemo } from '../demo/demo.js';
import { readOrMakeTokenKey, signToken } from '../http/access/token-key.js';
import { PlainError } from '../plain-error.js';
import { readSettings } from '../settings.js';
import { serve, stopOnSignal } from './serve.js';

/** Apart from the data of `npm start`, which begins empty and stays one's own. */
const DEMO_DATA_DIR = '.data/demo';
const USUAL_PORT = 3000;

/** Starts the service, plays the demo on it, and stays up until Ctrl-C; or ends with `exit` once all was as expected. */
export async function demonstrate(environment: NodeJS.ProcessEnv, { exit }: { exit: boolean }): Promise<void> {
  const given = onlyGiven(environment);
  const settings = readSettings({
    // The keys must stay with an outside database, where `npm start` will look for them.
    ...(given.DATABASE_URL === undefined && { DATA_DIR: DEMO_DATA_DIR }),
    LOG_LEVEL: 'warn',
    PORT: String(await freePort(given.HOST ?? '127.0.0.1')),
    ...given,
  });
  if (settings.jwksUrl !== undefined) {
    throw new PlainError(
      'JWKS_URL is set: the demo signs its tokens with the local key, which the service would not accept.',
    );
  }
  const key = readOrMakeTokenKey(settings.tokenKeyFile);
  const starting = serve(settings);
  stopOnSignal(starting);
  const service = await starting;
  try {
    await runDemo({
      url: service.url,
      sign: (wish) => signToken(key, { ...wish, expires: '12h' }),
      output: process.stdout,
    });
    if (!exit) {
      console.log(
        `\n  服务仍在 ${service.url} 运行,Ctrl-C 停止 · The service stays up at ${service.url}; Ctrl-C stops it.`,
      );
      if (settings.databaseUrl === undefined) {
        console.log(
          `  数据在 ${settings.dataDir},删除即可重来 · Its data is in ${settings.dataDir}; remove it to begin anew.`,
        );
      }
      return;
    }
  } catch (error) {
    await service.stop();
    throw error;
  }
  await service.stop();
}

/** An empty variable counts as none, so that it does not hide what the demo chooses. */
function onlyGiven(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== undefined && value !== ''));
}

/** The usual port, or another where that one is taken: the demo prints where it listens. */
async function freePort(host: string): Promise<number> {
  for (const port of [USUAL_PORT, 0]) {
    const found = await new Promise<number | undefined>((resolve) => {
      const probe = createServer();
      probe.once('error', () => resolve(undefined));
      probe.listen(port, host, () => {
        const address = probe.address();
        probe.close(() => resolve(typeof address === 'object' ? address?.port : undefined));
      });
    });
    if (found !== undefined) return found;
  }
  return USUAL_PORT;
}
