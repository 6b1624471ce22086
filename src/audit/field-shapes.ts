import { isId, isText } from './byte-text.js';
import { judged, matching, wholeNumber } from './shape.js';

/** Shapes that fields of many types of event have. */
export const ID = judged('an id of letters, digits, ., _ and -', (text) => isId(text));
export const TEXT = judged('text on one line', isText);
export const SEQ = wholeNumber(0, Number.MAX_SAFE_INTEGER);
export const SHA256 = matching('SHA-256 in lower-case hex', /^[0-9a-f]{64}$/);

export const DAY = judged('a day of the calendar', isDay);
export const INSTANT = judged(
  'an instant in UTC with milliseconds',
  (text) => TIME.test(text) && (text.startsWith(lastDay) || isDay(text.slice(0, 10))),
);
export const MONTH = matching('a month', /^\d{4}-(?:0[1-9]|1[0-2])$/);

const TIME = /^.{10}T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{3}Z$/;
/** A book has far fewer days than entries, and most entries are of the day before them. */
const knownDays = new Set<string>();
let lastDay = '1949-10-01';

function isDay(text: string): boolean {
  if (text === lastDay) return true;
  if (knownDays.has(text)) {
    lastDay = text;
    return true;
  }
  const time = /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(`${text}T00:00:00.000Z`) : Number.NaN;
  // The parser takes the 30th of February for the first of March.
  if (Number.isNaN(time) || !new Date(time).toISOString().startsWith(text)) return false;
  knownDays.add(text);
  return true;
}
