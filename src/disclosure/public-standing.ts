import { Injectable } from '@nestjs/common';
import { dateInShanghai } from '../posting/decide-batch.js';
import { assetsView } from '../views/assets/assets.js';
import { disclosureView } from '../views/disclosure/disclosure.js';
import { ViewReader } from '../views/engine/view-reader.js';
import { fundsView } from '../views/funds/funds.js';
import { projectsView } from '../views/projects/projects.js';
import { BearingBooks } from './bearing-books.js';

const VIEWS = [disclosureView, fundsView, projectsView, assetsView];

/**
 * Where everything stands that is told of a division: as long as the text is the same, so are its pages and lists, but for
 * persons, who may be erased.
 */
@Injectable()
export class PublicStanding {
  /** Shared by all who ask in one turn of the event loop, since the database is asked after it. */
  private readonly asked = new Map<string, Promise<string>>();

  constructor(
    private readonly books: BearingBooks,
    private readonly reader: ViewReader,
  ) {}

  of(division: string): Promise<string> {
    const known = this.asked.get(division);
    if (known !== undefined) return known;
    if (this.asked.size === 0) setImmediate(() => this.asked.clear());
    const asking = this.read(division);
    this.asked.set(division, asking);
    return asking;
  }

  private async read(division: string): Promise<string> {
    const { above, below } = await this.books.of(division);
    const heads = [...above, ...below].flatMap((book) =>
      VIEWS.map(async ({ name }) => `${book} ${(await this.reader.heads.of(name, book))?.version}`),
    );
    return [dateInShanghai(new Date().toISOString()), ...(await Promise.all(heads))].join('\n');
  }
}
