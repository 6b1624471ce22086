/**
 * What looks like an ID number (GB 11643, 18 digits, or the 15 digits before 1999), a bank card (16 to 19 digits that pass
 * Luhn, ISO/IEC 7812-1) or a mobile number. Such a text could never be erased from the log, so it may not enter it.
 */
const GROUPED_MOBILE = String.raw`1[3-9]\d(?:\d{8}|[ -]\d{4}[ -]\d{4})`;
const ID_NUMBER = String.raw`\d{6}[ -]?(?:(?:18|19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])[ -]?\d{3}[\dXx]|\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3})`;
const CARD = String.raw`\d{16,19}|\d{4}(?:[ -]\d{4}){3}(?:[ -]\d{1,3})?`;

const IN_TEXT = new RegExp(
  String.raw`(?<!\d)(?:(?<id>${ID_NUMBER})|(?<mobile>(?:\+?86[ -]?)?${GROUPED_MOBILE})|(?<card>${CARD}))(?!\d)`,
  'g',
);
// Inside an id (a UUID, a hash) digits stand beside letters by chance; there a number counts only when it stands alone.
const IN_ID = new RegExp(
  String.raw`(?<![0-9A-Za-z])(?:(?<id>${ID_NUMBER.replaceAll('[ -]?', '')})|(?<mobile>${GROUPED_MOBILE})|(?<card>\d{16,19}))(?![0-9A-Za-z])`,
  'g',
);
const ID_LIKE = /^[A-Za-z0-9._-]{1,64}$/;

export function looksPersonal(text: string): boolean {
  if (!/\d{4}|[０-９]{4}|\d[ -]\d{4}/.test(text)) return false;
  const pattern = ID_LIKE.test(text) ? IN_ID : IN_TEXT;
  for (const match of text.normalize('NFKC').matchAll(pattern)) {
    const { id, mobile, card } = match.groups ?? {};
    if (id !== undefined || mobile !== undefined || (card !== undefined && passesLuhn(card))) return true;
  }
  return false;
}

/** The path of the first text that looks personal, e.g. `owners[0].name`. */
export function personalField(value: unknown, path = ''): string | undefined {
  if (typeof value === 'string') return looksPersonal(value) ? path : undefined;
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) {
      const found = personalField(item, `${path}[${index}]`);
      if (found !== undefined) return found;
    }
    return undefined;
  }
  if (typeof value === 'object' && value !== null) {
    for (const [key, item] of Object.entries(value)) {
      const found = personalField(item, path === '' ? key : `${path}.${key}`);
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

function passesLuhn(card: string): boolean {
  let sum = 0;
  const digits = [...card.replace(/\D/g, '')].reverse();
  for (const [index, digit] of digits.entries()) {
    const value = Number(digit) * (index % 2 === 1 ? 2 : 1);
    sum += value > 9 ? value - 9 : value;
  }
  return sum % 10 === 0;
}
