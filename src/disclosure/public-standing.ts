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
const TRUE_FOR_MS = 30;
/** From then on it is asked for again beside those who read, so that none of them waits for the database. */
const ASKED_AGAIN_AFTER_MS = 15;
const MOST_KNOWN = 10_000;

interface Asked {
  standing: Promise<string>;
  sinceMs: number;
}

interface Known {
  standing: string;
  /** When it was asked for: it was so then, or later. */
  sinceMs: number;
}

/**
 * Where everything stands that is told of a division: as long as the text is the same, so are its pages and lists, but for
 * persons, who may be erased.
 */
@Injectable()
export class PublicStanding {
  private readonly knowns = new Map<string, Known>();
  private readonly asked = new Map<string, Asked>();

  constructor(
    private readonly books: BearingBooks,
    private readonly reader: ViewReader,
  ) {}

  async of(division: string): Promise<string> {
    return this.known(division) ?? this.ask(division);
  }

  /** The same without waiting; undefined where it must be asked for. */
  known(division: string): string | undefined {
    const known = this.knowns.get(division);
    if (known === undefined) return undefined;
    const ageMs = performance.now() - known.sinceMs;
    if (!this.isTrue(known.sinceMs, ageMs)) return undefined;
    // Should the database fail, whoever waits for it later is told.
    if (ageMs >= ASKED_AGAIN_AFTER_MS) this.ask(division).catch(() => undefined);
    return known.standing;
  }

  /** A question that is under way will do, unless it was asked too long ago. */
  private ask(division: string): Promise<string> {
    const nowMs = performance.now();
    const before = this.asked.get(division);
    if (before !== undefined && this.isTrue(before.sinceMs)) return before.standing;
    const asked: Asked = { standing: this.read(division), sinceMs: nowMs };
    this.asked.set(division, asked);
    const end = () => {
      if (this.asked.get(division) === asked) this.asked.delete(division);
    };
    asked.standing.then((standing) => {
      end();
      if (this.knowns.size >= MOST_KNOWN) this.knowns.clear();
      if ((this.knowns.get(division)?.sinceMs ?? 0) < nowMs) this.knowns.set(division, { standing, sinceMs: nowMs });
    }, end);
    return asked.standing;
  }

  /** Whoever waited for an entry sees it, and so does everybody after him. */
  private isTrue(sinceMs: number, ageMs = performance.now() - sinceMs): boolean {
    return ageMs < TRUE_FOR_MS && sinceMs >= this.reader.awaitedMs;
  }

  private async read(division: string): Promise<string> {
    const { above, below } = await this.books.of(division);
    const heads = [...above, ...below].flatMap((book) =>
      VIEWS.map(async ({ name }) => `${book} ${(await this.reader.heads.of(name, book))?.version}`),
    );
    return [dateInShanghai(new Date().toISOString()), ...(await Promise.all(heads))].join('\n');
  }
}
