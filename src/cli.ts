import { Command, Option } from 'commander';
import type { ImportOptions } from './commands/import.js';
import {
  asDay,
  asDivisions,
  asMoment,
  asServiceUrl,
  asSpan,
  asWhole,
  collect,
  collectBook,
} from './commands/options.js';
import type { VerifyOptions } from './commands/verify.js';
import type { ReceiptRun } from './commands/verify-receipt.js';
import type { WitnessRun } from './commands/witness.js';
import type { JournalFormatName } from './export/journal/journal.js';
import { ROLES } from './http/access/roles.js';
import type { TokenRequest } from './http/access/token-key.js';
import type { TableKind } from './import/columns.js';
import { KIND_WORDS } from './import/columns.js';
import { PlainError } from './plain-error.js';
import { VERSION } from './version.js';

const KINDS = Object.keys(KIND_WORDS);

interface ImportRun extends Omit<ImportOptions, 'book'> {
  book?: string;
  template?: TableKind;
  output?: string;
}

// Every action loads what it needs itself, so that help is there at once.
const program = new Command('mingzhang')
  .description('Mingzhang 明账: a ledger of public rural funds and of the assets they build.')
  .version(VERSION)
  .addHelpText(
    'after',
    '\nSettings come from the environment: PORT, HOST, DATA_DIR, DATABASE_URL, ... (see the README).\n' +
      'Commands other than serve and demo may run beside a running service.',
  );

program
  .command('serve')
  .description('run the service until Ctrl-C or SIGTERM')
  .action(async () => {
    const { runService } = await import('./commands/serve.js');
    await runService(process.env);
  });

program
  .command('demo')
  .description('start the service, play real books through it and print what they show; then stay up until Ctrl-C')
  .option('--exit', 'end once all was played and found right', false)
  .action(async (options: { exit: boolean }) => {
    const { demonstrate } = await import('./commands/demo.js');
    await demonstrate(process.env, options);
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

program
  .command('token')
  .description('print a token of the local key, for trying the service out')
  .addOption(new Option('--role <role>', 'what its bearer may do').choices(ROLES).makeOptionMandatory())
  .requiredOption(
    '--divisions <codes>',
    'division codes or their beginnings, parted by commas: 6401,620503',
    asDivisions,
  )
  .requiredOption('--subject <name>', 'who the bearer is; stands in every event that he makes')
  .option('--expires <span>', 'for how long it holds: 30m, 12h, 7d', asSpan, '12h')
  .action(async ({ role, divisions, subject, expires }: TokenRequest) => {
    const { readSettings } = await import('./settings.js');
    const { issueToken } = await import('./http/access/issue-token.js');
    console.log(await issueToken(readSettings(process.env), { role, divisions, subject, expires }));
  });

program
  .command('verify-receipt')
  .description('verify offline that a receipt, as JSON or as a .tlog-proof, puts an entry into the log of a key')
  .argument('<file>', 'the answer to a posting, or to …/events/{seq}/proof, or a .tlog-proof')
  .requiredOption(
    '--key <vkey>',
    'a key of the log, from /log/keys, that came to you by a way that you trust; may be repeated',
    collect,
  )
  .option('--entry <file>', 'the entry, one line of …/events; without it only its leaf hash is verified')
  .action(async (file: string, options: ReceiptRun) => {
    const { verifyReceipt } = await import('./commands/verify-receipt.js');
    await verifyReceipt(file, options);
  });

program
  .command('log-key')
  .description('the key that signs checkpoints')
  .command('rotate')
  .description(
    'make a new key of the same name and keep the old one beside it; a service signs with it from its next start',
  )
  .action(async () => {
    const { readSettings } = await import('./settings.js');
    const { rotateLogKey } = await import('./log/log-key.js');
    const { before, after, keptAs } = rotateLogKey(readSettings(process.env).logKeyFile);
    console.log(`The key was      ${before}\nThe key is now   ${after}\nThe old one is in ${keptAs}.`);
    console.log('Stop every service of this database, then start it again: it publishes both keys at /log/keys.');
  });

program
  .command('processes')
  .description('who works on the database: services and view workers, what they write and follow, and who fell silent')
  .option('--json', 'print it as JSON', false)
  .action(async (options: { json: boolean }) => {
    const { listProcesses } = await import('./commands/processes.js');
    await listProcesses(process.env, options);
  });

program
  .command('daily-files')
  .description('make the files of what is disclosed for a day that has ended, as the services do by themselves')
  .option('--day <day>', 'YYYY-MM-DD in China; the last that has ended where absent', asDay)
  .option(
    '--check <division>',
    'make those of one division again from the entries, and hold them against what is there',
  )
  .action(async (options: { day?: string; check?: string }) => {
    const { runDailyFiles } = await import('./commands/daily-files.js');
    await runDailyFiles(process.env, options);
  });

const views = program.command('views').description('what is derived from the events, for reading');

views
  .command('follow')
  .description('take new events into the views until Ctrl-C, beside the services, which do so too; as many as you like')
  .action(async () => {
    const { runViewWorker } = await import('./commands/view-worker.js');
    await runViewWorker(process.env);
  });

views
  .command('rebuild')
  .description('make a view again from the events, beside the one in use, and switch it in')
  .argument('<view>', 'its name, or all')
  .action(async (view: string) => {
    const { rebuildViews } = await import('./commands/rebuild-views.js');
    await rebuildViews(process.env, view);
  });

const exporting = program.command('export').description('write a book out for other programs');

exporting
  .command('journal')
  .description('the whole book as plain-text accounting, exact to the fen')
  .addOption(
    new Option('--format <format>', 'for which program')
      .choices(['ledger', 'hledger', 'beancount'] satisfies JournalFormatName[])
      .makeOptionMandatory(),
  )
  .requiredOption('--book <code>', 'division code of the book')
  .option('-o, --output <file>', 'where to; standard output where absent')
  .action(async (options: { format: JournalFormatName; book: string; output?: string }) => {
    const { exportJournal } = await import('./commands/export.js');
    await exportJournal(process.env, options);
  });

exporting
  .command('csv')
  .description('events, postings, balances and assets, a CSV file each')
  .requiredOption('--book <code>', 'division code of the book')
  .requiredOption('-o, --output <folder>', 'where to')
  .action(async (options: { book: string; output: string }) => {
    const { exportCsv } = await import('./commands/export.js');
    await exportCsv(process.env, options);
  });

exporting
  .command('xlsx')
  .description('the same as sheets of one workbook')
  .requiredOption('--book <code>', 'division code of the book')
  .requiredOption('-o, --output <file>', 'where to')
  .action(async (options: { book: string; output: string }) => {
    const { exportXlsx } = await import('./commands/export.js');
    await exportXlsx(process.env, options);
  });

program
  .command('witness')
  .description(
    'follow the books of a service, cosign checkpoints that hold all that was seen before, refuse the others',
  )
  .requiredOption('--key <file>', "the witness's own key; made where there is none")
  .requiredOption('--log <url>', 'where the service is, such as https://ledger.example.gov.cn', asServiceUrl)
  .option(
    '--log-key <vkey>',
    'a key of the log that counts; may be repeated (default: those it publishes when first seen)',
    collect,
  )
  .option(
    '--book <code>',
    'a book to follow; may be repeated (default: every book that was ever submitted)',
    collectBook,
  )
  .option('--state <folder>', 'where it keeps what it has seen; its memory, to be backed up', '.data/witness')
  .option('--interval <seconds>', 'how often it looks at each book', asWhole(1, 86_400), 60)
  .option('--name <name>', "what a new key is called (default: this machine's name and /witness)")
  .option('--host <address>', 'where it takes submissions (add-checkpoint of C2SP tlog-witness)', '127.0.0.1')
  .option('--port <number>', 'and the port; 0 for a free one', asWhole(0, 65_535), 7380)
  .option('--once', 'look at each book once, without taking submissions, and end', false)
  .action(async (options: WitnessRun) => {
    const { runWitness } = await import('./commands/witness.js');
    await runWitness(options);
  });

exporting
  .command('bundle')
  .description('write what an auditor carries away: entries, tile hashes, checkpoints, keys, published views')
  .requiredOption('--book <code>', 'which book')
  .requiredOption('-o, --output <file>', 'where to')
  .action(async (options: { book: string; output: string }) => {
    const { exportBundle } = await import('./commands/export-bundle.js');
    await exportBundle(process.env, options);
  });

program
  .command('verify')
  .description(
    'check a book from its first entry to what is disclosed of it, line by line, without a database or a token',
  )
  .argument('<source>', 'a bundle, or the URL of a service such as https://ledger.example.gov.cn')
  .option(
    '--key <vkey>',
    'a key that is trusted; may be repeated (default: those that come with the book)',
    collect,
    [],
  )
  .option('--book <code>', 'which book; needed with the URL of a service')
  .option('--since <file>', 'an earlier checkpoint: show that the book has only grown from it')
  .option('--json', 'print the findings as JSON', false)
  .action(async (source: string, options: VerifyOptions) => {
    const { verifyBook } = await import('./commands/verify.js');
    await verifyBook(source, options);
  });

program
  .command('replay')
  .description('make what stands in a book again from its events alone, and hold the views and their past against it')
  .requiredOption('--book <code>', 'division code of the book')
  .option(
    '--until <moment>',
    'a seq, or an instant such as 2016-07-13T09:02:03+08:00; all entries where absent',
    asMoment,
  )
  .option('--json', 'print what was found as JSON', false)
  .action(async (options: { book: string; until?: string; json: boolean }) => {
    const { runReplay } = await import('./commands/replay.js');
    await runReplay(process.env, options);
  });

program
  .command('import')
  .description('bring a table or a file of commands into a book: .xlsx, .csv (UTF-8 or GB 18030) or .ndjson')
  .argument('[file]', 'columns are named in Chinese or in English; see --template')
  .option('--book <code>', 'division code of the book')
  .addOption(new Option('--kind <kind>', 'what the rows are, where no column says it').choices(KINDS))
  .addOption(new Option('--template <kind>', 'write an empty table for this kind instead').choices(KINDS))
  .option('-o, --output <file>', 'where the template goes, .xlsx or .csv (default: <kind>.xlsx)')
  .option('--dry-run', 'check every row and send nothing', false)
  .option('--atomic', 'all rows or none; at most 512 commands', false)
  .addOption(new Option('--url <url>', 'where the service is').default('http://127.0.0.1:3000').env('MINGZHANG_URL'))
  .option('--token <token>', 'whose work it is; MINGZHANG_TOKEN where absent')
  .action(async (file: string | undefined, options: ImportRun) => {
    if (options.template !== undefined) {
      const { writeTemplate } = await import('./import/template.js');
      const output = options.output ?? `${options.template}.xlsx`;
      await writeTemplate(options.template, output);
      console.log(`模板在 The template is in ${output}`);
      return;
    }
    const { book } = options;
    if (file === undefined || book === undefined)
      throw new PlainError(
        '需要文件和 --book;模板用 --template。A file and --book are needed; --template writes an empty table.',
      );
    const { runImport } = await import('./commands/import.js');
    await runImport(process.env, file, { ...options, url: options.url.replace(/\/+$/, ''), book });
  });

await program.parseAsync().catch((error: unknown) => {
  console.error(error instanceof PlainError ? error.message : error);
  process.exitCode = 1;
});
