import { isDigit, isId, isText } from './byte-text.js';
import { judged, known, matching, wholeNumber } from './shape.js';

/** Shapes that fields of many types of event have. */
export const ID = judged('an id of letters, digits, ., _ and -', isId);
export const TEXT = judged('text on one line', isText);
export const SEQ = wholeNumber(0, Number.MAX_SAFE_INTEGER);
export const SHA256 = matching('SHA-256 in lower-case hex', /^[0-9a-f]{64}$/);

/** Bytes with which begins what may be a control character, a space or a bracket. */
const DOUBTFUL = new Uint8Array(256).fill(1, 0, 0x21);
for (const byte of [0x5b, 0x5d, 0x7f, 0xc2, 0xe1, 0xe2, 0xe3, 0xef]) DOUBTFUL[byte] = 1;
const UNUSUAL = /[﹝[［﹞\]］\s]/;

/** The number of a document, as the ledger has always written it: brackets as 〔〕, and no space. */
export const DOCUMENT = judged('text on one line without spaces, its brackets 〔〕', (bytes, from, to) => {
  for (let at = from; at < to; at += 1) {
    if (DOUBTFUL[bytes[at] as number] !== 1) continue;
    // 〔 and 〕 themselves, which most have.
    const isUsual = bytes[at] === 0xe3 && bytes[at + 1] === 0x80 && (bytes[at + 2] === 0x94 || bytes[at + 2] === 0x95);
    if (!isUsual) return isText(bytes, from, to) && !UNUSUAL.test(bytes.toString('utf8', from, to));
  }
  return to > from;
});

/** Of what many entries name. */
export const KNOWN_ID = known(ID);
export const KNOWN_TEXT = known(TEXT);

export const DAY = known(judged('a day of the calendar', isDay));
export const INSTANT = judged('an instant in UTC with milliseconds', isInstant);
export const MONTH = matching('a month', /^\d{4}-(?:0[1-9]|1[0-2])$/);

const DAY_DIGITS = 10;
const FEBRUARY = 2;
const LENGTHS = [0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** `2016-07-13` */
function isDay(bytes: Buffer, from: number, to: number): boolean {
  if (to - from !== DAY_DIGITS || !isWritten(bytes, from, '0000-00-00')) return false;
  const year = number(bytes, from, 4);
  const month = number(bytes, from + 5, 2);
  const day = number(bytes, from + 8, 2);
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  const last = month === FEBRUARY && isLeap ? 29 : (LENGTHS[month] ?? 0);
  return day >= 1 && day <= last;
}

const TIME = 'T00:00:00.000Z';

/** `2016-07-13T01:02:03.004Z` */
function isInstant(bytes: Buffer, from: number, to: number): boolean {
  const time = from + DAY_DIGITS;
  return (
    to - time === TIME.length &&
    isDay(bytes, from, time) &&
    isWritten(bytes, time, TIME) &&
    number(bytes, time + 1, 2) < 24 &&
    number(bytes, time + 4, 2) < 60 &&
    number(bytes, time + 7, 2) < 60
  );
}

/** Whether a digit stands wherever the pattern has a `0`, and elsewhere what stands in the pattern. */
function isWritten(bytes: Buffer, from: number, pattern: string): boolean {
  for (let at = 0; at < pattern.length; at += 1) {
    const byte = bytes[from + at] as number;
    const sign = pattern.charCodeAt(at);
    if (sign === 0x30 ? !isDigit(byte) : byte !== sign) return false;
  }
  return true;
}

function number(bytes: Buffer, from: number, digits: number): number {
  let value = 0;
  for (let at = from; at < from + digits; at += 1) value = value * 10 + (bytes[at] as number) - 0x30;
  return value;
}
