// Bytes, hashes (RFC 6962), canonical JSON (RFC 8785), and the two ways in which a check can fail.

/** Something is not as it must be: the page turns red. `row` is the row of a notice where it is one that is wrong. */
export class Wrong extends Error {
  constructor(zh, en, row) {
    super(row === undefined ? zh : `第 ${row} 行${zh}`);
    this.zh = this.message;
    this.en = row === undefined ? en : `row ${row}: ${en}`;
  }
}

/** Nothing is known to be wrong, but it could not be checked: never green, never red. */
export class Unsure extends Error {
  constructor(zh, en) {
    super(zh);
    this.zh = zh;
    this.en = en;
  }
}

export const utf8 = (text) => new TextEncoder().encode(text);
export const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
export const toBase64 = (bytes) => btoa(String.fromCharCode(...bytes));

export function fromBase64(text) {
  try {
    const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
    // Only the one canonical writing of the bytes.
    if (toBase64(bytes) === text) return bytes;
  } catch {
    // Not base64 at all: the same answer as below.
  }
  throw new Wrong(`这不是 base64：${text.slice(0, 40)}`, `this is no base64: ${text.slice(0, 40)}`);
}

export function concat(...parts) {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

export const isSame = (a, b) => a.length === b.length && a.every((byte, at) => byte === b[at]);

export async function sha256(bytes) {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
}

/** RFC 6962, 2.1: a leaf and a node never hash alike, for the byte before them differs. */
export const leafHash = (entry) => sha256(concat(Uint8Array.of(0), entry));
export const nodeHash = (left, right) => sha256(concat(Uint8Array.of(1), left, right));

/** RFC 9162, 2.1.3.2: the root to which the path leads from leaf `index` of a tree of `size` leaves; null for a path that fits no such tree. */
export async function rootOf(leaf, index, size, path) {
  let [place, last, hash] = [index, size - 1, leaf];
  for (const sibling of path) {
    if (last === 0) return null;
    if (place % 2 === 1 || place === last) {
      hash = await nodeHash(sibling, hash);
      while (place % 2 === 0 && place !== 0) [place, last] = [Math.floor(place / 2), Math.floor(last / 2)];
    } else {
      hash = await nodeHash(hash, sibling);
    }
    [place, last] = [Math.floor(place / 2), Math.floor(last / 2)];
  }
  return last === 0 ? hash : null;
}

/** RFC 9162, 2.1.4.2: whether the tree of `to.size` leaves and `to.root` begins with all of the tree `from`. */
export async function isConsistent(from, to, proof) {
  if (from.size < 1 || from.size > to.size) return false;
  if (from.size === to.size) return proof.length === 0 && isSame(from.root, to.root);
  const [first, ...rest] = Number.isInteger(Math.log2(from.size)) ? [from.root, ...proof] : proof;
  if (first === undefined) return false;
  let [place, last, old, grown] = [from.size - 1, to.size - 1, first, first];
  while (place % 2 === 1) [place, last] = [Math.floor(place / 2), Math.floor(last / 2)];
  for (const sibling of rest) {
    if (last === 0) return false;
    if (place % 2 === 1 || place === last) {
      [old, grown] = [await nodeHash(sibling, old), await nodeHash(sibling, grown)];
      while (place % 2 === 0 && place !== 0) [place, last] = [Math.floor(place / 2), Math.floor(last / 2)];
    } else {
      grown = await nodeHash(grown, sibling);
    }
    [place, last] = [Math.floor(place / 2), Math.floor(last / 2)];
  }
  return last === 0 && isSame(old, from.root) && isSame(grown, to.root);
}

/** RFC 8785 for what rows and entries hold: texts, whole numbers, lists, and objects with names in ASCII. */
export function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const names = Object.keys(value).sort();
  return `{${names.map((name) => `${JSON.stringify(name)}:${canonical(value[name])}`).join(',')}}`;
}

/** RFC 6962, 2.1: the root of trees of equal height side by side, the last of which may be lower. */
export async function rootOver(nodes) {
  if (nodes.length <= 1) return nodes[0];
  let left = 1;
  while (left * 2 < nodes.length) left *= 2;
  return nodeHash(await rootOver(nodes.slice(0, left)), await rootOver(nodes.slice(left)));
}
