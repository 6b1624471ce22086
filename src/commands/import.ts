import { existsSync } from 'node:fs';
import { removeFile } from '../export/output.js';
import type { TableKind } from '../import/columns.js';
import { type Command, faultsOfProblem, readCommands, type Source } from '../import/commands.js';
import { faultsFileOf, refusedFileOf, writeRefused } from '../import/refused-file.js';
import { type LineAnswer, upload, uploadAtomically } from '../import/upload.js';
import { PlainError } from '../plain-error.js';
import { type Progress, startProgress } from '../progress.js';

export interface ImportOptions {
  book: string;
  url: string;
  token?: string;
  kind?: TableKind;
  atomic: boolean;
  dryRun: boolean;
}

/** As the command line has it. */
export interface ImportRun extends Omit<ImportOptions, 'book'> {
  book?: string;
  /** Write an empty table of this kind instead. */
  template?: TableKind;
  output?: string;
}

/** What one service takes all or none. */
const MOST_ATOMIC = 512;

interface Findings {
  commands: number;
  recorded: number;
  replayed: number;
  refused: Command[];
}

/** Brings a file in, or writes a template for one. Error: PlainError. */
export async function importOrTemplate(
  environment: NodeJS.ProcessEnv,
  file: string | undefined,
  { template, output = `${template}.xlsx`, book, ...options }: ImportRun,
): Promise<void> {
  if (template !== undefined) {
    const { writeTemplate } = await import('../import/template.js');
    await writeTemplate(template, output);
    console.log(`模板在 The template is in ${output}`);
    return;
  }
  if (file === undefined || book === undefined)
    throw new PlainError(
      '需要文件和 --book;模板用 --template。A file and --book are needed; --template writes an empty table.',
    );
  await runImport(environment, file, { ...options, book });
}

/** Ends with exit status 1 where a row was refused. Error: PlainError. */
export async function runImport(environment: NodeJS.ProcessEnv, file: string, options: ImportOptions): Promise<void> {
  if (!existsSync(file)) throw new PlainError(`没有文件 there is no file ${file}`);
  if (!/\.(?:csv|xlsx|ndjson|jsonl)$/i.test(file))
    throw new PlainError(`${file}: 只接受 only .csv, .xlsx, .ndjson are taken; an .xls is to be saved as .xlsx first.`);
  const source: Source = { file, kind: options.kind, book: options.book, atomic: options.atomic };
  const findings = await judge(source);
  const judged = findings.refused.length;
  if (options.atomic) refuseTooMany(findings.commands);
  if (!options.dryRun && !(options.atomic && judged > 0)) {
    const token = options.token ?? environment.MINGZHANG_TOKEN;
    if (token === undefined || token === '')
      throw new PlainError('没有令牌 a token is needed: --token, or MINGZHANG_TOKEN (see: mingzhang token --help)');
    const destination = { url: options.url, token, book: options.book };
    const post = options.atomic ? postGroup : postAll;
    await post(destination, source, findings);
  }
  await tell(file, options, findings, judged);
}

function refuseTooMany(commands: number): void {
  if (commands > MOST_ATOMIC)
    throw new PlainError(
      `整批记入最多 ${MOST_ATOMIC} 笔,文件有 ${commands} 笔 --atomic takes at most ${MOST_ATOMIC} commands; the file has ${commands}.`,
    );
}

/** Every row, before anything is sent. */
async function judge(source: Source): Promise<Findings> {
  const findings: Findings = { commands: 0, recorded: 0, replayed: 0, refused: [] };
  for await (const command of readCommands(source)) {
    findings.commands += 1;
    if (command.faults.length > 0) findings.refused.push(command);
  }
  return findings;
}

async function* good(source: Source): AsyncGenerator<Command> {
  for await (const command of readCommands(source)) if (command.faults.length === 0) yield command;
}

type Destination = Parameters<typeof upload>[0];

async function postAll(destination: Destination, source: Source, findings: Findings): Promise<void> {
  const bar = startProgress('import', findings.commands - findings.refused.length, process.stderr);
  try {
    await upload(destination, good(source), (command, answer) => note(findings, bar, command, answer));
  } finally {
    bar.end();
  }
}

async function postGroup(destination: Destination, source: Source, findings: Findings): Promise<void> {
  const commands: Command[] = [];
  for await (const command of good(source)) commands.push(command);
  const { answers, isRecorded } = await uploadAtomically(destination, commands);
  for (const answer of answers) {
    const command = commands[answer.line - 1];
    if (command === undefined) continue;
    if (isRecorded) count(findings, answer);
    else refuse(findings, command, answer);
  }
}

function note(findings: Findings, bar: Progress, command: Command, answer: LineAnswer): void {
  bar.advance();
  if (answer.status === 201) count(findings, answer);
  else refuse(findings, command, answer);
}

function count(findings: Findings, { replayed }: LineAnswer): void {
  if (replayed === true) findings.replayed += 1;
  else findings.recorded += 1;
}

function refuse(findings: Findings, command: Command, { code = '', detail = '', field, errors }: LineAnswer): void {
  command.faults.push(...faultsOfProblem({ code, detail, field, errors }, command.header));
  findings.refused.push(command);
}

const SHOWN = 10;

async function tell(
  file: string,
  { atomic, dryRun }: ImportOptions,
  findings: Findings,
  judged: number,
): Promise<void> {
  const { commands, recorded, replayed, refused } = findings;
  for (const { rows, faults } of refused.slice(0, SHOWN)) {
    const [fault] = faults;
    console.error(`  第 ${rows[0]?.row} 行 row ${rows[0]?.row}: ${fault?.field} ${fault?.reason}`);
  }
  if (refused.length > SHOWN) console.error(`  … 另有 ${refused.length - SHOWN} 处 and ${refused.length - SHOWN} more`);
  const good = commands - judged;
  if (dryRun) {
    console.log(`检查 ${commands} 笔:可记 ${good},有误 ${refused.length},未发送`);
    console.log(`Checked ${commands} commands: ${good} good, ${refused.length} with faults; nothing was sent.`);
  } else {
    const none = atomic && refused.length > 0 ? ',一笔未记' : '';
    console.log(`共 ${commands} 笔:新记 ${recorded},早已记入 ${replayed},退回 ${refused.length}${none}`);
    console.log(
      `${commands} commands: ${recorded} recorded, ${replayed} recorded before, ${refused.length} refused${none === '' ? '' : '; none was recorded'}.`,
    );
  }
  await leave(file, findings, dryRun || (atomic && refused.length > 0));
}

/** Beside the file: what is still to be recorded of it, or where nothing was recorded what is wrong with it. */
async function leave(file: string, { refused }: Findings, isUnrecorded: boolean): Promise<void> {
  const [refusedFile, faultsFile] = [refusedFileOf(file), faultsFileOf(file)];
  const isLeft = refused.length > 0;
  if (!isUnrecorded && !isLeft && refusedFile !== file) await removeFile(refusedFile);
  if (!isUnrecorded || !isLeft) await removeFile(faultsFile);
  if (!isLeft) return;
  process.exitCode = 1;
  await writeRefused(isUnrecorded ? faultsFile : refusedFile, refused);
  if (isUnrecorded) {
    console.log(`有误的行在 ${faultsFile},请改正原文件 ${file}`);
    console.log(`The rows with faults are in ${faultsFile}; the file to correct is ${file}.`);
  } else {
    console.log(`退回的行在 ${refusedFile},改正后可直接再导入`);
    console.log(`The refused rows are in ${refusedFile}; corrected, it can be imported as it is.`);
  }
}
