import { CODE_LENGTH } from '../books/open-book.js';
import type { Circumstances, CommandOf, Decision } from '../command.js';
import type { DivisionCode, DivisionLevel } from '../division.js';
import { refuseDivisionOutside } from '../projects/projects.js';
import { Refusal } from '../refusal.js';
import type { BookState } from '../state.js';
import { type Covers, misfitOfCovers } from './covers.js';
import { CONTACT_FIELDS, type ContactField, NOTICE_FIELDS, type NoticeField, type NoticeFields } from './fields.js';
import type { DayKind } from './minimum-days.js';
import { NOTICE_RULES, type NoticeType } from './types.js';

/** 公告公示: what a bureau, town or village discloses, with rows out of the ledger as it stood at one entry. */
export interface PublishNotice {
  id?: string;
  type: NoticeType;
  /** Whose board it is for; the length of the division's code fits it. */
  level: DivisionLevel;
  division: DivisionCode;
  title: string;
  covers: Covers;
  /** The entry at which the book is looked at; the last one where absent. */
  asOfSeq?: number;
  /** What it says in words; the type names those that it must have. */
  fields: NoticeFields;
  /** First day of the public period, `YYYY-MM-DD`; both its first and its last day count. */
  publicFrom: string;
  days: number;
  dayKind: DayKind;
  /** Where it hangs or stands. */
  place: string;
  /** Unit or post that answers questions. */
  contact: string;
  phone: string;
  address?: string;
  email?: string;
  /** Default 12317. */
  hotline?: string;
  /** For a correction: the notice in whose place this one stands, and why. */
  replaces?: string;
  reason?: string;
}

/** What a look at the events told of the notice. */
export interface NoticeEvidence {
  asOfSeq: number;
  /** Last day of the public period. */
  publicTo: string;
  /** How many rows, and the SHA-256 in lower-case hex of their RFC 8785 JSON; or why there are none. */
  rows: { count: number; hash: string } | Refusal;
}

export interface NoticePublished {
  id: string;
  type: NoticeType;
  level: DivisionLevel;
  division: DivisionCode;
  title: string;
  covers: Covers;
  asOfSeq: number;
  rows: number;
  rowsHash: string;
  fields: NoticeFields;
  publicFrom: string;
  publicTo: string;
  days: number;
  dayKind: DayKind;
  place: string;
  contact: string;
  phone: string;
  address?: string;
  email?: string;
  hotline: string;
  replaces?: string;
  reason?: string;
}

export interface NoticeState {
  seq: number;
  effectiveDate: string;
  type: NoticeType;
  division: DivisionCode;
  rows: number;
  publicFrom: string;
  publicTo: string;
  withdrawnBy?: number;
  replacedBy?: string;
  /** SHA-256 of each photo that shows it posted. */
  photos: string[];
  objections: string[];
}

const HOTLINE = '12317';

/**
 * Refusals: notice_exists, division_outside_book, notice_level_mismatch, notice_covers_mismatch, notice_fields_missing,
 * notice_unknown, notice_replaces_another, notice_not_standing, dated_before_subject, then those of the rows: entry_unknown,
 * notice_entry_unfit, holder_unknown, project_unknown, fund_unknown, asset_unknown.
 */
export function publishNotice(
  state: BookState,
  { body, evidence }: CommandOf<'notice'>,
  { book, newId }: Circumstances,
  effectiveDate: string,
): Decision {
  const id = body.id ?? newId;
  if (state.notices.has(id)) throw new Refusal('notice_exists', `Notice ${id} already exists.`, { field: 'id' });
  refuseUnfit(book, body);
  refuseMissing(body);
  if (body.replaces !== undefined) refuseReplacement(state, body, body.replaces, effectiveDate);
  if (evidence.asOfSeq >= state.nextSeq)
    throw new Refusal('entry_unknown', `There is no entry ${evidence.asOfSeq}.`, { field: 'asOfSeq' });
  const { asOfSeq, publicTo, rows } = evidence;
  if (rows instanceof Refusal) throw rows;
  return { type: 'notice.published', data: published(id, body, { asOfSeq, publicTo, rows }), postings: [] };
}

function published(
  id: string,
  body: PublishNotice,
  { asOfSeq, publicTo, rows }: { asOfSeq: number; publicTo: string; rows: { count: number; hash: string } },
): NoticePublished {
  const { address, email, replaces, reason } = body;
  return {
    id,
    type: body.type,
    level: body.level,
    division: body.division,
    title: body.title,
    covers: body.covers,
    asOfSeq,
    rows: rows.count,
    rowsHash: rows.hash,
    fields: body.fields,
    publicFrom: body.publicFrom,
    publicTo,
    days: body.days,
    dayKind: body.dayKind,
    place: body.place,
    contact: body.contact,
    phone: body.phone,
    ...(address !== undefined && { address }),
    ...(email !== undefined && { email }),
    hotline: body.hotline ?? HOTLINE,
    ...(replaces !== undefined && { replaces }),
    ...(reason !== undefined && { reason }),
  };
}

/** Refusals: division_outside_book, notice_level_mismatch, notice_covers_mismatch. */
export function refuseUnfit(book: string, body: PublishNotice): void {
  refuseDivisionOutside(book, body.division);
  refuseLevel(body);
  refuseCovers(body);
}

function refuseLevel({ type, level, division }: PublishNotice): void {
  const { levels } = NOTICE_RULES[type];
  if (levels.includes(level) && division.length === CODE_LENGTH[level]) return;
  const detail = levels.includes(level)
    ? `A ${level} has a code of ${CODE_LENGTH[level]} digits, not ${division.length}.`
    : `A notice of type ${type} is published by ${levels.join(', ')}.`;
  throw new Refusal('notice_level_mismatch', detail, { field: 'level', levels });
}

function refuseCovers({ type, covers }: PublishNotice): void {
  const { missing, unfit } = misfitOfCovers(type, covers);
  if (missing.length === 0 && unfit.length === 0) return;
  const { needs, may = [] } = NOTICE_RULES[type].covers;
  const optional = may.length > 0 ? ` and may cover ${may.join(', ')}` : '';
  const detail = `A notice of type ${type} covers ${needs.join(' and ') || 'nothing by name'}${optional}.`;
  throw new Refusal('notice_covers_mismatch', detail, { field: 'covers', missing, unfit });
}

export interface MissingField {
  field: `fields.${NoticeField}` | ContactField;
  zh: string;
}

/** What the type demands and the notice does not say. */
export function missingFields(body: Pick<PublishNotice, 'type' | 'fields' | 'address' | 'email'>): MissingField[] {
  const { fields, contact = [] } = NOTICE_RULES[body.type];
  return [
    ...fields
      .filter((field) => body.fields[field] === undefined)
      .map((field) => ({ field: `fields.${field}` as const, zh: NOTICE_FIELDS[field].zh })),
    ...contact.filter((field) => body[field] === undefined).map((field) => ({ field, zh: CONTACT_FIELDS[field] })),
  ];
}

function refuseMissing(body: PublishNotice): void {
  const missing = missingFields(body);
  if (missing.length === 0) return;
  const detail = `A notice of type ${body.type} must also say ${missing.map(({ field, zh }) => `${field} (${zh})`).join(', ')}.`;
  throw new Refusal('notice_fields_missing', detail, { field: missing[0]?.field ?? 'fields', missing });
}

function refuseReplacement(
  state: BookState,
  { type, division }: PublishNotice,
  replaces: string,
  effectiveDate: string,
): void {
  const known = knownNotice(state, replaces, 'replaces');
  if (known.type !== type || known.division !== division) {
    const detail = `Notice ${replaces} is a ${known.type} of division ${known.division}.`;
    throw new Refusal('notice_replaces_another', detail, { field: 'replaces' });
  }
  refuseNotStanding(replaces, known, 'replaces');
  refuseDatedBefore(`notice ${replaces}`, known, effectiveDate);
}

/** Refusal: notice_unknown. */
export function knownNotice(state: BookState, id: string, field: string): NoticeState {
  const notice = state.notices.get(id);
  if (notice === undefined) throw new Refusal('notice_unknown', `There is no notice ${id}.`, { field, notice: id });
  return notice;
}

/** Refusal: notice_not_standing. */
export function refuseNotStanding(id: string, { withdrawnBy, replacedBy }: NoticeState, field: string): void {
  if (withdrawnBy !== undefined)
    throw new Refusal('notice_not_standing', `Notice ${id} was withdrawn.`, { field, entries: [withdrawnBy] });
  if (replacedBy !== undefined)
    throw new Refusal('notice_not_standing', `Notice ${id} was replaced by ${replacedBy}.`, { field, replacedBy });
}

/**
 * What is done about something comes after it: else its days would be told wrongly for ever. A notice may have hung since
 * `publicFrom` when it was recorded, which is the day of its entry where the clerk names no other. Refusal: dated_before_subject.
 */
export function refuseDatedBefore(
  subject: string,
  about: { seq: number; effectiveDate: string; publicFrom?: string },
  effectiveDate: string,
): void {
  const { seq, publicFrom = about.effectiveDate } = about;
  const since = publicFrom < about.effectiveDate ? publicFrom : about.effectiveDate;
  if (effectiveDate >= since) return;
  const detail = `${effectiveDate} lies before ${since}, the date of ${subject}.`;
  throw new Refusal('dated_before_subject', detail, { field: 'effectiveDate', entries: [seq] });
}
