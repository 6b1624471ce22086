/**
 * What looks like an ID number (GB 11643, 18 digits, or the 15 digits before 1999), a bank card (16 to 19 digits that pass
 * Luhn, ISO/IEC 7812-1) or a mobile number. Such a text could never be erased from the log, so it may not enter it.
 */
const BREAK = String.raw`[ \u2010-\u2015-]`;
const MONTH_DAY = String.raw`(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])`;
/** The first two digits of a division code, GB/T 2260, or of a permit of residence (9 and a region): no year from 1900 on. */
const PROVINCE = '(?:1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3]|9[1-6])';
const ID_NUMBER = String.raw`${PROVINCE}\d{4}${BREAK}?(?:(?:18|19|20)\d{2}${MONTH_DAY}${BREAK}?\d{3}[\dXx]|\d{2}${MONTH_DAY}\d{3})`;
/** Where the parts of a mobile number lie, a serial such as 150.2016.0012 has its year. */
const NO_YEAR = String.raw`(?!(?:19|20)\d{2})`;
/** 13995012345, 139 9501 2345, 139.9501.2345, (139)95012345. */
const AFTER_THREE = String.raw`(?:\d{8}|${BREAK}\d{4}${BREAK}\d{4}|(?<dot>[.·])${NO_YEAR}\d{4}\k<dot>\d{4}|\)${BREAK}?${NO_YEAR}\d{4}${BREAK}?\d{4})`;
const MOBILE = String.raw`(?:(?:\+|00)?86${BREAK}?)?1[3-9]\d${AFTER_THREE}`;
const CARD = String.raw`\d{16,19}|\d{4}(?:${BREAK}\d{4}){3}(?:${BREAK}\d{1,3})?`;
const NUMBER = `(?:(?<id>${ID_NUMBER})|(?<mobile>${MOBILE})|(?<card>${CARD}))`;
// Thirteen billion yuan have eleven digits too, but two decimals after them.
const NOT_AN_AMOUNT = String.raw`(?!\.\d\d(?!\d))`;

const IN_TEXT = new RegExp(String.raw`(?<!\d)${NUMBER}(?!\d)${NOT_AN_AMOUNT}`, 'g');
// Inside an id digits stand beside letters by chance; there a number counts only when it stands alone.
const IN_ID = new RegExp(`(?<![0-9A-Za-z])${NUMBER}(?![0-9A-Za-z])${NOT_AN_AMOUNT}`, 'g');
const ID_LIKE = /^[A-Za-z0-9._-]{1,64}$/;
/** UUIDs and hashes: what their digits look like is chance. */
const RANDOM =
  /(?<![0-9a-z])(?:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|(?=[0-9]*[a-f])[0-9a-f]{32,})(?![0-9a-z])/gi;

/** ASCII, Chinese characters and the brackets of document numbers: NFKC leaves them as they are. */
const PLAIN = /^[\0-\x7f\u3001-\u3020\u4e00-\u9fff]*$/;
/** As many as the shortest of them has, with whatever stands between. */
const DIGITS = /(?:\d\D*){11}/;

export function looksPersonal(text: string): boolean {
  // A mobile number, the shortest of them, has eleven digits.
  if (text.length < 11) return false;
  const plain = PLAIN.test(text) ? text : plainDigits(text);
  if (!DIGITS.test(plain)) return false;
  const rest = plain.replace(RANDOM, ' ');
  // Mostly the digits were those of a UUID, as each payout has one.
  if (!DIGITS.test(rest)) return false;
  for (const match of rest.matchAll(ID_LIKE.test(plain) ? IN_ID : IN_TEXT)) {
    const { id, mobile, card } = match.groups ?? {};
    if (id !== undefined || mobile !== undefined || (card !== undefined && isCard(card))) return true;
  }
  return false;
}

/** Full-width digits become plain ones, and those of Arabic, Tibetan and Mongolian; nothing without a width of its own hides between them. */
function plainDigits(text: string): string {
  return text
    .normalize('NFKC')
    .replace(/[\p{Cf}\p{M}]/gu, '')
    .replace(/[\u0660-\u0669\u06f0-\u06f9\u0f20-\u0f29\u1810-\u1819]/g, (digit) => String(digit.charCodeAt(0) & 15));
}

/** The path of the first text that looks personal, e.g. `owners[0].name`. */
export function personalField(value: unknown): string | undefined {
  const path = pathToPersonal(value);
  return path?.startsWith('.') ? path.slice(1) : path;
}

/** Made from its end on the way back, so that a value without such a text, as nearly all are, costs no text. */
function pathToPersonal(value: unknown): string | undefined {
  if (typeof value === 'string') return looksPersonal(value) ? '' : undefined;
  if (typeof value !== 'object' || value === null) return undefined;
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index += 1) {
      const path = pathToPersonal(value[index]);
      if (path !== undefined) return `[${index}]${path}`;
    }
    return undefined;
  }
  for (const key in value) {
    const path = pathToPersonal((value as Record<string, unknown>)[key]);
    if (path !== undefined) return `.${key}${path}`;
  }
  return undefined;
}

/** First digits under which cards of persons are issued; times, dates and most division codes begin otherwise. */
const CARD_ISSUER = /^(?:[3459]|6[0289]|81)/;

function isCard(text: string): boolean {
  const digits = text.replace(/\D/g, '');
  return CARD_ISSUER.test(digits) && passesLuhn(digits) && !isCreditCode(digits);
}

function passesLuhn(digits: string): boolean {
  let sum = 0;
  for (const [index, digit] of [...digits].reverse().entries()) {
    const value = Number(digit) * (index % 2 === 1 ? 2 : 1);
    sum += value > 9 ? value - 9 : value;
  }
  return sum % 10 === 0;
}

const CREDIT_CODE_MODULUS = 31n;

/** The unified social credit code of an organisation, GB 32100, that happens to have no letter; weights are powers of 3. */
function isCreditCode(digits: string): boolean {
  if (!/^[159]\d{17}$/.test(digits)) return false;
  let sum = 0n;
  let weight = 1n;
  for (const digit of digits.slice(0, 17)) {
    sum += BigInt(digit) * weight;
    weight = (weight * 3n) % CREDIT_CODE_MODULUS;
  }
  return (sum + BigInt(digits.slice(17))) % CREDIT_CODE_MODULUS === 0n;
}
