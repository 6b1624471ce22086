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

interface Asked {
  standing: Promise<string>;
  /** Once it is there. */
  known: string | undefined;
  untilMs: number;
}

/**
 * Where everything stands that is told of a division: as long as the text is the same, so are its pages and lists, but for
 * persons, who may be erased.
 */
@Injectable()
export class PublicStanding {
  private readonly asked = new Map<string, Asked>();

  constructor(
    private readonly books: BearingBooks,
    private readonly reader: ViewReader,
  ) {}

  of(division: string): Promise<string> {
    const fresh = this.fresh(division);
    if (fresh !== undefined) return fresh.standing;
    if (this.asked.size >= MOST_KNOWN) this.asked.clear();
    const standing = this.read(division);
    const asked: Asked = { standing, known: undefined, untilMs: performance.now() + TRUE_FOR_MS };
    this.asked.set(division, asked);
    standing.then(
      (text) => {
        asked.known = text;
      },
      // Told to whoever waits for it.
      () => undefined,
    );
    return standing;
  }

  /** The same without waiting; undefined where it must be asked for. */
  known(division: string): string | undefined {
    return this.fresh(division)?.known;
  }

  private fresh(division: string): Asked | undefined {
    const asked = this.asked.get(division);
    return asked !== undefined && performance.now() < asked.untilMs ? asked : undefined;
  }

  private async read(division: string): Promise<string> {
    const { above, below } = await this.books.of(division);
    const heads = [...above, ...below].flatMap((book) =>
      VIEWS.map(async ({ name }) => `${book} ${(await this.reader.heads.of(name, book))?.version}`),
    );
    return [dateInShanghai(new Date().toISOString()), ...(await Promise.all(heads))].join('\n');
  }
}
