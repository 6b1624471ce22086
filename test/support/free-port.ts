import { createServer } from 'node:net';

/** The system gives connections ports from 32768 up (49152 on macOS): below, nobody gets one between a look and a use of it. */
const [LOWEST, HIGHEST] = [10_240, 32_000];

/** A port for whoever must know it before, or come back on it later. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = LOWEST + Math.floor(Math.random() * (HIGHEST - LOWEST));
    if (await isFree(port)) return port;
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((found) => {
    const server = createServer();
    server.once('error', () => found(false));
    server.listen(port, '127.0.0.1', () => server.close(() => found(true)));
  });
}
