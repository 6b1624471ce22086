import type { Pool } from 'pg';
import { openPool } from '../../src/database/pool.js';
import { PostgresEventStore } from '../../src/event-store/postgres.js';
import { type Hash, leafHash, nodeHash } from '../../src/log/hash.js';
import { LogStore } from '../../src/log/log-store.js';
import { consistencyProof, inclusionProof, type NodeAt } from '../../src/log/proof.js';
import { StoredTrees } from '../../src/log/stored-trees.js';
import { Recorder } from '../event-store/contract.js';
import { cloneDatabase, type TestDatabase } from '../support/database.js';

const BOOK = '640121';
const SIZE = 1_100;

let database: TestDatabase;
let pool: Pool;
let recorder: Recorder;
let leaves: Hash[];
/** How often leaves were read, and how many. */
let readings: number[];

beforeAll(async () => {
  database = await cloneDatabase();
  pool = openPool(database.url, 4, () => undefined);
  recorder = new Recorder(BOOK);
  leaves = [];
  await append(300);
  await append(SIZE - 300);
});

beforeEach(() => {
  readings = [];
});

afterAll(async () => {
  await pool.end();
  await database.drop();
});

async function append(count: number): Promise<void> {
  const events = recorder.events(count);
  await recorder.append(new PostgresEventStore(pool), events);
  leaves.push(...events.map(({ canonical }) => leafHash(canonical)));
}

function open(maxKept?: number): StoredTrees {
  const store = new PostgresEventStore(pool);
  const leafHashes = (book: string, from: number, limit: number) => {
    readings.push(limit);
    return store.leafHashes(book, from, limit);
  };
  return new StoredTrees({ leafHashes }, new LogStore(pool), maxKept);
}

/** By the definition. */
const node: NodeAt = (level, index) => {
  const leaf = leaves[index];
  if (level === 0 && leaf !== undefined) return leaf;
  return nodeHash(node(level - 1, 2 * index), node(level - 1, 2 * index + 1));
};

const included = (trees: StoredTrees, seq: number, size: number) =>
  trees.compute(BOOK, size, (nodeAt, edge) => inclusionProof(nodeAt, seq, size, edge));

it.each([
  ['all it has read', undefined],
  ['hardly anything', 2],
])('proves any entry and any growth by the definition, while it keeps %s', async (_, maxKept) => {
  const trees = open(maxKept);
  for (const [seq, size] of [
    [0, 1],
    [4, 5],
    [255, 256],
    [0, 257],
    [256, 257],
    [511, 513],
    [3, 1_023],
    [700, 1_024],
    [1_024, 1_025],
    [299, SIZE],
    [SIZE - 1, SIZE],
    // Smaller again, out of tiles that are wider by now.
    [17, 300],
    [299, 300],
  ] as const) {
    expect(await included(trees, seq, size)).toEqual(inclusionProof(node, seq, size));
    const from = seq + 1;
    const grown = await trees.compute(BOOK, size, (nodeAt) => consistencyProof(nodeAt, from, size));
    expect(grown).toEqual(consistencyProof(node, from, size));
  }
});

it('proves all entries of one size, in any order, out of tiles that come and go', async () => {
  for (const trees of [open(), open(2)]) {
    const seqs = Array.from({ length: 60 }, (_, n) => (n * 397) % (SIZE - 300));
    const some = await Promise.all(seqs.slice(0, 20).map((seq) => included(trees, seq, SIZE)));
    expect(some).toEqual(seqs.slice(0, 20).map((seq) => inclusionProof(node, seq, SIZE)));
    for (const seq of seqs) {
      expect(await included(trees, seq, SIZE)).toEqual(inclusionProof(node, seq, SIZE));
      expect(await included(trees, seq, SIZE - 300)).toEqual(inclusionProof(node, seq, SIZE - 300));
    }
  }
});

it('reads a tile once for all who want it, and afterwards what came since', async () => {
  const trees = open();
  await Promise.all([1_030, 1_040, 1_099].map((seq) => included(trees, seq, SIZE)));
  expect(readings).toEqual([SIZE - 1_024]);
  await included(trees, 1_050, SIZE);
  expect(readings).toEqual([SIZE - 1_024]);
  await append(20);
  await Promise.all([included(trees, 1_050, SIZE + 10), included(trees, 1_050, SIZE + 20)]);
  expect(readings).toEqual([SIZE - 1_024, 10, 10]);
  expect(await included(trees, 1_110, SIZE + 20)).toEqual(inclusionProof(node, 1_110, SIZE + 20));
});

it('reads again what it let go', async () => {
  const trees = open(1);
  await included(trees, 10, 256);
  await included(trees, 300, 512);
  await included(trees, 10, 256);
  expect(readings).toEqual([256, 256, 256]);
});

it('proves nothing of entries that are not there', async () => {
  await expect(included(open(), 5, SIZE + 1_000)).rejects.toThrow('lacks hashes');
});
