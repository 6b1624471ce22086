import type { Pool, PoolClient } from 'pg';
import { AskedTogether } from '../asked-together.js';
import { inTransaction } from '../database/in-transaction.js';
import type { BookEvent } from '../domain/event.js';
import { Lane } from '../lane.js';
import { bigints, texts } from './binary-array.js';
import { type Claim, EventStore, type NewEvent, type Seal, type StoredEvent } from './event-store.js';
import { GroupCommit } from './group-commit.js';

// Seqs have no gaps, so a page is told by its end too. By its length alone, and while there are no statistics of a book that grew fast,
// PostgreSQL reads all that comes after it, and sorts that.
const READ = `
  select seq, canonical, request_hash from events where book = $1 and seq >= $2 and seq < $2 + $3::bigint order by seq`;

const READ_EACH = `
  select (place.number - 1)::integer as place, events.canonical
  from unnest($1::text[], $2::bigint[]) with ordinality as place (book, first, number)
  cross join lateral (
    select canonical from events
    where book = place.book and seq >= place.first and seq < place.first + $3::bigint order by seq
  ) as events`;

const READ_AT = 'select canonical from events where book = $1 and seq = any ($2::bigint[]) order by seq';

const READ_EFFECTIVE = `
  select seq, canonical, request_hash from events
  where book = $1 and seq between $2 and $3 and effective_date <= $4 order by seq limit $5`;

// Hashed where the events are, since they weigh twenty times as much as their hashes.
const LEAF_HASHES = `
  select string_agg(sha256('\\x00'::bytea || convert_to(canonical, 'UTF8')), null order by seq) as hashes
  from events where book = $1 and seq >= $2 and seq < $2 + $3::bigint`;

const REVISIONS = 'select book, revision from streams where book = any ($1::text[])';

const FIND_BY_COMMANDS = `
  select seq, canonical, request_hash, command from events where book = $1 and command = any ($2::text[])`;

// recorded_at never runs backwards in a book, so the last event of an instant is found by halving, not by scanning.
const REVISION_AS_OF = `
  with recursive halving (low, high) as (
    select -1::bigint, coalesce((select revision from streams where book = $1), -1)
    union all
    select case when middle.reached then middle.seq else low end, case when middle.reached then high else middle.seq - 1 end
    from halving,
      lateral (
        select seq, recorded_at <= $2 as reached from events where book = $1 and seq = (low + high + 1) / 2
      ) as middle
    where low < high
  )
  select low as revision from halving where low = high`;

interface EventRow {
  seq: string;
  canonical: string;
  request_hash: Buffer;
}

export class PostgresEventStore extends EventStore {
  readonly maxBatchBytes = Number.POSITIVE_INFINITY;
  private readonly database: Pick<Pool, 'query'>;
  private readonly commits: GroupCommit;
  private readonly heads = new AskedTogether<string, number>(
    (book) => book,
    (books) => this.revisionsOf(books),
  );
  /** Half of the connections at most: who has his turn may ask the same pool for another, such as for the log or a snapshot. */
  private readonly turns: Lane;

  /** @param transaction where the work of `exclusively` reads and appends */
  constructor(
    private readonly pool: Pool,
    transaction?: PoolClient,
  ) {
    super();
    this.database = transaction ?? pool;
    this.commits = new GroupCommit(this.database);
    this.turns = new Lane(Math.max(1, Math.floor(pool.options.max / 2)));
  }

  append(book: string, expectedRevision: number, events: NewEvent[], seal: Seal): Promise<void> {
    return this.commits.append({ book, expectedRevision, events, seal });
  }

  override untilFree(): Promise<void> {
    return this.commits.untilFree();
  }

  async read(book: string, from: number, limit: number): Promise<StoredEvent[]> {
    const { rows } = await this.database.query<EventRow>({ name: 'read', text: READ, values: [book, from, limit] });
    return rows.map(stored);
  }

  override async readEach(places: readonly { book: string; from: number }[], limit: number): Promise<BookEvent[][]> {
    const values = [texts(places.map(({ book }) => book)), bigints(places.map(({ from }) => from)), limit];
    const { rows } = await this.database.query<{ place: number; canonical: string }>({
      name: 'read-each',
      text: READ_EACH,
      values,
    });
    const found: BookEvent[][] = places.map(() => []);
    for (const { place, canonical } of rows) found[place]?.push(JSON.parse(canonical) as BookEvent);
    // They come in order as it is; nothing but the plan says so.
    return found.map((events) => events.sort((one, other) => one.seq - other.seq));
  }

  override async readAt(book: string, seqs: readonly number[]): Promise<BookEvent[]> {
    const values = [book, bigints(seqs)];
    const { rows } = await this.database.query<{ canonical: string }>({ name: 'read-at', text: READ_AT, values });
    return rows.map(({ canonical }) => JSON.parse(canonical) as BookEvent);
  }

  override async readEffective(
    book: string,
    from: number,
    last: number,
    day: string,
    limit: number,
  ): Promise<StoredEvent[]> {
    const values = [book, from, last, day, limit];
    const { rows } = await this.database.query<EventRow>({ name: 'read-effective', text: READ_EFFECTIVE, values });
    return rows.map(stored);
  }

  override async leafHashes(book: string, from: number, limit: number): Promise<Buffer> {
    const values = [book, from, limit];
    const { rows } = await this.database.query<{ hashes: Buffer | null }>({
      name: 'leaf-hashes',
      text: LEAF_HASHES,
      values,
    });
    return rows[0]?.hashes ?? Buffer.alloc(0);
  }

  async findByCommands(book: string, commands: string[]): Promise<(StoredEvent & { command: string })[]> {
    const { rows } = await this.database.query<EventRow & { command: string }>(FIND_BY_COMMANDS, [book, commands]);
    return rows.map((row) => ({ ...stored(row), command: row.command }));
  }

  async findClaims(keys: string[]): Promise<Claim[]> {
    const { rows } = await this.database.query<{ key: string; book: string; seq: string }>(
      'select key, book, seq from claims where key = any ($1::text[])',
      [keys],
    );
    return rows.map(({ key, book, seq }) => ({ key, book, seq: Number(seq) }));
  }

  revision(book: string): Promise<number> {
    return this.heads.ask(book);
  }

  async revisionAsOf(book: string, instant: Date): Promise<number> {
    const { rows } = await this.database.query<{ revision: string }>(REVISION_AS_OF, [book, instant]);
    return Number(rows[0]?.revision ?? -1);
  }

  async revisions(): Promise<Map<string, number>> {
    const { rows } = await this.database.query<{ book: string; revision: string }>(
      'select book, revision from streams where revision >= 0 order by book',
    );
    return new Map(rows.map(({ book, revision }) => [book, Number(revision)]));
  }

  private async revisionsOf(books: string[]): Promise<number[]> {
    const { rows } = await this.database.query<{ book: string; revision: string }>({
      name: 'revisions-of',
      text: REVISIONS,
      values: [texts(books)],
    });
    const found = new Map(rows.map(({ book, revision }) => [book, Number(revision)]));
    return books.map((book) => found.get(book) ?? -1);
  }

  exclusively<T>(book: string, work: (store: EventStore) => Promise<T>): Promise<T> {
    return this.turns.run(() =>
      inTransaction(this.pool, async (client) => {
        await client.query(`select pg_advisory_xact_lock(hashtextextended('book:' || $1, 0))`, [book]);
        return work(new PostgresEventStore(this.pool, client));
      }),
    );
  }
}

function stored({ seq, canonical, request_hash }: EventRow): StoredEvent {
  return { seq: Number(seq), canonical, requestHash: request_hash.toString('base64') };
}
