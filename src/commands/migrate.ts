import { openBesideService } from '../database/database.js';
import { readSettings } from '../settings.js';

/** Brings the database to the present schema. */
export async function migrate(environment: NodeJS.ProcessEnv): Promise<void> {
  const database = await openBesideService({ ...readSettings(environment), log: (message) => console.log(message) });
  await database.close();
  console.log('已是当前结构。 The schema is the present one.');
}
