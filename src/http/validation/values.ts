import { isYuan, MAX_AMOUNT_FEN, parseYuan } from '../../domain/money.js';

/**
 * Well-formed text on one line: no control character, no lone surrogate, and none of the invisible characters that
 * reorder what a reader sees (bidirectional overrides) or stand for nothing (a byte order mark, noncharacters).
 */
const ONE_LINE = /^[^\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u202A-\u202E\u2066-\u2069\uFEFF\uFFFE\uFFFF]*$/u;

/** Counts characters as people do: a Chinese character beyond the basic plane is one. */
export function isText(value: unknown, maxLength: number): value is string {
  if (typeof value !== 'string' || value.length > maxLength * 2 || !ONE_LINE.test(value) || value.trim() === '')
    return false;
  return value.length <= maxLength || [...value].length <= maxLength;
}

/** The same of several lines, broken by LF or CRLF. */
export function isProse(value: unknown, maxLength: number): value is string {
  if (typeof value !== 'string' || value.length > maxLength * 2 || value.trim() === '') return false;
  return [...value].length <= maxLength && value.split(/\r?\n/).every((line) => ONE_LINE.test(line));
}

/** Yuan above zero, up to a trillion. Fifteen characters cannot exceed it. */
export function isAmount(value: unknown): value is string {
  if (typeof value !== 'string' || !isYuan(value) || value.startsWith('-') || value === '0.00') return false;
  return value.length <= 15 || parseYuan(value) <= MAX_AMOUNT_FEN;
}

/** Yuan above or below zero, up to a trillion either way. */
export function isChange(value: unknown): value is string {
  return typeof value === 'string' && isAmount(value.startsWith('-') ? value.slice(1) : value);
}

const FIRST_DAY = '1949-10-01';
const LAST_DAY = '2100-12-31';

/** A day of the calendar from the founding of the People's Republic to the end of this century. */
export function isDay(value: unknown): value is string {
  return typeof value === 'string' && value >= FIRST_DAY && value <= LAST_DAY && isCalendarDay(value);
}

function isCalendarDay(text: string): boolean {
  if (!/^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])$/.test(text)) return false;
  const day = Number(text.slice(8));
  return day <= 28 || day <= new Date(Date.UTC(Number(text.slice(0, 4)), Number(text.slice(5, 7)), 0)).getUTCDate();
}

const INSTANT = /^\d{4}-\d{2}-\d{2}T(?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d{1,9})?)?(?:Z|[+-][01]\d:[0-5]\d)$/;

/** An instant of RFC 3339 on such a day, with its offset; seconds may be left out. */
export function isInstant(value: unknown): value is string {
  return typeof value === 'string' && INSTANT.test(value) && isDay(value.slice(0, 10));
}

/**
 * An ID number of 18 characters by GB 11643-1999: six digits of division, a day of birth, three digits of order and a check
 * character by ISO 7064 MOD 11-2.
 */
export function isIdNumber(value: unknown): value is string {
  if (typeof value !== 'string' || !/^[1-9]\d{16}[\dX]$/.test(value)) return false;
  if (!isCalendarDay(`${value.slice(6, 10)}-${value.slice(10, 12)}-${value.slice(12, 14)}`)) return false;
  let sum = 0;
  for (let index = 0; index < 17; index += 1) sum += Number(value[index]) * (2 ** (17 - index) % 11);
  return '10X98765432'[sum % 11] === value[17];
}
