import { Command, Option } from 'commander';
import type { ImportRun } from './commands/import.js';
import {
  asDay,
  asDivisions,
  asKeyName,
  asMoment,
  asServiceUrl,
  asSpan,
  asWhole,
  collect,
  collectBook,
  serviceUrl,
} from './commands/options.js';
import type { VerifyOptions } from './commands/verify.js';
import type { ReceiptRun } from './commands/verify-receipt.js';
import type { WitnessRun } from './commands/witness.js';
import { wrongUse } from './commands/wrong-use.js';
import type { JournalFormatName } from './export/journal/journal.js';
import { ROLES } from './http/access/roles.js';
import type { TokenRequest } from './http/access/token-key.js';
import { KIND_WORDS } from './import/columns.js';
import { PlainError } from './plain-error.js';
import { escaped } from './printable.js';
import { VERSION } from './version.js';

const KINDS = Object.keys(KIND_WORDS);

// Every action loads what it needs itself, so that help is there at once.
const program = new Command('mingzhang')
  .description('明账 Mingzhang: 农村公共资金与资产的账本 a ledger of public rural funds and of the assets they build')
  .version(VERSION)
  // Of every command below.
  .configureOutput({ outputError: (error, write) => write(wrongUse(error)) })
  .addHelpText(
    'after',
    '\n设置取自环境变量 Settings come from the environment: PORT, HOST, DATA_DIR, DATABASE_URL, ... (README)\n' +
      '除 serve 和 demo 外,都可与运行中的服务并行 Commands other than serve and demo may run beside a running service.',
  );

program
  .command('serve')
  .description('运行服务,直到 Ctrl-C 或 SIGTERM run the service until Ctrl-C or SIGTERM')
  .action(async () => {
    const { runService } = await import('./commands/serve.js');
    await runService(process.env);
  });

program
  .command('demo')
  .description(
    '演示:启动服务,记入真实账目并打印结果 start the service, play real books through it and print what they show; then stay up until Ctrl-C',
  )
  .option('--exit', 'end once all was played and found right', false)
  .action(async (options: { exit: boolean }) => {
    const { demonstrate } = await import('./commands/demo.js');
    await demonstrate(process.env, options);
  });

program
  .command('migrate')
  .description('把数据库升级到当前结构 bring the database to the present schema')
  .action(async () => {
    const { migrate } = await import('./commands/migrate.js');
    await migrate(process.env);
  });

program
  .command('token')
  .description('用本地密钥签发试用令牌 print a token of the local key, for trying the service out')
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
  .description(
    '离线验证一张回执 verify offline that a receipt, as JSON or as a .tlog-proof, puts an entry into the log of a key',
  )
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
  .description('签署检查点的密钥 the key that signs checkpoints')
  .command('rotate')
  .description(
    '换一把同名的新钥,旧钥留存 make a new key of the same name and keep the old one beside it; a service signs with it from its next start',
  )
  .option('--lost <name>', 'where the old key is lost for ever: its name, as a service says that misses it', asKeyName)
  .action(async (options: { lost?: string }) => {
    const { rotateKey } = await import('./commands/log-key.js');
    rotateKey(process.env, options);
  });

program
  .command('processes')
  .description(
    '谁在使用数据库 who works on the database: services and view workers, what they write and follow, and who fell silent',
  )
  .option('--json', 'print it as JSON', false)
  .action(async (options: { json: boolean }) => {
    const { listProcesses } = await import('./commands/processes.js');
    await listProcesses(process.env, options);
  });

program
  .command('daily-files')
  .description(
    '生成某日的公示文件 make the files of what is disclosed for a day that has ended, as the services do by themselves',
  )
  .option('--day <day>', 'YYYY-MM-DD in China; the last that has ended where absent', asDay)
  .option(
    '--check <division>',
    'make those of one division again from the entries, and hold them against what is there',
  )
  .action(async (options: { day?: string; check?: string }) => {
    const { runDailyFiles } = await import('./commands/daily-files.js');
    await runDailyFiles(process.env, options);
  });

const views = program.command('views').description('由事件得出的视图 what is derived from the events, for reading');

views
  .command('follow')
  .description(
    '跟随新事件更新视图 take new events into the views until Ctrl-C, beside the services, which do so too; as many as you like',
  )
  .action(async () => {
    const { runViewWorker } = await import('./commands/view-worker.js');
    await runViewWorker(process.env);
  });

views
  .command('rebuild')
  .description('由事件重建视图 make a view again from the events, beside the one in use, and switch it in')
  .argument('<view>', 'its name, or all')
  .action(async (view: string) => {
    const { rebuildViews } = await import('./commands/rebuild-views.js');
    await rebuildViews(process.env, view);
  });

const exporting = program.command('export').description('导出账套 write a book out for other programs');

exporting
  .command('journal')
  .description('导出为纯文本会计账 the whole book as plain-text accounting, exact to the fen')
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
  .description('导出为 CSV events, postings, balances and assets, a CSV file each')
  .requiredOption('--book <code>', 'division code of the book')
  .requiredOption('-o, --output <folder>', 'where to')
  .action(async (options: { book: string; output: string }) => {
    const { exportCsv } = await import('./commands/export.js');
    await exportCsv(process.env, options);
  });

exporting
  .command('xlsx')
  .description('导出为 Excel 工作簿 the same as sheets of one workbook')
  .requiredOption('--book <code>', 'division code of the book')
  .requiredOption('-o, --output <file>', 'where to')
  .action(async (options: { book: string; output: string }) => {
    const { exportXlsx } = await import('./commands/export.js');
    await exportXlsx(process.env, options);
  });

exporting
  .command('bundle')
  .description(
    '导出审计包 write what an auditor carries away: entries, tile hashes, checkpoints, keys, published views',
  )
  .requiredOption('--book <code>', 'which book')
  .requiredOption('-o, --output <file>', 'where to')
  .action(async (options: { book: string; output: string }) => {
    const { exportBundle } = await import('./commands/export-bundle.js');
    await exportBundle(process.env, options);
  });

program
  .command('witness')
  .description(
    '见证:跟随账套并会签检查点 follow the books of a service, cosign checkpoints that hold all that was seen before, refuse the others',
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

program
  .command('verify')
  .description(
    '核验整本账,无需数据库和令牌 check a book from its first entry to what is disclosed of it, line by line, without a database or a token',
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
    // Nothing is left to do, and to give all memory back piece by piece takes a while.
    process.stdout.write('', () => process.exit());
  });

program
  .command('replay')
  .description(
    '由事件重放账套并比对视图 make what stands in a book again from its events alone, and hold the views and their past against it',
  )
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
  .description(
    '把表格导入账套 bring a table or a file of commands into a book: .xlsx, .csv (UTF-8 or GB 18030) or .ndjson',
  )
  .argument('[file]', 'columns are named in Chinese or in English; see --template')
  .option('--book <code>', 'division code of the book')
  .addOption(new Option('--kind <kind>', 'what the rows are, where no column says it').choices(KINDS))
  .addOption(new Option('--template <kind>', 'write an empty table for this kind instead').choices(KINDS))
  .option('-o, --output <file>', 'where the template goes, .xlsx or .csv (default: <kind>.xlsx)')
  .option('--dry-run', 'check every row and send nothing', false)
  .option('--atomic', 'all rows or none; at most 512 commands', false)
  .addOption(serviceUrl())
  .option('--token <token>', 'whose work it is; MINGZHANG_TOKEN where absent')
  .action(async (file: string | undefined, options: ImportRun) => {
    const { importOrTemplate } = await import('./commands/import.js');
    await importOrTemplate(process.env, file, options);
  });

await program.parseAsync().catch((error: unknown) => {
  console.error(error instanceof PlainError ? error.message.split('\n').map(escaped).join('\n') : error);
  process.exitCode = 1;
});
