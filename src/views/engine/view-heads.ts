import type { Pool } from 'pg';
import { AskedTogether } from '../../asked-together.js';

export interface ViewHead {
  /** Seq of the last event that the rows of the view hold. */
  seq: number;
  version: string;
}

// The transaction that wrote the row last stands for its version: rows and checkpoint are written in the same one. Its number
// alone does not: one that a crash of the server undid, since views do not wait for the disk, may get it again.
const HEADS = `
  select wanted.number, (seqs ->> view)::integer as seq, concat(seqs ->> view, ' ', checkpoints.xmin) as version
  from unnest($1::text[], $2::text[]) with ordinality as wanted (view, book, number)
  join views.checkpoints using (book) where seqs ? view`;

interface Place {
  view: string;
  book: string;
}

/** Where views stand now. */
export class ViewHeads {
  private readonly heads = new AskedTogether<Place, ViewHead | undefined>(
    ({ view, book }) => `${view} ${book}`,
    (places) => this.read(places),
  );

  constructor(private readonly pool: Pool) {}

  /** Undefined where the view has taken in nothing of the book yet. */
  of(view: string, book: string): Promise<ViewHead | undefined> {
    return this.heads.ask({ view, book });
  }

  private async read(places: Place[]): Promise<(ViewHead | undefined)[]> {
    const { rows } = await this.pool.query<ViewHead & { number: string }>({
      name: 'view-heads',
      text: HEADS,
      values: [places.map(({ view }) => view), places.map(({ book }) => book)],
    });
    const heads = new Map(rows.map(({ number, seq, version }) => [Number(number), { seq, version }]));
    return places.map((_, index) => heads.get(index + 1));
  }
}
