const SHANGHAI_MS = 8 * 3_600_000;
const DAY_MS = 86_400_000;
const DAY_DIGITS = 10;

/** The day of an instant where the books are kept, UTC+8: `2016-07-13`. */
export function dayOf(instant: string): string {
  return new Date(Date.parse(instant) + SHANGHAI_MS).toISOString().slice(0, DAY_DIGITS);
}

/** So many days after a day; undefined where the calendar of this program ends before. */
export function daysAfter(day: string, days: number): string | undefined {
  const later = new Date(Date.parse(day) + days * DAY_MS);
  return Number.isNaN(later.getTime()) ? undefined : later.toISOString().slice(0, DAY_DIGITS);
}
