import { InvalidArgumentError, Option } from 'commander';

export function asDivisions(text: string): string[] {
  const codes = text.split(',');
  if (codes.every((code) => /^\d{2,12}$/.test(code))) return codes;
  throw new InvalidArgumentError(
    '可用 Allowed: codes of 2 to 12 digits, parted by commas, such as 6401 or 640121,640122.',
  );
}

export function asDay(text: string): string {
  if (/^\d{4}-\d\d-\d\d$/.test(text) && isOfCalendar(text)) return text;
  throw new InvalidArgumentError('可用 Allowed: a day as YYYY-MM-DD.');
}

export function asSpan(text: string): string {
  if (/^[1-9]\d{0,5}[smhd]$/.test(text)) return text;
  throw new InvalidArgumentError('可用 Allowed: a whole number and s, m, h or d, such as 12h.');
}

export function asServiceUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return text.replace(/\/+$/, '');
  throw new InvalidArgumentError('可用 Allowed: a URL that begins with http:// or https://.');
}

/** Of the service that a command sends to. */
export function serviceUrl(): Option {
  const option = new Option('--url <url>', 'where the service is').argParser(asServiceUrl);
  return option.default('http://127.0.0.1:3000').env('MINGZHANG_URL');
}

export function asKeyName(text: string): string {
  if (/^[^\s+]{1,255}$/.test(text)) return text;
  throw new InvalidArgumentError('可用 Allowed: a name without spaces and plus signs, such as ledger.example/log.');
}

export function asWhole(least: number, most: number): (text: string) => number {
  return (text) => {
    const number = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
    if (number >= least && number <= most) return number;
    throw new InvalidArgumentError(`可用 Allowed: a whole number from ${least} to ${most}.`);
  };
}

export function collect(text: string, before: string[] = []): string[] {
  return [...before, text];
}

export function collectBook(text: string, before: string[] = []): string[] {
  if (/^[1-9]\d{5}(?:\d{3}(?:\d{3})?)?$/.test(text)) return [...before, text];
  throw new InvalidArgumentError('可用 Allowed: a division code of 6, 9 or 12 digits, such as 640121.');
}

export function asMoment(text: string): string {
  const isInstant = /^\d{4}-\d\d-\d\dT\d\d:\d\d.*(?:Z|[+-]\d\d:\d\d)$/.test(text) && !Number.isNaN(Date.parse(text));
  if ((isInstant && isOfCalendar(text.slice(0, 10))) || /^\d{1,10}$/.test(text)) return text;
  throw new InvalidArgumentError(
    '可用 Allowed: a seq, or an instant with its time zone such as 2016-07-13T09:02:03+08:00.',
  );
}

/** `Date.parse` takes 2026-02-30 for the second of March. */
function isOfCalendar(day: string): boolean {
  const at = Date.parse(day);
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(day);
}
