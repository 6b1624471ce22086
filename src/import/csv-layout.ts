import { createReadStream } from 'node:fs';
import { PlainError } from '../plain-error.js';
import { isColumnName } from './header.js';

/** What parts the cells of a CSV. */
export type Delimiter = ',' | ';' | '\t';

const DELIMITERS: readonly Delimiter[] = [',', '\t', ';'];

/** Longer than any header. */
const HEAD_BYTES = 65_536;

/** A line before the header that tells Excel the sign, and that Excel does not count. */
const SAYS_DELIMITER = /^"?sep=([^"\r\n]*)"?(?=[\r\n]|$)/i;

/** Excel parts cells by what the region of its Windows says: a first line may say the sign, or the header shows it. Error: PlainError. */
export async function layoutOf(file: string, encoding: string): Promise<{ delimiter: Delimiter; isSaid: boolean }> {
  const decoder = new TextDecoder(encoding);
  let head = '';
  for await (const chunk of createReadStream(file, { end: HEAD_BYTES - 1 }))
    head += decoder.decode(chunk, { stream: true });
  const [, said] = SAYS_DELIMITER.exec(head) ?? [];
  if (said === undefined) return { delimiter: shownBy(headerIn(head), file), isSaid: false };
  const delimiter = DELIMITERS.find((sign) => sign === said);
  if (delimiter !== undefined) return { delimiter, isSaid: true };
  throw new PlainError(
    `${file} 首行 sep=${said}:单元格只能以逗号、分号或制表符分隔。\nIts first line says sep=${said}; cells are parted by commas, semicolons or tabs.`,
  );
}

/** The sign that parts the header into the most names that we know: another one may stand inside a name. Error: PlainError. */
function shownBy(header: string, file: string): Delimiter {
  const signs = DELIMITERS.filter((sign) => header.includes(sign));
  const known = signs.map((sign) => header.split(sign).filter(isColumnName).length);
  const most = signs.filter((_, at) => known[at] === Math.max(...known));
  if (most.length > 1)
    throw new PlainError(
      `${file} 的表头不止一种分隔符,看不出单元格以哪种分隔;请在首行写明,如 sep=; 。\n` +
        'Its header has more than one sign that could part the cells; say which in a first line such as sep=;',
    );
  return most[0] ?? ',';
}

/** The first line that is neither blank nor left out. What stands in quotes, which may span lines, keeps no sign. */
function headerIn(head: string): string {
  const lines = head.match(/(?:"[^"]*"|[^"\r\n])+/g) ?? [];
  const header = lines.find((line) => /[^\s",;]/.test(line) && !/^"?[#＃]/.test(line)) ?? '';
  return header.replace(/"[^"]*"/g, (cell) => cell.slice(1, -1).replace(/[,;\t]/g, ' '));
}
