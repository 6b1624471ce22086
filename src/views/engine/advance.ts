import type { ClientBase, Pool, PoolClient } from 'pg';
import { BY_KEYS } from '../../database/pool.js';
import type { BookEvent } from '../../domain/event.js';
import { beginBeside, type Spare } from './beside.js';
import type { EventPages } from './event-pages.js';
import { KeptRows } from './kept-rows.js';
import { lockCheckpoints, type Standing, shareCheckpoints, type Work } from './locked-checkpoints.js';
import { CHUNK, lastBoundary, leftInChunk } from './past/chunks.js';
import type { RowSet } from './row-set.js';
import { type Share, TakingIn } from './taking-in.js';
import type { View } from './view.js';

export interface AdvanceOptions {
  /**
   * Of a rebuild, by book: the last event that the tables beside those in use hold. It alone knows them, so they have no checkpoints;
   * moved by the caller once it is known what became of the transaction.
   */
  beside?: ReadonlyMap<string, number>;
  chunk?: number;
  /** Else every row is read that is looked at. */
  kept?: KeptRows;
  /** How many times as much one transaction may take in where there is so much, one after the other. */
  rounds?: number;
  /** With it several lots are read and written at the same time; else the one waits for the other. */
  spare?: Spare;
  /** There is so much that large views are worth a transaction of their own beside that of the others. */
  isFar?: boolean;
  /** Whether somebody waits for another book meanwhile, so that the transaction should end with the lot that it is at. */
  isAwaited?: () => boolean;
}

export interface Advance {
  view: View;
  book: string;
  /** Seq of the last event that the view has taken in. */
  seq: number;
  /** How many it took in now. */
  events: number;
  /** It took in as many as one transaction may, or the transaction was full without it: there may be more. */
  isFull: boolean;
}

/** What went wrong in one transaction; nothing of it is kept. */
export class ViewFailure extends Error {
  override readonly name = 'ViewFailure';

  constructor(
    /** The first event of the transaction; where it was of one view and one book, the culprit is this one or one after it. */
    readonly first: BookEvent,
    readonly events: number,
    override readonly cause: unknown,
  ) {
    super(cause instanceof Error ? cause.message : String(cause));
  }
}

/** Over all books of a transaction: whoever waits for one of them should not wait long. */
const MOST_EVENTS = 1_000;

/**
 * Takes the next events of books into their views: rows and checkpoints in one transaction, so that a crash at any point
 * neither loses an event nor counts one twice. What another process is at is left to it, and does not come back.
 *
 * Errors: ViewFailure where the events do not go in; any other error says nothing about them.
 */
export async function advance(
  pool: Pool,
  pages: EventPages,
  works: readonly Work[],
  options: AdvanceOptions = {},
): Promise<Advance[]> {
  const client = await pool.connect();
  const spare = new SpareConnections(options.spare);
  try {
    await client.query(BEGIN);
    const { places, version } = await takeNext(client, pages, works, options, spare);
    await client.query('commit');
    client.release();
    spare.release();
    for (const { book, views, seq, events } of places) if (events > 0) options.kept?.keep(book, views, seq, version);
    return places.flatMap(advancedOf);
  } catch (error) {
    for (const { book } of works) options.kept?.forget(book);
    // All of them, also where the first broke: a connection that is kept is one that the next transaction waits for in vain.
    const isSound = (await Promise.all([giveBack(client), spare.giveBack()])).every((one) => one);
    // Where the connection broke, the events are not to blame.
    throw error instanceof ViewFailure && !isSound ? error.cause : error;
  }
}

/** A plan that was made while a table was empty must do that too (see `renewPlans`). */
export const BEGIN = [
  'begin',
  ...BY_KEYS.map((name) => `set local ${name} = off`),
  'set local plan_cache_mode = force_generic_plan',
  // Rows and checkpoint are lost together where the server dies, and made again.
  'set local synchronous_commit = off',
].join('; ');
/** For a connection. */
export const PLAN_BY_KEYS = BY_KEYS.map((name) => `set ${name} = off`).join('; ');

/** Connected where they are needed: most transactions take in one lot. */
class SpareConnections {
  private readonly clients: PoolClient[] = [];

  constructor(private readonly spare: Spare | undefined) {}

  /** None where the server has none to spare: it can be done without. */
  async connect(to: keyof Spare): Promise<PoolClient | undefined> {
    const client = await this.spare?.[to].connect().catch(() => undefined);
    if (client !== undefined) this.clients.push(client);
    return client;
  }

  release(): void {
    for (const client of this.clients) client.release();
  }

  async giveBack(): Promise<boolean> {
    const sound = await Promise.all(this.clients.map(giveBack));
    return sound.every((isSound) => isSound);
  }
}

/** A connection that can still roll back is sound; any other is closed, which ends its transaction too. */
function giveBack(client: PoolClient): Promise<boolean> {
  return client.query('rollback').then(
    () => {
      client.release();
      return true;
    },
    () => {
      client.release(true);
      return false;
    },
  );
}

/** Views of a book that stand at the same event, how far they have come, and how many events they took in since they were locked. */
interface Place extends Standing {
  rows: RowSet;
  events: number;
  isFull: boolean;
}

function advancedOf({ book, views, seq, events, isFull }: Place): Advance[] {
  return views.map((view) => ({ view, book, seq, events, isFull }));
}

interface Taken {
  places: Place[];
  /** Of this transaction. */
  version: string;
}

/** Inside a transaction of the caller. */
export async function advanceIn(
  client: ClientBase,
  pages: EventPages,
  works: readonly Work[],
  options: AdvanceOptions,
): Promise<Advance[]> {
  return (await takeNext(client, pages, works, options, new SpareConnections(undefined))).places.flatMap(advancedOf);
}

async function takeNext(
  client: ClientBase,
  pages: EventPages,
  works: readonly Work[],
  { beside, chunk = CHUNK, kept = new KeptRows(), rounds = 1, isFar = false, isAwaited }: AdvanceOptions,
  spare: SpareConnections,
): Promise<Taken> {
  const standing =
    beside === undefined
      ? await (isFar ? shareCheckpoints : lockCheckpoints)(client, works)
      : works.map((work): Standing => ({ ...work, seq: beside.get(work.book) ?? -1, version: '' }));
  const places = standing.map((one): Place => ({ ...one, rows: kept.of(one), events: 0, isFull: true }));
  const second = isFar ? await beginSecond(spare, places) : undefined;
  const takingIn = new TakingIn(client, beside === undefined ? 'views' : 'views_next', second);
  let [first, loader]: [Share?, PoolClient?] = [];
  for (let round = 1; round <= rounds && (round === 1 || isAwaited?.() !== true); round += 1) {
    const shares = await nextShares(pages, places, chunk);
    first ??= shares[0];
    if (shares.length === 0) break;
    if (rounds > 1)
      pages.readAhead(places.filter(({ isFull }) => isFull).map(({ book, seq }) => ({ book, from: seq + 1 })));
    if (round === 2) loader = await spare.connect('loaders');
    await orBlame(first, takingIn.take(shares, loader));
  }
  return { places, version: await orBlame(first, takingIn.end()) };
}

/** None for a view that has not begun: the second transaction could not say from where it moves it. */
async function beginSecond(spare: SpareConnections, places: readonly Place[]): Promise<PoolClient | undefined> {
  if (places.length === 0 || places.some(({ seq }) => seq < 0)) return undefined;
  const client = await spare.connect('writers');
  if (client === undefined) return undefined;
  const views = new Set(places.flatMap((place) => place.views));
  return (await beginBeside(client, BEGIN, [...views])) ? client : undefined;
}

async function orBlame<T>(share: Share | undefined, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    const first = share?.events[0];
    if (share === undefined || first === undefined) throw error;
    throw new ViewFailure(first, share.events.length, error);
  }
}

/** Of those that had more, at most to the end of a chunk, so that every row is as it stood there; they stand after it then. */
async function nextShares(pages: EventPages, places: readonly Place[], chunk: number): Promise<Share[]> {
  const mostOf = ({ seq, limit }: Place) => Math.min(limit, leftInChunk(seq + 1, chunk));
  const going = places.filter(({ isFull }) => isFull);
  const pagesOf = await pages.readEach(
    going.map((place) => ({ book: place.book, from: place.seq + 1, limit: mostOf(place) })),
  );
  const shares: Share[] = [];
  let room = MOST_EVENTS;
  for (const [index, place] of going.entries()) {
    const { book, seq, views, rows } = place;
    const events = (room > 0 ? pagesOf[index] : undefined) ?? [];
    const [first, last] = [events[0], events.at(-1)];
    if (first !== undefined && first.seq !== seq + 1) {
      throw new Error(`the event store gave ${first.seq} of ${book} for ${seq + 1}`);
    }
    place.isFull = room <= 0 || events.length === mostOf(place);
    room -= events.length;
    if (last === undefined) continue;
    place.seq = last.seq;
    place.events += events.length;
    shares.push({ book, views, events, rows, chunkStart: lastBoundary(seq, chunk) + 1 });
  }
  return shares;
}
