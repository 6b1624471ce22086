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
  return text.length < CUT_OUT ? text : (JSON.parse(JSON.stringify(text)) as string);
}

/** Text on one line, not empty: no control characters of ASCII, and none of the second set, which begin with 0xc2. */
export function isText(bytes: string): boolean {
  return bytes !== '' && !CONTROL.test(bytes);
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: it is these that must not be there.
const CONTROL = /[\0-\x1f\x7f]|\xc2[\x80-\x9f]/;
