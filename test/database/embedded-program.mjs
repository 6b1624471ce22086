// A service as far as the database goes: starts it, says so, waits; used to be killed.
import { startEmbeddedPostgres } from '../../dist/database/embedded-postgres.js';

const postgres = await startEmbeddedPostgres({ dataDir: process.argv[2], log: (line) => console.log(`log ${line}`) });
const alive = setInterval(() => undefined, 1000);
process.once('SIGTERM', async () => {
  await postgres.stop();
  clearInterval(alive);
  console.log('stopped');
});
// Last, since whoever hears it may stop it at once.
console.log(`url ${postgres.url}`);
