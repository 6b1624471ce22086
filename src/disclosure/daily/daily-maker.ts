import { type DivisionCode, divisionAndAncestors, divisionPrefix } from '../../domain/division.js';
import type { EventStore } from '../../event-store/event-store.js';
import { disclosureView } from '../../views/disclosure/disclosure.js';
import { counts, money } from '../../views/disclosure/disclosure-tables.js';
import type { RowSource } from '../../views/engine/row-source.js';
import type { ViewReader } from '../../views/engine/view-reader.js';
import type { BearingBooks } from '../bearing-books.js';
import { endOfDay } from '../calendar.js';
import type { DailyComposer, Plan } from './compose.js';
import type { Pin } from './daily-file.js';
import type { DailyStore } from './daily-store.js';

/** What became of the files of a division: made; or they are there, or those of a day before still tell it all. */
export type Made = 'made' | 'there' | 'nothing new';

/** Makes the files of a day that has ended, for each division that has something to show: see docs/decisions/daily-files.md. */
export class DailyMaker {
  constructor(
    private readonly store: EventStore,
    private readonly books: BearingBooks,
    private readonly reader: ViewReader,
    private readonly composer: DailyComposer,
    private readonly daily: DailyStore,
  ) {}

  /**
   * One division after the other, in the order of their codes; what was made stays, whatever happens to the next.
   *
   * @param made is told of each
   */
  async make(day: string, made: (division: DivisionCode, what: Made) => void): Promise<void> {
    const pins = await this.pinsOf(day);
    for (const division of await this.divisions(pins)) made(division, await this.makeDivision(division, day, pins));
  }

  /** Whether the files of a day, made again from the entries, hold what those hold that are there. */
  async isTrue(division: DivisionCode, day: string): Promise<boolean> {
    const edition = await this.daily.find(division, day);
    if (edition === undefined) return false;
    const again = await this.composer.compose(edition, async () => undefined);
    return again.every(({ contentSha256 }, index) => contentSha256 === edition.files[index]?.contentSha256);
  }

  private async makeDivision(division: DivisionCode, day: string, pins: ReadonlyMap<string, number>): Promise<Made> {
    const { above, below } = await this.books.of(division);
    const books = [...above, ...below].flatMap((book): Pin[] => {
      const seq = pins.get(book);
      return seq === undefined ? [] : [{ book, seq }];
    });
    if ((await this.daily.find(division, day)) !== undefined) return 'there';
    const [before] = await this.daily.list(division, 1, day);
    if (before !== undefined && JSON.stringify(before.books) === JSON.stringify(books)) return 'nothing new';
    const plan: Plan = { division, day, books };
    const files = await this.daily.put(plan, async (save) => {
      const composed = await this.composer.compose(plan, save);
      return composed.some(({ rows }) => rows > 0) ? composed : [];
    });
    return files.length === 0 ? 'nothing new' : 'made';
  }

  /** The last entry of each book that was recorded on the day or before. */
  private async pinsOf(day: string): Promise<Map<DivisionCode, number>> {
    const books = [...(await this.store.revisions()).keys()].sort();
    const pins = new Map<DivisionCode, number>();
    for (const book of books) {
      const seq = await this.store.revisionAsOf(book, endOfDay(day));
      if (seq >= 0) pins.set(book, seq);
    }
    return pins;
  }

  /** Those that have a book, all above them, and the counties that a book above them has money in. */
  private async divisions(pins: ReadonlyMap<DivisionCode, number>): Promise<DivisionCode[]> {
    const found = new Set<DivisionCode>();
    for (const [book, minSeq] of pins) {
      for (const division of divisionAndAncestors(book)) found.add(division);
      const counties = await this.reader.read(disclosureView, book, { minSeq }, (rows) => countiesBelow(rows, book));
      for (const division of counties) found.add(division);
    }
    return [...found].sort();
  }
}

async function countiesBelow(rows: RowSource, division: DivisionCode): Promise<DivisionCode[]> {
  if (divisionPrefix(division).length >= 6) return [];
  const where = { parent: division };
  const below = [
    ...(await rows.list(money, { where, orderBy: ['division'] })),
    ...(await rows.list(counts, { where, orderBy: ['division'] })),
  ];
  const own = [...new Set(below.map((row) => row.division))].filter((code) => code.length === 6);
  return [...own, ...(await Promise.all(own.map((code) => countiesBelow(rows, code)))).flat()];
}
