import { DIVISION_LEVELS, DIVISION_PATTERN } from '../domain/division.js';
import type { EventType } from '../domain/event.js';
import {
  ASSET_CLASSES,
  FUND_LEVELS,
  FUND_NATURES,
  FUND_RESTRICTIONS,
  OWNER_KINDS,
  PAYER_KINDS,
  PAYMENT_KINDS,
  STAGES,
} from '../domain/kinds.js';
import { SHARE_PATTERN } from '../domain/share.js';
import { isDigit, isId, isText } from './byte-text.js';
import { DAY, DOCUMENT, ID, INSTANT, KNOWN_ID, KNOWN_TEXT, MONTH, SEQ, SHA256, TEXT } from './field-shapes.js';
import { NOTICE_SHAPES } from './notices/notice-shapes.js';
import { exactly, judged, known, listOf, matching, oneOf, record, type Shape, wholeNumber } from './shape.js';

const DIVISION = known(matching('a division code', DIVISION_PATTERN));
const OF_IDS = ['project:', 'department:', 'pool:', 'income:'];
const ACCOUNTS_OF_IDS = ['source:', 'wip:', 'expense:', 'asset:', ...OF_IDS];
const COLLECTIVE = /^collective:[1-9]\d{5}(?:\d{3}(?:\d{3})?)?$/;
const OF_DIVISION = /^(?:transit|collective):\d{6,12}$/;

const HOLDER = account('a holder', OF_IDS, (text) => text === 'bureau' || COLLECTIVE.test(text));
const ACCOUNT = account(
  'an account',
  ACCOUNTS_OF_IDS,
  (text) => text === 'bureau' || OF_DIVISION.test(text) || (text.startsWith('paid:') && !text.includes('|')),
);

/** @param kinds of which an id follows; what follows in any other is text */
function account(expected: string, kinds: readonly string[], isOther: (text: string) => boolean): Shape {
  return known(
    judged(expected, (bytes, from, to) => {
      const text = bytes.toString('latin1', from, to);
      const kind = kinds.find((begins) => text.startsWith(begins));
      if (kind !== undefined) return isId(bytes, from + kind.length, to);
      return isOther(text) && isText(bytes, from + text.indexOf(':') + 1, to);
    }),
  );
}

const HEX = new Uint8Array(256);
for (const sign of '0123456789abcdef') HEX[sign.charCodeAt(0)] = 1;
const UUID_GROUPS = [8, 4, 4, 4, 12];

/** In lower case. */
function isUuid(bytes: Buffer, from: number, to: number): boolean {
  if (to - from !== 36) return false;
  let at = from;
  for (const length of UUID_GROUPS) {
    for (const end = at + length; at < end; at += 1) if (HEX[bytes[at] as number] !== 1) return false;
    if (at < to && bytes[at] !== 0x2d) return false;
    at += 1;
  }
  return true;
}

/** 1 to 255 visible characters of ASCII. */
function isKey(bytes: Buffer, from: number, to: number): boolean {
  if (to === from || to - from > 255) return false;
  for (let at = from; at < to; at += 1) {
    const sign = bytes[at] as number;
    if (sign < 0x21 || sign > 0x7e) return false;
  }
  return true;
}

const AMOUNT = judged('yuan above zero with two decimals', (bytes, from, to) => isAmount(bytes, from, to, 13));
/** Of an entry that may move two hundred funds: as each of them has a trillion yuan at most, 2 * 10 ** 14. */
const SUM = judged('yuan above zero with two decimals', (bytes, from, to) => isAmount(bytes, from, to, 15));
const CHANGE = judged('yuan with two decimals, not zero', (bytes, from, to) =>
  isAmount(bytes, bytes[from] === 0x2d ? from + 1 : from, to, 13),
);
const SPLIT = { split: exactly('largest_remainder') };

/** One digit or more, without a zero in front of others, a point and two digits; not all of them zero. */
function isAmount(bytes: Buffer, from: number, to: number, most: number): boolean {
  const point = to - 3;
  if (point <= from || point - from > most || bytes[point] !== 0x2e) return false;
  if (bytes[from] === 0x30 && point - from > 1) return false;
  let isZero = true;
  for (let at = from; at < to; at += 1) {
    if (at === point) continue;
    const digit = bytes[at] as number;
    if (!isDigit(digit)) return false;
    if (digit !== 0x30) isZero = false;
  }
  return !isZero;
}

const OWNERS = listOf(
  record({ id: ID, kind: oneOf(OWNER_KINDS), share: matching('a share', SHARE_PATTERN) }, { name: TEXT }),
  1,
);

const FUND = {
  amount: AMOUNT,
  fiscalYear: wholeNumber(1949, 2100),
  id: ID,
  level: oneOf(FUND_LEVELS),
  name: TEXT,
  nature: oneOf(FUND_NATURES),
  restrictions: listOf(oneOf(FUND_RESTRICTIONS)),
};
const FUND_OPTIONAL = { channel: TEXT, origin: record({ book: DIVISION, fund: ID, seq: SEQ }), subject: TEXT };
const FUNDS = listOf(record(FUND, FUND_OPTIONAL), 1);
const MONEY = { amount: SUM, id: ID };

const NOT_REVERSIBLE = new Set<string>([
  'book.opened',
  'period.closed',
  'entry.reversed',
  ...Object.keys(NOTICE_SHAPES),
]);

const DATA: Record<Exclude<EventType, 'entry.reversed'>, Shape> = {
  'book.opened': record({ id: DIVISION, level: oneOf(DIVISION_LEVELS), name: TEXT }),
  'fund.registered': record(FUND, FUND_OPTIONAL),
  'fund.adjusted': record({ amount: CHANGE, fund: KNOWN_ID, id: ID }),
  'funds.allocated': record({ ...MONEY, from: HOLDER, to: HOLDER }, SPLIT),
  'funds.integrated': record({ ...MONEY, pool: KNOWN_ID }),
  'funds.dispatched': record({ ...MONEY, from: HOLDER, funds: FUNDS, toBook: DIVISION }, SPLIT),
  'funds.received': record({ ...MONEY, dispatch: ID, dispatchSeq: SEQ, fromBook: DIVISION, funds: FUNDS }),
  'project.registered': record({
    category: TEXT,
    division: DIVISION,
    id: ID,
    name: TEXT,
    plannedAmount: AMOUNT,
    responsibleUnit: TEXT,
  }),
  'project.advanced': record({ project: ID, stage: oneOf(STAGES) }),
  'payment.made': record({ ...MONEY, kind: oneOf(PAYMENT_KINDS), payee: KNOWN_TEXT, project: KNOWN_ID }, SPLIT),
  'beneficiary.enrolled': record({
    categories: listOf(TEXT),
    commitment: SHA256,
    division: DIVISION,
    id: ID,
  }),
  'subsidy.paid': record({ ...MONEY, beneficiary: KNOWN_ID, from: HOLDER, period: TEXT, policy: KNOWN_TEXT }, SPLIT),
  'asset.registered': record(
    { ...MONEY, category: TEXT, class: oneOf(ASSET_CLASSES), division: DIVISION, name: TEXT, owners: OWNERS },
    { ...SPLIT, acquiredOn: DAY, custodian: TEXT, opening: FUNDS, operator: TEXT, project: ID },
  ),
  'asset.ownership_changed': record({ asset: ID, id: ID, owners: OWNERS, reason: TEXT }),
  'income.received': record(
    {
      amount: AMOUNT,
      asset: ID,
      fund: record(FUND, FUND_OPTIONAL),
      id: ID,
      payerKind: oneOf(PAYER_KINDS),
      period: TEXT,
    },
    { payer: TEXT },
  ),
  ...NOTICE_SHAPES,
  'period.closed': record({ period: MONTH }),
};

const TYPES = [...Object.keys(DATA), 'entry.reversed'];

const REVERSAL = record({
  of: record(
    {},
    {
      asset: ID,
      beneficiary: ID,
      dispatch: ID,
      fromBook: DIVISION,
      fund: ID,
      funds: listOf(ID),
      id: ID,
      period: TEXT,
      policy: TEXT,
      project: ID,
    },
  ),
  reason: TEXT,
  seq: SEQ,
  type: oneOf(TYPES.filter((type) => !NOT_REVERSIBLE.has(type))),
});

/** The shape of an event of each type, to the last field. */
export const EVENT_SHAPES: ReadonlyMap<string, Shape> = new Map(
  Object.entries({ ...DATA, 'entry.reversed': REVERSAL }).map(([type, data]) => [type, eventShape(type, data)]),
);

/** What stands in the way where the type is none of those. */
export const TYPE: Shape = oneOf(TYPES);

function eventShape(type: string, data: Shape): Shape {
  return record(
    {
      actor: KNOWN_TEXT,
      book: DIVISION,
      command: judged('an idempotency key', isKey),
      data,
      documents: listOf(DOCUMENT),
      effectiveDate: DAY,
      id: judged('a UUID', isUuid),
      postings: listOf(record({ account: ACCOUNT, amount: CHANGE, fund: KNOWN_ID })),
      recordedAt: INSTANT,
      seq: SEQ,
      type: exactly(type),
      version: exactly(1),
    },
    { note: TEXT },
  );
}
