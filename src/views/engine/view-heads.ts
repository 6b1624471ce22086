import type { Pool } from 'pg';

export interface ViewHead {
  /** Seq of the last event that the rows of the view hold. */
  seq: number;
  version: string;
}

// The transaction that wrote the row last stands for its version: rows and checkpoint are written in the same one.
const HEADS = `
  select wanted.number, checkpoints.seq, checkpoints.xmin::text as version
  from unnest($1::text[], $2::text[]) with ordinality as wanted (view, book, number)
  join views.checkpoints using (view, book)`;

interface Asked {
  view: string;
  book: string;
  answer(head: ViewHead | undefined): void;
  fail(error: unknown): void;
}

/**
 * Where views stand now. All who ask while a question is under way share the next one: each gets what was committed after
 * he asked, and a busy service asks the database a few hundred times a second, not once for each reader.
 */
export class ViewHeads {
  private waiting: Asked[] = [];
  private isAsking = false;

  constructor(private readonly pool: Pool) {}

  /** Undefined where the view has taken in nothing of the book yet. */
  of(view: string, book: string): Promise<ViewHead | undefined> {
    return new Promise((answer, fail) => {
      this.waiting.push({ view, book, answer, fail });
      if (!this.isAsking) void this.ask();
    });
  }

  private async ask(): Promise<void> {
    this.isAsking = true;
    while (this.waiting.length > 0) {
      // One turn of the event loop, so that the requests that are being read now join.
      await new Promise(setImmediate);
      const asked = this.waiting.splice(0);
      try {
        const heads = await this.read(asked);
        for (const { view, book, answer } of asked) answer(heads.get(`${view} ${book}`));
      } catch (error) {
        for (const { fail } of asked) fail(error);
      }
    }
    this.isAsking = false;
  }

  private async read(asked: Asked[]): Promise<Map<string, ViewHead>> {
    const pairs = [...new Map(asked.map((one) => [`${one.view} ${one.book}`, one]))];
    const { rows } = await this.pool.query<ViewHead & { number: string }>({
      name: 'view-heads',
      text: HEADS,
      values: [pairs.map(([, { view }]) => view), pairs.map(([, { book }]) => book)],
    });
    return new Map(rows.map(({ number, seq, version }) => [pairs[Number(number) - 1]?.[0] ?? '', { seq, version }]));
  }
}
