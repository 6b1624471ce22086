/** Rows of a table that go over to the last sheet with what closes the paper. */
const ROWS_KEPT = 3;

/** The parts of a paper that pdfmake knows as tables. */
interface TablePart {
  table: { headerRows?: number; body: unknown[][] };
}

/**
 * The same paper, the last rows of its last table on a new page: a seal stands on no sheet that says nothing of what is sealed
 * (此页无正文). Where there is no row to spare, it stays as it is.
 */
export function withLastRows(content: readonly object[]): object[] {
  const at = content.findLastIndex(isTable);
  const part = content[at];
  if (part === undefined || !isTable(part)) return [...content];
  const { headerRows = 0, body } = part.table;
  const kept = Math.min(ROWS_KEPT, body.length - headerRows - 1);
  if (kept < 1) return [...content];
  const first = { ...part, table: { ...part.table, body: body.slice(0, -kept) } };
  const head = structuredClone(body.slice(0, headerRows));
  const rest = { ...part, pageBreak: 'before', table: { ...part.table, body: [...head, ...body.slice(-kept)] } };
  return [...content.slice(0, at), first, rest, ...content.slice(at + 1)];
}

function isTable(part: object): part is TablePart {
  return 'table' in part;
}
