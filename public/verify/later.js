// What came after an entry: whether a later one reversed it, or corrected or withdrew the notice that it is.
//
// A proof of inclusion shows what is in the book, never that something is not. That shows only from the entries themselves:
// all of them since then are read, and must hash, with the tiles before them, to the root that was signed.

import { TILE, tilePath } from './book.js';
import { isSame, leafHash, rootOver, Wrong } from './bytes.js';

/** So much is read at the most: 4,096 entries, a few megabytes. */
const MOST_BUNDLES = 16;
const HASH = 32;

/** The entries from the bundle of `seq` on, proven to be all that there are; undefined where they are too many to be read. */
async function provenSince(book, { size, root }, seq) {
  const first = Math.floor(seq / TILE);
  const end = Math.ceil(size / TILE);
  if (end - first > MOST_BUNDLES) return undefined;
  const nodes = await nodesBefore(book, first, size);
  const events = [];
  for (let index = first; index < end; index += 1) {
    const entries = await book.entries(index, size);
    const leaves = await Promise.all(entries.map(leafHash));
    if (leaves.length !== Math.min(TILE, size - index * TILE))
      throw new Wrong('账本没有给出全部记录', 'the log does not show all entries');
    nodes.push(await rootOver(leaves));
    for (const bytes of entries) events.push(JSON.parse(new TextDecoder().decode(bytes)));
  }
  if (!isSame(await rootOver(nodes), root))
    throw new Wrong('给出的全部记录合起来，不是签了名的账本', 'the entries shown are not the signed book');
  return events;
}

/** The hashes of the bundles before `first`, from the tiles of the level above them. */
async function nodesBefore(book, first, size) {
  const count = Math.floor(size / TILE);
  const nodes = [];
  for (let index = 0; index * TILE < first; index += 1) {
    const tile = await book.tile(tilePath(1, index, count));
    for (let at = 0; at + HASH <= tile.length && nodes.length < first; at += HASH)
      nodes.push(tile.subarray(at, at + HASH));
  }
  return nodes;
}

/** Of proven entries those that reverse one of `seqs`, or replace or withdraw the notice `id`, in their order. */
function sinceThen(events, seqs, id) {
  return events.flatMap(({ seq: by, type, data }) => {
    if (type === 'entry.reversed' && seqs.has(data.seq)) return [{ what: 'reversed', seq: data.seq, by }];
    if (id === undefined) return [];
    if (type === 'notice.published' && data.replaces === id) return [{ what: 'replaced', by }];
    return type === 'notice.withdrawn' && data.notice === id ? [{ what: 'withdrawn', by }] : [];
  });
}

/**
 * What later entries say of a proven entry and of those that it cites. `from`: the entry after which all were read; where
 * all since the first that is cited are too many, those since the entry itself; undefined where they are too many too.
 */
export async function lookLater(book, { checkpoint, event }, cited = []) {
  const id = event.type === 'notice.published' ? event.data.id : undefined;
  for (const from of new Set([Math.min(event.seq, ...cited), event.seq])) {
    const events = await provenSince(book, checkpoint, from);
    if (events !== undefined) return { from, found: sinceThen(events, new Set([...cited, event.seq]), id) };
  }
  return { from: undefined, found: [] };
}
