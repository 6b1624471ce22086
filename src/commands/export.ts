import { join } from 'node:path';
import { type JournalFormatName, journal } from '../export/journal/journal.js';
import { makeFolder, writeText, writeWhole } from '../export/output.js';
import { csv } from '../export/tables/csv.js';
import { TABLES } from '../export/tables/tables.js';
import { writeXlsx } from '../export/tables/xlsx.js';
import { withBook } from './open-book.js';

interface Wish {
  book: string;
  /** Standard output where absent. */
  output?: string;
}

export async function exportJournal(
  environment: NodeJS.ProcessEnv,
  { book, output, format }: Wish & { format: JournalFormatName },
): Promise<void> {
  const reading = { book, title: 'journal', passes: 1, hasBar: output !== undefined };
  await withBook(environment, reading, ({ id, size, events }) =>
    writeText(output, journal(format, id, size, events())),
  );
}

/** One file for each table, in a folder. */
export async function exportCsv(environment: NodeJS.ProcessEnv, { book, output }: Required<Wish>): Promise<void> {
  const reading = { book, title: 'csv', passes: TABLES.length, hasBar: true };
  await withBook(environment, reading, async (source) => {
    await makeFolder(output);
    for (const table of TABLES) await writeText(join(output, `${table.name}.csv`), csv(table, source));
  });
}

export async function exportXlsx(environment: NodeJS.ProcessEnv, { book, output }: Required<Wish>): Promise<void> {
  const reading = { book, title: 'xlsx', passes: TABLES.length, hasBar: true };
  await withBook(environment, reading, (source) => writeWhole(output, (stream) => writeXlsx(source, stream)));
}
