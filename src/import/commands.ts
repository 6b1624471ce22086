import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { canonical, canonicalHash } from '../event-store/canonical.js';
import { judgeLine, parseLine } from '../http/imports/judge-line.js';
import { readLines } from '../http/imports/read-lines.js';
import { problemOf } from '../http/problems/problem-of.js';
import { PlainError } from '../plain-error.js';
import { normalised } from './cells.js';
import type { TableKind } from './columns.js';
import { KIND_WORDS } from './columns.js';
import { Header } from './header.js';
import { type Row, readRows } from './read-table.js';
import { type Fault, lineOf } from './row-line.js';

/** What one or several rows of a file ask for, as a line of an import; or what is wrong with them. */
export interface Command {
  key: string | undefined;
  /** NDJSON, without its newline; empty where there are faults. */
  text: string;
  faults: Fault[];
  /** As they stand in the file. A line of NDJSON is a row of one cell. */
  rows: Row[];
  header: Header | undefined;
}

export interface Source {
  file: string;
  /** Of every row, where the file does not say it. */
  kind: TableKind | undefined;
  book: string;
  /** All or none: then a key may stand once only. */
  atomic: boolean;
}

/** The commands of a file, each judged by the rules of the service. Error: PlainError. */
export function readCommands(source: Source): AsyncGenerator<Command> {
  return /\.(?:ndjson|jsonl)$/i.test(source.file) ? ofLines(source) : ofTable(source);
}

async function* ofLines({ file, book, atomic }: Source): AsyncGenerator<Command> {
  const keys = new KeysOfFile(atomic);
  for await (const lines of readLines(createReadStream(file))) {
    for (const raw of lines) {
      const row: Row = { row: raw.line, cells: ['text' in raw ? raw.text : ''] };
      const command: Command = { key: undefined, text: '', faults: [], rows: [row], header: undefined };
      if ('fault' in raw) command.faults.push({ field: '', reason: `此行无法读取 the line is ${raw.fault}` });
      else judge(command, () => withoutRefusal(parseLine(raw.text)), book, keys, raw.text);
      yield command;
    }
  }
}

/** What we add to a refused line. */
function withoutRefusal({ refused: _, ...line }: Record<string, unknown>): Record<string, unknown> {
  return line;
}

async function* ofTable(source: Source): AsyncGenerator<Command> {
  const keys = new KeysOfFile(source.atomic);
  for await (const { header, kind, rows } of groups(source)) {
    const { line, faults } = lineOf(kind, header, rows);
    const command: Command = {
      key: typeof line.key === 'string' ? line.key : undefined,
      text: '',
      faults,
      rows,
      header,
    };
    judge(command, () => line, source.book, keys, JSON.stringify([kind, rows.map(({ cells }) => cells)]));
    yield command;
  }
}

interface Group {
  header: Header;
  kind: TableKind;
  id: string;
  rows: Row[];
}

/** Rows that follow one another under one key, or without a key under one id, are one command. */
async function* groups({ file, kind: given }: Source): AsyncGenerator<Group> {
  let header: Header | undefined;
  let sheet: string | undefined;
  let group: Group | undefined;
  for await (const row of readRows(file)) {
    if (row.sheet !== sheet) header = undefined;
    sheet = row.sheet;
    if (sheet?.startsWith('说明') === true || isLeftOut(row)) continue;
    if (header === undefined) {
      header = Header.of(row.cells, file);
      continue;
    }
    const kind = kindOf(header, row, given, file);
    const id = idOf(header, kind, row);
    if (group !== undefined && id !== '' && group.id === id && group.header === header && group.kind === kind) {
      group.rows.push(row);
      continue;
    }
    if (group !== undefined) yield group;
    group = { header, kind, id, rows: [row] };
  }
  if (group !== undefined) yield group;
}

/** A blank row, or one that begins with #, as the example of a template does. */
function isLeftOut({ cells }: Row): boolean {
  const filled = cells.filter((cell) => cell !== undefined && cell !== '');
  const [first] = cells;
  return filled.length === 0 || (typeof first === 'string' && /^[#＃]/.test(first));
}

function kindOf(header: Header, { row, cells, merged }: Row, given: TableKind | undefined, file: string): TableKind {
  const cell = cells[header.kindAt];
  if (merged?.includes(header.kindAt) === true)
    throw new PlainError(
      `${file} 第 ${row} 行:业务一列有合并的单元格,请取消合并并逐行填写。\n` +
        `Row ${row}: the column that says the kind has merged cells; unmerge them and fill each row.`,
    );
  if (cell === undefined && given !== undefined) return given;
  const word = typeof cell === 'string' ? normalised(cell) : '';
  const found = Object.entries(KIND_WORDS).find(([kind, chinese]) => word === kind || word === chinese);
  if (found !== undefined) return found[0] as TableKind;
  const known = Object.entries(KIND_WORDS).map(([kind, chinese]) => `${chinese} ${kind}`);
  const columns = header.names.filter((name) => name !== '').join(' | ');
  throw new PlainError(
    `${file} 第 ${row} 行没有写明业务(列“业务”,或用 --kind)。表头读作:${columns}\n` +
      `Row ${row} does not say its kind (column "业务 kind", or --kind); allowed: ${known.join(', ')}. ` +
      `The columns were read as: ${columns}`,
  );
}

function idOf(header: Header, kind: TableKind, { cells }: Row): string {
  const columns = header.columns(kind);
  for (const field of ['key', 'id']) {
    const at = columns.find((column) => column.field === field)?.at;
    const cell = at === undefined ? undefined : cells[at];
    const text = typeof cell === 'object' ? JSON.stringify(cell) : normalised(String(cell ?? ''));
    if (text !== '') return `${field} ${text}`;
  }
  return '';
}

/** Gives the command its key and its text, or its faults. */
function judge(
  command: Command,
  read: () => Record<string, unknown>,
  book: string,
  keys: KeysOfFile,
  asItStands: string,
): void {
  try {
    const line = read();
    if (line.key === undefined && line.kind === 'beneficiary') command.faults.push(KEYLESS);
    line.key ??= keys.keyOf(command.faults.length > 0 ? asItStands : canonical(line));
    if (line.kind !== 'beneficiary' || command.key !== undefined) command.key = String(line.key);
    if (command.faults.length > 0) return;
    const { key, request } = judgeLine({ book }, line);
    const reason = keys.use(key, canonicalHash(request), command.rows[0]?.row ?? 0);
    if (reason === undefined) command.text = JSON.stringify(line);
    else command.faults.push({ field: command.header?.nameOf('key') ?? 'key', reason });
  } catch (error) {
    command.faults.push(...faultsOf(error, command.header));
  }
}

/** A key made of a person’s data would tell of it for ever. */
const KEYLESS: Fault = {
  field: '业务编号 key',
  reason:
    '受益人登记必须填写业务编号 a row with personal data needs a key of its own, since none may be made of such data',
};

class KeysOfFile {
  private readonly seen = new Map<string, number>();
  private readonly used = new Map<string, { row: number; request: string }>();

  constructor(private readonly once: boolean) {}

  /** Why the service would refuse it because of a row before that has the same key. */
  use(key: string, request: string, row: number): string | undefined {
    const first = this.used.get(key);
    if (first === undefined) this.used.set(key, { row, request });
    else if (this.once)
      return `第 ${first.row} 行已用此编号,整批记入时不能重复 row ${first.row} has the same key, which stands once only where all or none is recorded`;
    else if (first.request !== request)
      return `第 ${first.row} 行已用此编号而内容不同 row ${first.row} has the same key and says something else`;
    return undefined;
  }

  /** Of what a row says and how often it said it before: the same file again has the same keys, as has one with a row corrected. */
  keyOf(content: string): string {
    const hash = createHash('sha256').update(content).digest('hex').slice(0, 40);
    const times = (this.seen.get(hash) ?? 0) + 1;
    this.seen.set(hash, times);
    return times === 1 ? `row-${hash}` : `row-${hash}-${times}`;
  }
}

/** What the service, or its rules here, says of a line, in the words of the file’s own columns. */
export function faultsOf(error: unknown, header: Header | undefined): Fault[] {
  const { body, isFault } = problemOf(error);
  if (isFault) throw error;
  return faultsOfProblem(body, header);
}

interface ToldProblem {
  detail: string;
  code: string;
  field?: unknown;
  errors?: unknown;
}

export function faultsOfProblem({ detail, code, field, errors }: ToldProblem, header: Header | undefined): Fault[] {
  if (Array.isArray(errors)) {
    return errors.map(({ field: path, message }: { field: string; message: string }) => {
      return { field: header?.nameOf(path) ?? path, reason: message };
    });
  }
  const path = typeof field === 'string' ? field : '';
  return [{ field: header?.nameOf(path) ?? path, reason: `${detail} (${code})` }];
}
