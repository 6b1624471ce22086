import { ASSET_CLASSES } from '../domain/assets/assets.js';
import { OWNER_KINDS } from '../domain/assets/owners.js';
import { DIVISION_LEVELS, DIVISION_PATTERN } from '../domain/division.js';
import type { EventType } from '../domain/event.js';
import { FUND_LEVELS, FUND_NATURES, FUND_RESTRICTIONS } from '../domain/funds/register-fund.js';
import { PAYER_KINDS } from '../domain/income/receive-income.js';
import { PAYMENT_KINDS } from '../domain/projects/make-payment.js';
import { STAGES } from '../domain/projects/projects.js';
import { SHARE_PATTERN } from '../domain/share.js';
import { isId, isText } from './byte-text.js';
import { DAY, ID, INSTANT, MONTH, SEQ, SHA256, TEXT } from './field-shapes.js';
import { NOTICE_SHAPES } from './notice-shapes.js';
import { type Scanner, scannerOf } from './scanner.js';
import { exactly, judged, listOf, matching, oneOf, record, type Shape, wholeNumber } from './shape.js';

const DIVISION = matching('a division code', DIVISION_PATTERN);
const OF_IDS = ['project:', 'department:', 'pool:', 'income:'];
const ACCOUNTS_OF_IDS = ['source:', 'wip:', 'expense:', 'asset:', ...OF_IDS];
const COLLECTIVE = /^collective:[1-9]\d{5}(?:\d{3}(?:\d{3})?)?$/;
const OF_DIVISION = /^(?:transit|collective):\d{6,12}$/;

const HOLDER = judged('a holder', (text) => text === 'bureau' || isOfId(text, OF_IDS) || COLLECTIVE.test(text));
const ACCOUNT = judged(
  'an account',
  (text) => text === 'bureau' || isOfId(text, ACCOUNTS_OF_IDS) || isPaid(text) || OF_DIVISION.test(text),
);

function isOfId(text: string, kinds: readonly string[]): boolean {
  for (const kind of kinds) if (text.startsWith(kind)) return isId(text, kind.length);
  return false;
}

function isPaid(text: string): boolean {
  return text.startsWith('paid:') && !text.includes('|') && isText(text.slice(5));
}

/** In lower case. */
function isUuid(text: string): boolean {
  if (text.length !== 36) return false;
  for (let at = 0; at < 36; at += 1) {
    const sign = text.charCodeAt(at);
    const isHex = (sign >= 0x30 && sign <= 0x39) || (sign >= 0x61 && sign <= 0x66);
    if (at === 8 || at === 13 || at === 18 || at === 23 ? sign !== 0x2d : !isHex) return false;
  }
  return true;
}

/** 1 to 255 visible characters of ASCII. */
function isKey(text: string): boolean {
  if (text === '' || text.length > 255) return false;
  for (let at = 0; at < text.length; at += 1) {
    const sign = text.charCodeAt(at);
    if (sign < 0x21 || sign > 0x7e) return false;
  }
  return true;
}

const AMOUNT = judged('yuan above zero with two decimals', (text) => isAmount(text, 0));
const CHANGE = judged('yuan with two decimals, not zero', (text) => isAmount(text, text.startsWith('-') ? 1 : 0));
const SPLIT = { split: exactly('largest_remainder') };

/** One to thirteen digits, without a zero in front of others, a point and two digits; not all of them zero. */
function isAmount(text: string, from: number): boolean {
  const point = text.length - 3;
  if (point <= from || point - from > 13 || text.charCodeAt(point) !== 0x2e) return false;
  if (text.charCodeAt(from) === 0x30 && point - from > 1) return false;
  let sum = 0;
  for (let at = from; at < text.length; at += 1) {
    const digit = text.charCodeAt(at) - 0x30;
    if (at !== point && (digit < 0 || digit > 9)) return false;
    if (at !== point) sum += digit;
  }
  return sum > 0;
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
const MONEY = { amount: AMOUNT, id: ID };

const NOT_REVERSIBLE = new Set<string>([
  'book.opened',
  'period.closed',
  'entry.reversed',
  ...Object.keys(NOTICE_SHAPES),
]);

const DATA: Record<Exclude<EventType, 'entry.reversed'>, Shape> = {
  'book.opened': record({ id: DIVISION, level: oneOf(DIVISION_LEVELS), name: TEXT }),
  'fund.registered': record(FUND, FUND_OPTIONAL),
  'fund.adjusted': record({ amount: CHANGE, fund: ID, id: ID }),
  'funds.allocated': record({ ...MONEY, from: HOLDER, to: HOLDER }, SPLIT),
  'funds.integrated': record({ ...MONEY, pool: ID }),
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
  'payment.made': record({ ...MONEY, kind: oneOf(PAYMENT_KINDS), payee: TEXT, project: ID }, SPLIT),
  'beneficiary.enrolled': record({
    categories: listOf(TEXT),
    commitment: SHA256,
    division: DIVISION,
    id: ID,
  }),
  'subsidy.paid': record({ ...MONEY, beneficiary: ID, from: HOLDER, period: TEXT, policy: TEXT }, SPLIT),
  'asset.registered': record(
    { ...MONEY, category: TEXT, class: oneOf(ASSET_CLASSES), division: DIVISION, name: TEXT, owners: OWNERS },
    { ...SPLIT, acquiredOn: DAY, custodian: TEXT, opening: FUNDS, operator: TEXT, project: ID },
  ),
  'asset.ownership_changed': record({ asset: ID, id: ID, owners: OWNERS, reason: TEXT }),
  'income.received': record(
    { ...MONEY, asset: ID, fund: record(FUND, FUND_OPTIONAL), payerKind: oneOf(PAYER_KINDS), period: TEXT },
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
      actor: TEXT,
      book: DIVISION,
      command: judged('an idempotency key', isKey),
      data,
      documents: listOf(TEXT),
      effectiveDate: DAY,
      id: judged('a UUID', isUuid),
      postings: listOf(record({ account: ACCOUNT, amount: CHANGE, fund: ID })),
      recordedAt: INSTANT,
      seq: SEQ,
      type: exactly(type),
      version: exactly(1),
    },
    { note: TEXT },
  );
}

const scanners = new Map<string, Scanner>();

/** Reads an event of this type fast; made when the first of the type comes. */
export function eventScanner(type: string): Scanner | undefined {
  const known = scanners.get(type);
  const shape = known === undefined ? EVENT_SHAPES.get(type) : undefined;
  if (shape === undefined) return known;
  const scanner = scannerOf(shape.form);
  scanners.set(type, scanner);
  return scanner;
}
