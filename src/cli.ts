import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { PlainError } from './plain-error.js';

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

// Every action loads what it needs itself, so that help is there at once.
const program = new Command('mingzhang')
  .description('Mingzhang 明账: a ledger of public rural funds and of the assets they build.')
  .version(version)
  .addHelpText(
    'after',
    '\nSettings come from the environment: PORT, HOST, DATA_DIR, DATABASE_URL, ... (see the README).\n' +
      'Commands other than serve and demo may run beside a running service.',
  );

program
  .command('serve')
  .description('run the service until Ctrl-C or SIGTERM')
  .action(async () => {
    const { runService } = await import('./serve.js');
    await runService(process.env);
  });

program
  .command('migrate')
  .description('bring the database to the present schema')
  .action(async () => {
    const { readSettings } = await import('./settings.js');
    const { joinDatabase } = await import('./database/database.js');
    const database = await joinDatabase({ ...readSettings(process.env), log: (message) => console.log(message) });
    await database.close();
    console.log('The schema is the present one.');
  });

await program.parseAsync().catch((error: unknown) => {
  console.error(error instanceof PlainError ? error.message : error);
  process.exitCode = 1;
});
