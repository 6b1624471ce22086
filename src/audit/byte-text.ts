/**
 * The audit holds text byte for byte: each character stands for one byte of its UTF-8 (latin1). To compare, to sort and to look
 * up it is as good as the text itself, and an entry need not be decoded. What people read is decoded here, once.
 */
export function utf8(bytes: string): string {
  return Buffer.from(bytes, 'latin1').toString();
}

export function asBytes(text: string): string {
  return Buffer.from(text).toString('latin1');
}

/** V8 cuts a text of this length or more out of another without copying it. */
const CUT_OUT = 13;

/** The same text, without the line that it was cut out of: else a short text that is kept keeps a long one. */
export function ownText(text: string): string {
  // Not by cutting it out of another once more: what is cut out is slow to compare.
  return text.length < CUT_OUT ? text : (JSON.parse(JSON.stringify(text)) as string);
}

/** A text on one line as JSON. */
export function quoted(text: string): string {
  return text.includes('"') || text.includes('\\') ? JSON.stringify(text) : `"${text}"`;
}

/** A text in parts, most of which many texts share: to hold them against a text is cheaper than to put them together first. */
export type Parts = readonly string[];

/**
 * A short text is cut out as a copy, and compared at once. A longer one is not copied, so V8 has to be called to compare it: that is
 * cheaper than `startsWith`, which goes character by character, from so many on.
 */
const BY_CHARACTER = 36;

/** Where the parts end in the text that begin there; -1 where they do not stand there. */
export function endOf(parts: Parts, text: string, from: number): number {
  let at = from;
  for (let index = 0; index < parts.length; index += 1) {
    const part = parts[index] as string;
    const end = at + part.length;
    if (
      !(part.length < CUT_OUT || part.length > BY_CHARACTER ? text.slice(at, end) === part : text.startsWith(part, at))
    )
      return -1;
    at = end;
  }
  return at;
}

/** Whether what stands in bytes `from` to `to` is as it must be. */
export type Judge = (bytes: Buffer, from: number, to: number) => boolean;

/** Text on one line, not empty: no control characters of ASCII, and none of the second set, which begin with 0xc2. */
export function isText(bytes: Buffer, from: number, to: number): boolean {
  for (let at = from; at < to; at += 1) {
    const byte = bytes[at] as number;
    if (byte < 0x20 || byte === 0x7f) return false;
    if (byte !== 0xc2 || at + 1 === to) continue;
    const next = bytes[at + 1] as number;
    if (next >= 0x80 && next <= 0x9f) return false;
  }
  return to > from;
}

const IN_ID = new Uint8Array(256);
for (const sign of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-') IN_ID[sign.charCodeAt(0)] = 1;
const LONGEST_ID = 64;

/** 1 to 64 letters, digits, `.`, `_` and `-`. */
export function isId(bytes: Buffer, from: number, to: number): boolean {
  if (to === from || to - from > LONGEST_ID) return false;
  for (let at = from; at < to; at += 1) if (IN_ID[bytes[at] as number] !== 1) return false;
  return true;
}

export function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39;
}
