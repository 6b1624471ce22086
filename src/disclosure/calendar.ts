import { createRequire } from 'node:module';
import type { DayKind } from '../domain/notices/minimum-days.js';

/** Days off from Monday to Friday, and weekends that are worked instead, as `YYYY-MM-DD` with what they are for. */
interface Arrangement {
  holidays: Record<string, string>;
  workdays: Record<string, string>;
}

// The library's data, not its functions: those answer otherwise west of Greenwich.
const { holidays, workdays } = createRequire(import.meta.url)('chinese-days/dist/chinese-days.json') as Arrangement;

const DAY_MS = 86_400_000;
/** Days since 1970 that are not as their weekday says, and whether they are worked. */
const arranged = new Map<number, boolean>([
  ...Object.keys(workdays).map((day) => [numberOf(day), true] as const),
  ...Object.keys(holidays).map((day) => [numberOf(day), false] as const),
]);

/**
 * Working days as the State Council sets them year by year, with the weekends that are worked instead of a holiday. For a
 * year whose holidays are not known yet, Monday to Friday. Whatever is reckoned here goes into the event, so that a later
 * edition of the calendar changes nothing that was published.
 */
export function isWorkingDay(day: string): boolean {
  return isWorked(numberOf(day));
}

function isWorked(day: number): boolean {
  // The first day of 1970 was a Thursday; of a day before it the remainder is negative.
  return arranged.get(day) ?? ((day % 7) + 10) % 7 < 5;
}

/** The end of a day in China: what was recorded on it counts. */
export function endOfDay(day: string): Date {
  return new Date(`${day}T23:59:59.999+08:00`);
}

export function addDays(day: string, days: number): string {
  return dayOfNumber(numberOf(day) + days);
}

/**
 * The last day of a period that begins on `first`. Both its ends count, as notices print it: seven natural days from the
 * 31st of January end on the 6th of February.
 */
export function lastDay(first: string, days: number, kind: DayKind): string {
  if (kind === 'natural') return addDays(first, days - 1);
  return isWorkingDay(first) ? afterWorkingDays(first, days - 1) : afterWorkingDays(first, days);
}

/** The working day that is `count` working days after a day, which itself does not count. */
export function afterWorkingDays(day: string, count: number): string {
  let at = numberOf(day);
  for (let left = count; left > 0; ) {
    at += 1;
    if (isWorked(at)) left -= 1;
  }
  return dayOfNumber(at);
}

/** Error: RangeError, where there is no such day. */
function numberOf(day: string): number {
  const number = Date.parse(`${day}T00:00:00Z`) / DAY_MS;
  if (Number.isNaN(number)) throw new RangeError(`no day: ${day}`);
  return number;
}

function dayOfNumber(day: number): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10);
}
