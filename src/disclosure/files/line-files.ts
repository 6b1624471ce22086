import type { Lang } from '../../board/words.js';
import type { Column, Row } from '../../export/tables/tables.js';
import type { LineKind } from '../lines.js';
import type { PublishedLine } from '../published-lines.js';
import { lineColumns } from './line-columns.js';

/** A table that is written as it is made. */
export interface Sheet {
  name: string;
  columns: readonly Column[];
  rows(): AsyncIterable<Row>;
}

export function lineSheet<Kind extends LineKind>(
  kind: Kind,
  lines: AsyncIterable<PublishedLine<Kind>>,
  lang: Lang,
): Sheet {
  const columns = lineColumns(kind);
  async function* rows(): AsyncGenerator<Row> {
    for await (const line of lines) yield columns.map(({ value }) => value(line, lang) ?? undefined);
  }
  return { name: kind, columns: columns.map((column) => ({ name: column[lang], kind: column.kind })), rows };
}
