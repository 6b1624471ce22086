import type { RowKey } from './table.js';

interface Keyed {
  readonly key: RowKey;
}

/** By the next part of the key: what only one has leads to that one. */
type Level<Item> = Map<RowKey[number] | undefined, Item | Level<Item>>;

/**
 * Finds things by keys of several parts, part by part: a text made of all of them would have to be made, and hashed, for each look, where
 * a part is a text that was hashed before.
 */
export class KeyIndex<Item extends Keyed> {
  private readonly root: Level<Item> = new Map();
  private count = 0;

  get size(): number {
    return this.count;
  }

  get(key: RowKey): Item | undefined {
    let level = this.root;
    for (let at = 0; ; at += 1) {
      const next = level.get(key[at]);
      if (!(next instanceof Map)) return next !== undefined && isSame(next.key, key, at + 1) ? next : undefined;
      level = next;
    }
  }

  /** In the place of one with the same key. */
  set(item: Item): void {
    const { key } = item;
    let level = this.root;
    for (let at = 0; ; at += 1) {
      const next = level.get(key[at]);
      if (next instanceof Map) {
        level = next;
        continue;
      }
      const isOther = next !== undefined && !isSame(next.key, key, at + 1);
      if (!isOther) {
        if (next === undefined) this.count += 1;
        level.set(key[at], item);
        return;
      }
      const below: Level<Item> = new Map([[next.key[at + 1], next]]);
      level.set(key[at], below);
      level = below;
    }
  }

  delete(key: RowKey): void {
    let level = this.root;
    for (let at = 0; ; at += 1) {
      const next = level.get(key[at]);
      if (next === undefined) return;
      if (next instanceof Map) {
        level = next;
        continue;
      }
      if (!isSame(next.key, key, at + 1)) return;
      level.delete(key[at]);
      this.count -= 1;
      return;
    }
  }

  values(): Iterable<Item> {
    return within(this.root);
  }
}

function* within<Item extends Keyed>(level: Level<Item>): Iterable<Item> {
  for (const next of level.values()) {
    if (next instanceof Map) yield* within(next);
    else yield next;
  }
}

function isSame(one: RowKey, other: RowKey, from: number): boolean {
  for (let at = from; at < other.length; at += 1) if (one[at] !== other[at]) return false;
  return true;
}
