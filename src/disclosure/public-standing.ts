import { Injectable } from '@nestjs/common';
import { dateInShanghai } from '../posting/decide-batch.js';
import { assetsView } from '../views/assets/assets.js';
import { disclosureView } from '../views/disclosure/disclosure.js';
import { ViewReader } from '../views/engine/view-reader.js';
import { fundsView } from '../views/funds/funds.js';
import { projectsView } from '../views/projects/projects.js';
import { BearingBooks } from './bearing-books.js';

const VIEWS = [disclosureView, fundsView, projectsView, assetsView];
/** So much older than the read models may what is public be, so that a thousand readers are not a thousand questions. */
const TRUE_FOR_MS = 3;
const MOST_KNOWN = 10_000;

/**
 * Where everything stands that is told of a division: as long as the text is the same, so are its pages and lists, but for
 * persons, who may be erased.
 */
@Injectable()
export class PublicStanding {
  private readonly known = new Map<string, { standing: Promise<string>; untilMs: number }>();

  constructor(
    private readonly books: BearingBooks,
    private readonly reader: ViewReader,
  ) {}

  of(division: string): Promise<string> {
    const now = performance.now();
    const known = this.known.get(division);
    if (known !== undefined && now < known.untilMs) return known.standing;
    if (this.known.size >= MOST_KNOWN) this.known.clear();
    const standing = this.read(division);
    this.known.set(division, { standing, untilMs: now + TRUE_FOR_MS });
    return standing;
  }

  private async read(division: string): Promise<string> {
    const { above, below } = await this.books.of(division);
    const heads = [...above, ...below].flatMap((book) =>
      VIEWS.map(async ({ name }) => `${book} ${(await this.reader.heads.of(name, book))?.version}`),
    );
    return [dateInShanghai(new Date().toISOString()), ...(await Promise.all(heads))].join('\n');
  }
}
