import { settlement } from '../domain/funds/settlement.js';
import { bigints, dates, encodedTexts, hashes, instants, integers, texts, uuids } from './binary-array.js';
import type { NewEvent, Seal } from './event-store.js';

export interface Append {
  book: string;
  expectedRevision: number;
  events: NewEvent[];
  seal: Seal;
}

/**
 * The statement that appends to several books, and its parameters. One statement, so one round trip and one commit, whole or
 * not at all. A book whose revision has moved on does not come back from `head`, and nothing of it is inserted. Streams are
 * locked in one order, so that two processes that write the same books wait for one another and never in a circle. What the
 * log gains goes in with the events.
 */
export function appendStatement(group: Append[]): { name: string; text: string; values: Buffer[] } {
  const events = group.flatMap((append) => append.events);
  const tiles = group.flatMap(({ book, seal }) => seal.tileHashes.map((tile) => ({ book, ...tile })));
  const { released, taken } = claimsOf(events);
  const hasClaims = released.length + taken.length > 0;
  return {
    ...VARIANTS[`${tiles.length > 0}/${hasClaims}`],
    values: [
      ...booksOf(group),
      ...columnsOf(events),
      ...(tiles.length > 0
        ? [
            texts(tiles.map(({ book }) => book)),
            integers(tiles.map(({ level }) => level)),
            bigints(tiles.map(({ index }) => index)),
            hashes(tiles.map(({ hash }) => hash.toString('base64'))),
          ]
        : []),
      ...(hasClaims
        ? [
            texts(released.map(({ book }) => book)),
            texts(released.map(({ key }) => key)),
            texts(taken.map(({ book }) => book)),
            texts(taken.map(({ key }) => key)),
            bigints(taken.map(({ seq }) => seq)),
          ]
        : []),
    ],
  };
}

function booksOf(group: Append[]): Buffer[] {
  return [
    texts(group.map(({ book }) => book)),
    bigints(group.map(({ expectedRevision }) => expectedRevision)),
    integers(group.map(({ events }) => events.length)),
    bigints(group.map(({ seal }) => seal.size)),
    texts(group.map(({ seal }) => seal.note)),
  ];
}

function columnsOf(events: NewEvent[]): Buffer[] {
  return [
    texts(events.map(({ event }) => event.book)),
    bigints(events.map(({ seq }) => seq)),
    uuids(events.map(({ event }) => event.id)),
    texts(events.map(({ event }) => event.type)),
    texts(events.map(({ event }) => event.command)),
    hashes(events.map(({ requestHash }) => requestHash)),
    instants(events.map(({ event }) => event.recordedAt)),
    dates(events.map(({ event }) => event.effectiveDate)),
    encodedTexts(events.map(({ canonical }) => canonical)),
  ];
}

interface ClaimOfEvent {
  book: string;
  key: string;
  seq: number;
}

function claimsOf(events: NewEvent[]): { released: ClaimOfEvent[]; taken: ClaimOfEvent[] } {
  const released: ClaimOfEvent[] = [];
  const taken: ClaimOfEvent[] = [];
  for (const { event } of events) {
    const { book, seq } = event;
    const { release, take } = settlement(event);
    if (release !== undefined) released.push({ book, key: release, seq });
    if (take !== undefined) taken.push({ book, key: take, seq });
  }
  return { released, taken };
}

// However many books there are, those of the statement are found by their key: joins had PostgreSQL read all of them. All are
// locked before the first is moved, since they are counted; `is true` keeps `in` a look into a table of hashes.
const HEAD = `
  with locked as (
    select book from streams where book = any ($1::text[]) order by book for update
  ),
  head as (
    update streams set revision = streams.revision + wanted.events
    from unnest($1::text[], $2::bigint[], $3::int[], $4::bigint[], $5::text[])
      as wanted (book, expected, events, size, note)
    where streams.book = any ($1::text[]) and streams.book = wanted.book and streams.revision = wanted.expected
      and (select count(*) from locked) > 0
    returning streams.book, wanted.expected, wanted.size, wanted.note
  ),
  appended as (
    insert into events (book, seq, id, type, command, request_hash, recorded_at, effective_date, canonical)
    select book, seq, id, type, command, request_hash, recorded_at, effective_date, canonical
    from unnest($6::text[], $7::bigint[], $8::uuid[], $9::text[], $10::text[], $11::bytea[],
        $12::timestamptz[], $13::date[], $14::text[])
      as event (book, seq, id, type, command, request_hash, recorded_at, effective_date, canonical)
    where (book in (select book from head)) is true
  ),
  sealed as (
    insert into log_checkpoints (book, size, previous, note) select book, size, expected + 1, note from head
  )`;

/** @param first number of the first parameter */
const tiled = (first: number) => `,
  tiled as (
    insert into log_tile_hashes (book, level, index, hash)
    select book, tile.level, tile.index, tile.hash
    from head join unnest($${first}::text[], $${first + 1}::int[], $${first + 2}::bigint[], $${first + 3}::bytea[])
      as tile (book, level, index, hash) using (book)
  )`;

const claimed = (first: number) => `,
  released as (
    delete from claims where key in (
      select claim.key from head join unnest($${first}::text[], $${first + 1}::text[]) as claim (book, key) using (book)
    )
  ),
  taken as (
    insert into claims (key, book, seq)
    select claim.key, book, claim.seq
    from head join unnest($${first + 2}::text[], $${first + 3}::text[], $${first + 4}::bigint[])
      as claim (book, key, seq) using (book)
  )`;

const ANSWER = ' select book from head';
const AFTER_HEAD = 15;

/** By whether a tile became full and whether a claim is taken or released: most appends do neither, and do not pay for it. */
const VARIANTS: Record<`${boolean}/${boolean}`, { name: string; text: string }> = {
  'false/false': { name: 'append', text: HEAD + ANSWER },
  'true/false': { name: 'append-tiles', text: HEAD + tiled(AFTER_HEAD) + ANSWER },
  'false/true': { name: 'append-claims', text: HEAD + claimed(AFTER_HEAD) + ANSWER },
  'true/true': { name: 'append-tiles-claims', text: HEAD + tiled(AFTER_HEAD) + claimed(AFTER_HEAD + 4) + ANSWER },
};
