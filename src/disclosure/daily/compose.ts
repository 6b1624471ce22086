import type { DivisionCode } from '../../domain/division.js';
import { canonical } from '../../event-store/canonical.js';
import { csvHead, csvRow } from '../../export/tables/csv.js';
import type { DisclosureReader } from '../disclosure-reader.js';
import { lineColumns } from '../files/line-columns.js';
import { LINE_KINDS, type Line, type LineKind } from '../lines.js';
import { type PublishedLine, publishedLine } from '../published-lines.js';
import { type DailyFile, type DailyFormat, dailyName, type Edition, type Pin } from './daily-file.js';
import { PackedFile, type Save } from './packed-file.js';

const LINES_AT_ONCE = 1_000;

/** Of an edition everything but its files. */
export type Plan = Omit<Edition, 'files'>;

/**
 * Writes the files of a division for a day: the lines of each kind, the division's own and those of all below it, book by book, as
 * they stood at the entries that the plan names. The same plan is the same bytes for ever, whatever came later, under one
 * PUBLIC_URL. Persons are not in them, not by name either: a file cannot forget.
 */
export class DailyComposer {
  constructor(
    private readonly lines: DisclosureReader,
    private readonly publicUrl: string,
  ) {}

  /** @param save gets the parts of each file, in order */
  async compose(plan: Plan, save: (name: string, ...part: Parameters<Save>) => Promise<void>): Promise<DailyFile[]> {
    const files: DailyFile[] = [];
    for (const kind of LINE_KINDS) files.push(...(await this.composeKind(kind, plan, save)));
    return files.sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  private async composeKind<Kind extends LineKind>(
    kind: Kind,
    { division, day, books }: Plan,
    save: (name: string, ...part: Parameters<Save>) => Promise<void>,
  ): Promise<DailyFile[]> {
    const columns = lineColumns(kind).filter(({ isPersonal }) => isPersonal !== true);
    const heads = columns.map((column) => ({ name: column.zh, kind: column.kind }));
    const named = (format: DailyFormat) => {
      const name = dailyName(kind, format);
      return { name, file: new PackedFile((...part) => save(name, ...part)) };
    };
    const [csv, jsonl] = [named('csv'), named('jsonl')];
    let rows = 0;
    await csv.file.write(csvHead(heads));
    for await (const found of this.pages(kind, division, books)) {
      const lines = found.map((line) => publishedLine(line, { day, publicUrl: this.publicUrl }));
      rows += lines.length;
      const cells = (line: PublishedLine<Kind>) => columns.map(({ value }) => value(line, 'zh') ?? undefined);
      await csv.file.write(lines.map((line) => csvRow(heads, cells(line))).join(''));
      await jsonl.file.write(lines.map((line) => `${canonical(withoutPerson(line))}\n`).join(''));
    }
    return Promise.all(
      [csv, jsonl].map(async ({ name, file }): Promise<DailyFile> => ({ name, rows, ...(await file.end()) })),
    );
  }

  /** One book after the other, so that the cost of a line does not grow with the number of books. */
  private async *pages<Kind extends LineKind>(
    kind: Kind,
    division: DivisionCode,
    books: readonly Pin[],
  ): AsyncGenerator<Line<Kind>[]> {
    const sort = { by: 'date', isDescending: false } as const;
    for (const { book, seq } of books) {
      for (let after: string | undefined; ; ) {
        const page = { limit: LINES_AT_ONCE, ...(after !== undefined && { after }) };
        const { items, next } = await this.lines.list(kind, division, { book }, sort, page, { atSeq: seq });
        yield items;
        if (next === null) break;
        after = next;
      }
    }
  }
}

/** A line of a payout names its beneficiary by the opaque id alone. */
function withoutPerson({ facts, ...line }: PublishedLine): object {
  if (!('person' in facts)) return { ...line, facts };
  const { person: _, ...told } = facts;
  return { ...line, facts: told };
}
