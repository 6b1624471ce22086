import type { ApiResponseSchemaHost } from '@nestjs/swagger';
import type { LineKind } from '../../disclosure/lines.js';
import type { PublishedFacts } from '../../disclosure/published-lines.js';
import { DIVISION_LEVELS } from '../../domain/division.js';
import { ASSET_CLASSES, FUND_LEVELS, OWNER_KINDS, STAGES } from '../../domain/kinds.js';
import { DAY_KINDS } from '../../domain/notices/minimum-days.js';
import { NOTICE_OUTCOMES, NOTICE_STATES } from '../../domain/notices/standing.js';
import { NOTICE_TYPES } from '../../domain/notices/types.js';
import { STATUSES } from '../../views/engine/cause.js';

export type Schema = Extract<ApiResponseSchemaHost['schema'], { properties?: unknown }>;

export const text: Schema = { type: 'string' };
export const whole: Schema = { type: 'integer' };
export const flag: Schema = { type: 'boolean' };
export const day: Schema = { type: 'string', format: 'date' };
export const instant: Schema = { type: 'string', format: 'date-time' };
export const address: Schema = { type: 'string', format: 'uri' };
export const yuan: Schema = { type: 'string', example: '1250000.00', description: 'Yuan with two decimals.' };
export const choice = (...words: readonly string[]): Schema => ({ type: 'string', enum: [...words] });
export const list = (items: Schema): Schema => ({ type: 'array', items });
export const nullable = (schema: Schema): Schema => ({ ...schema, nullable: true });
export const object = (properties: Record<string, Schema>): Schema => ({
  type: 'object',
  properties,
  required: Object.keys(properties),
});

const level = choice(...FUND_LEVELS);
const owner: Schema = {
  ...object({ kind: choice(...OWNER_KINDS), id: text, share: text }),
  properties: { kind: choice(...OWNER_KINDS), id: text, name: text, share: { ...text, example: '1/2' } },
};

/** Every fact of every kind; one that is missing here does not compile. */
const FACTS: { [Kind in LineKind]: Record<keyof PublishedFacts[Kind], Schema> } = {
  fund: {
    level,
    nature: text,
    restrictions: list(text),
    channel: nullable(text),
    subject: nullable(text),
    adjusted: { ...yuan, description: 'Added or taken off after it was registered; in `amount` already.' },
  },
  allocation: {
    fund: text,
    fundName: text,
    level,
    from: text,
    to: text,
    project: nullable(text),
    projectName: nullable(text),
  },
  integration: { fund: text, fundName: text, level, pool: text },
  project: {
    category: text,
    responsibleUnit: text,
    planned: yuan,
    paidCapital: yuan,
    paidExpense: yuan,
    paidOut: yuan,
    capitalised: yuan,
    stages: list(choice(...STAGES)),
  },
  payout: {
    policy: text,
    period: text,
    beneficiary: { ...text, description: 'An opaque id.' },
    from: text,
    person: {
      ...nullable(object({ name: text, idNumber: { ...text, example: '640121**********42' } })),
      description: 'The name in full, the middle of the number hidden; null where it was erased.',
    },
  },
  asset: {
    class: choice(...ASSET_CLASSES),
    category: text,
    project: nullable(text),
    owners: list(owner),
    ownerships: list(object({ seq: whole, owners: list(owner) })),
    operator: nullable(text),
    custodian: nullable(text),
    acquiredOn: nullable(day),
    income: yuan,
  },
  income: {
    asset: text,
    assetName: text,
    period: nullable(text),
    to: { ...nullable(text), description: 'Null for what came in.' },
  },
  notice: {
    type: choice(...NOTICE_TYPES),
    level: choice(...DIVISION_LEVELS),
    publicFrom: day,
    publicTo: day,
    days: whole,
    dayKind: choice(...DAY_KINDS),
    place: text,
    rows: whole,
    asOfSeq: whole,
    replaces: nullable(text),
    reason: { ...nullable(text), description: 'Why it replaces that notice.' },
    replacedBy: nullable(text),
    withdrawal: nullable(object({ seq: whole, date: day, reason: text })),
    photos: list(object({ seq: whole, sha256: text, takenAt: instant, place: text })),
    objections: object({ open: whole, answered: whole }),
    state: choice(...NOTICE_STATES),
    outcome: nullable(choice(...NOTICE_OUTCOMES)),
  },
};

export function lineSchema(kind: LineKind): Schema {
  return object({
    kind: choice(kind),
    book: { ...text, example: '640121' },
    id: text,
    division: { ...text, example: '640121100201' },
    divisionName: { ...text, example: '永清村' },
    title: text,
    date: day,
    year: whole,
    amount: yuan,
    status: choice(...STATUSES),
    levels: { ...list(level), description: 'Of the funds in it, each once.' },
    documents: list(text),
    seq: { ...whole, description: 'The entry that it comes from.' },
    recordedAt: instant,
    facts: object(FACTS[kind]),
    url: { ...address, description: 'Its own address, for ever.' },
    proof: { ...address, description: 'The inclusion proof of its entry.' },
  });
}

export const BOOKS: Schema = {
  ...list(object({ book: text, seq: whole })),
  description: 'The books that were looked at, and up to which entry of each.',
};

export function linePageSchema(kind: LineKind): Schema {
  return object({ items: list(lineSchema(kind)), next: nullable(text), books: BOOKS });
}
