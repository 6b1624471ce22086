import { deserialize, serialize } from 'node:v8';
import { initialState } from '../../domain/book.js';
import type { BookState } from '../../domain/state.js';
import { TreeEdge, type TreeEdgeParts } from '../../log/tree-edge.js';
import { KeyFilter, type KeyFilterPart } from '../key-filter.js';
import { addStatePart, type StatePart, statePartsOf } from './state-parts.js';

/** What a loaded book is made of: what stands after its events, which keys they hold, and the edge of their tree. */
export interface BookMemory {
  state: BookState;
  keys: KeyFilter;
  edge: TreeEdge;
}

type Part = ['state', StatePart] | ['keys', KeyFilterPart] | ['edge', TreeEdgeParts];

export function emptyMemory(): BookMemory {
  return { state: initialState(), keys: new KeyFilter(), edge: new TreeEdge() };
}

/** All of it in pieces of bytes, a megabyte or so each; the bytes are those of V8's structured clone. */
export function* bytesOf({ state, keys, edge }: BookMemory): Generator<Buffer> {
  for (const part of statePartsOf(state)) yield asBytes(['state', part]);
  for (const part of keys.parts()) yield asBytes(['keys', part]);
  yield asBytes(['edge', edge.parts()]);
}

/** Takes back what `bytesOf` gave, in its order, into a memory that was empty. Only for bytes that are known to be ours. */
export function addBytes(memory: BookMemory, bytes: Buffer): void {
  const part = deserialize(bytes) as Part;
  if (part[0] === 'state') addStatePart(memory.state, part[1]);
  else if (part[0] === 'keys') memory.keys.addPart(part[1]);
  else memory.edge = TreeEdge.fromParts(part[1]);
}

function asBytes(part: Part): Buffer {
  return serialize(part);
}
