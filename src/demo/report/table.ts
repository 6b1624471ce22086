import stringWidth from 'string-width';
import type { Words } from '../fixtures/step.js';

export interface Column<Row> {
  head: Words;
  cell(row: Row): string;
  /** Figures stand on the right. */
  isFigure?: boolean;
}

/** A table in plain text; a Chinese character takes two columns of a terminal. */
export function drawTable<Row>(title: Words, columns: Column<Row>[], rows: Row[]): string {
  const cells = rows.map((row) => columns.map((column) => column.cell(row)));
  const widths = columns.map(({ head }, index) =>
    Math.max(stringWidth(head.zh), stringWidth(head.en), ...cells.map((row) => stringWidth(row[index] ?? ''))),
  );
  const line = (texts: string[]): string =>
    texts
      .map((text, index) => pad(text, widths[index] ?? 0, columns[index]?.isFigure === true))
      .join('  ')
      .trimEnd();
  const rule = '─'.repeat(widths.reduce((sum, width) => sum + width + 2, -2));
  return [
    drawTitle(title),
    line(columns.map(({ head }) => head.zh)),
    line(columns.map(({ head }) => head.en)),
    rule,
    ...cells.map(line),
    '',
  ].join('\n');
}

export function drawTitle({ zh, en }: Words): string {
  return `■ ${zh}\n  ${en}`;
}

function pad(text: string, width: number, isFigure: boolean): string {
  const gap = ' '.repeat(width - stringWidth(text));
  return isFigure ? gap + text : text + gap;
}
