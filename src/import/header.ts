import { PlainError } from '../plain-error.js';
import { normalised, type Unit } from './cells.js';
import type { TableKind } from './columns.js';
import { type Column, columnsOf, KEY, KIND, KIND_WORDS } from './columns.js';
import type { Cell } from './read-table.js';

/** A column of a file that is known, and where it is. */
export interface Placed extends Column {
  at: number;
  unit: Unit;
}

/** What we add to refused rows; ignored where the file is fed again. */
export const REFUSED_COLUMNS = ['退回行号 refused.row', '退回字段 refused.field', '退回原因 refused.reason'];

/** The header of one sheet. The same name can mean another column for another kind. */
export class Header {
  private readonly byKind = new Map<TableKind, Placed[]>();

  constructor(
    readonly names: string[],
    private readonly file: string,
  ) {}

  static of(cells: Cell[], file: string): Header {
    return new Header(
      Array.from(cells, (cell) => (typeof cell === 'string' ? cell : '')),
      file,
    );
  }

  /** Where the kind of a row stands, where the file says it; below 0 where it does not. */
  get kindAt(): number {
    return this.placeOf(KIND);
  }

  /** As `kindAt`. */
  get keyAt(): number {
    return this.placeOf(KEY);
  }

  /** Error: PlainError, where a column means nothing for this kind. */
  columns(kind: TableKind): Placed[] {
    const known = this.byKind.get(kind) ?? this.place(kind);
    this.byKind.set(kind, known);
    return known;
  }

  /** What the file calls a field of a line, such as `lines[1].amount`. */
  nameOf(path: string): string {
    const field = path.replace(/\[\d+\]/g, '');
    const placed = [...this.byKind.values()].flat();
    const found = placed.find((column) => column.field === field || `lines.${column.field}` === field);
    return found === undefined ? field : (this.names[found.at] ?? field);
  }

  private placeOf(column: Column): number {
    return this.names.findIndex((name) => namesOf(column).includes(plain(name).name));
  }

  private place(kind: TableKind): Placed[] {
    const columns = columnsOf(kind);
    const placed: Placed[] = [];
    for (const [at, given] of this.names.entries()) {
      if (given.trim() === '' || isOfRefusal(given)) continue;
      const { name, unit } = plain(given);
      const column = columns.find((one) => namesOf(one).includes(name));
      if (column === undefined) throw this.unknown(given, kind, columns);
      if (unit !== undefined && column.type !== 'amount')
        throw new PlainError(`${this.file}: 列“${given}”不是金额 the column ${given} is no amount.`);
      if (placed.some(({ field }) => field === column.field))
        throw new PlainError(`${this.file}: 列“${given}”出现两次 the column ${given} stands twice.`);
      placed.push({ ...column, at, unit: unit ?? '元' });
    }
    return placed;
  }

  private unknown(given: string, kind: TableKind, columns: Column[]): PlainError {
    const known = columns.map(({ chinese, field }) => `${chinese} ${field}`).join(', ');
    return new PlainError(
      `${this.file}: ${KIND_WORDS[kind]}没有列“${given}”。\nA table of kind ${kind} has no column "${given}"; its columns are: ${known}`,
    );
  }
}

export function isOfRefusal(name: string): boolean {
  return /^(?:退回|refused\.)/.test(name.trim());
}

const NAMES = new Set((Object.keys(KIND_WORDS) as TableKind[]).flatMap(columnsOf).flatMap(namesOf));

/** Whether a table of some kind has a column of this name. */
export function isColumnName(given: string): boolean {
  return isOfRefusal(given) || NAMES.has(plain(given).name);
}

/** Without blanks and marks, and what it says of the unit. */
function plain(given: string): { name: string; unit: Unit | undefined } {
  const text = normalised(given).replace(/[\s*_:]/g, '');
  const [marked, unit] = /\((元|万元|亿元)\)/.exec(text) ?? [];
  return {
    name: (marked === undefined ? text : text.replace(marked, '')).toLowerCase(),
    unit: unit as Unit | undefined,
  };
}

/** `金额`, `amount`, `金额 amount`; a field of a list also by its own name, `fund` or `ownerKind`. */
function namesOf({ chinese, field }: Column): string[] {
  const [list = '', item] = field.split('.');
  const own = item === undefined ? [] : [list === 'lines' ? item : `${list.replace(/s$/, '')}${item}`];
  const english = [field, ...own].map((name) => name.toLowerCase());
  return [chinese, ...english, ...english.map((name) => `${chinese}${name}`)];
}
