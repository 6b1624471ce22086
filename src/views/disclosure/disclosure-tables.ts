import { defineEntity, type InferEntity, p } from '@mikro-orm/core';
import type { Duty, Told, Waiting } from '../../disclosure/duties.js';
import type { LineFacts, LineKind } from '../../disclosure/lines.js';
import type { DivisionLevel } from '../../domain/division.js';
import type { ObjectionKind, ObjectionOutcome } from '../../domain/objections/objections.js';
import type { Status } from '../engine/cause.js';
import { bookColumn, tableOf } from '../engine/table.js';

const key = () => p.text().collation('C').primary();

/** What must be disclosed, line by line; see `disclosure/lines.ts`. */
export const DisclosureLine = defineEntity({
  name: 'DisclosureLine',
  schema: 'views',
  tableName: 'disclosure_lines',
  properties: {
    book: bookColumn(),
    kind: p.text().collation('C').primary().$type<LineKind>(),
    id: key(),
    division: p.text().collation('C'),
    title: p.text().collation('C'),
    /** What lines of a kind are sorted into: level of a fund, category of a project, policy, class of an asset, type of a notice. */
    category: p.text().collation('C'),
    /** Stage of a project; of a notice `objected`, `withdrawn` or `replaced`, where it is not for the calendar to say. */
    stage: p.text().collation('C'),
    /** Levels of the funds in it, and kinds of its owners: `,central,province,`. */
    levels: p.text().collation('C'),
    owners: p.text().collation('C'),
    year: p.integer(),
    effectiveDate: p.date(),
    recordedAt: p.datetime(3),
    amountFen: p.bigint('bigint'),
    documents: p.json<string[]>(),
    facts: p.json<LineFacts[LineKind]>(),
    seq: p.integer(),
    status: p.text().$type<Status>(),
    reversedBy: p.integer().nullable(),
    /** First and last day of the public period of a notice. */
    publicFrom: p.date().nullable(),
    publicTo: p.date().nullable(),
    noticeLevel: p.text().collation('C').$type<DivisionLevel>().nullable(),
    /** By what words it is found; see `terms.ts`. */
    terms: p.text().collation('C'),
  },
  checks: [
    {
      name: 'disclosure_lines_kind_known',
      expression: "kind in ('fund', 'allocation', 'integration', 'project', 'payout', 'asset', 'income', 'notice')",
    },
    { name: 'disclosure_lines_not_negative', expression: 'amount_fen >= 0' },
    { name: 'disclosure_lines_reversed_by_an_entry', expression: "(status = 'reversed') = (reversed_by is not null)" },
    { name: 'disclosure_lines_status_known', expression: "status in ('standing', 'reversed')" },
  ],
  indexes: [
    { name: 'disclosure_lines_book_kind_effective_date_id_idx', properties: ['book', 'kind', 'effectiveDate', 'id'] },
    { name: 'disclosure_lines_book_kind_division_idx', properties: ['book', 'kind', 'division'] },
    {
      name: 'disclosure_lines_terms_idx',
      properties: ['terms'],
      expression: `create index "disclosure_lines_terms_idx" on "views"."disclosure_lines" using gin (string_to_array(terms, E'\\n'))`,
    },
  ],
});

export const MEMBER_KINDS = ['fund', 'project', 'asset', 'beneficiary'] as const;

/** What later entries name by its id alone: where it lies and what it is sorted into. */
export const DisclosureMember = defineEntity({
  name: 'DisclosureMember',
  schema: 'views',
  tableName: 'disclosure_members',
  properties: {
    book: bookColumn(),
    kind: p.text().collation('C').primary().$type<(typeof MEMBER_KINDS)[number]>(),
    id: key(),
    division: p.text(),
    name: p.text(),
    /** Level of a fund; category of a project, and of the project that an asset came from. */
    category: p.text(),
    /** Class of an asset. */
    class: p.text().nullable(),
    /** Fiscal year of a fund. */
    year: p.integer().nullable(),
    /** Standing payouts to a beneficiary. */
    payouts: p.integer(),
  },
  checks: [
    { name: 'disclosure_members_kind_known', expression: "kind in ('fund', 'project', 'asset', 'beneficiary')" },
    { name: 'disclosure_members_payouts_not_negative', expression: 'payouts >= 0' },
  ],
});

/** What stands where in a division with all below it, by what it is for and what became of it so far. */
export const DisclosureMoney = defineEntity({
  name: 'DisclosureMoney',
  schema: 'views',
  tableName: 'disclosure_money',
  properties: {
    book: bookColumn(),
    division: key(),
    level: key(),
    /** A category of a project or a policy; what is neither stands for itself, as its outcome does. */
    use: key(),
    outcome: key(),
    /** Fiscal year of the fund. */
    year: p.integer().primary(),
    parent: p.text().collation('C').nullable(),
    amountFen: p.bigint('bigint'),
  },
  indexes: [{ name: 'disclosure_money_book_parent_idx', properties: ['book', 'parent'] }],
});

/** What came from another book, whose sums have it on its way for ever. */
export const DisclosureReceived = defineEntity({
  name: 'DisclosureReceived',
  schema: 'views',
  tableName: 'disclosure_received',
  properties: {
    book: bookColumn(),
    fromBook: key(),
    level: key(),
    /** Fiscal year of the fund. */
    year: p.integer().primary(),
    amountFen: p.bigint('bigint'),
  },
  checks: [{ name: 'disclosure_received_not_negative', expression: 'amount_fen >= 0' }],
});

/** How many of a kind there are in a division with all below it. */
export const DisclosureCount = defineEntity({
  name: 'DisclosureCount',
  schema: 'views',
  tableName: 'disclosure_counts',
  properties: {
    book: bookColumn(),
    division: key(),
    kind: key(),
    category: key(),
    parent: p.text().collation('C').nullable(),
    count: p.integer(),
  },
  checks: [{ name: 'disclosure_counts_not_negative', expression: 'count >= 0' }],
  indexes: [{ name: 'disclosure_counts_book_parent_idx', properties: ['book', 'parent'] }],
});

/** Objections and reports, without what the vault keeps of them. */
export const DisclosureObjection = defineEntity({
  name: 'DisclosureObjection',
  schema: 'views',
  tableName: 'disclosure_objections',
  properties: {
    book: bookColumn(),
    id: key(),
    kind: p.text().$type<ObjectionKind>(),
    /** That of the notice, else that of the book. */
    division: p.text().collation('C'),
    notice: p.text().nullable(),
    noticeRow: p.integer().nullable(),
    entry: p.integer().nullable(),
    filedOn: p.date(),
    dueOn: p.date(),
    seq: p.integer(),
    answeredBy: p.integer().nullable(),
    answeredOn: p.date().nullable(),
    outcome: p.text().$type<ObjectionOutcome>().nullable(),
    answer: p.text().nullable(),
  },
  checks: [
    {
      name: 'disclosure_objections_answered_whole',
      expression: '(answered_by is null) = (outcome is null) and (answered_by is null) = (answered_on is null)',
    },
    { name: 'disclosure_objections_kind_known', expression: "kind in ('objection', 'report')" },
  ],
  indexes: [{ name: 'disclosure_objections_book_due_on_id_idx', properties: ['book', 'dueOn', 'id'] }],
});

/** What must be told of by a notice, and by which it was; see `disclosure/duties.ts`. */
export const DisclosureDuty = defineEntity({
  name: 'DisclosureDuty',
  schema: 'views',
  tableName: 'disclosure_duties',
  properties: {
    book: bookColumn(),
    duty: p.text().collation('C').primary().$type<Duty>(),
    /** What the notice must cover: an entry, a book, a project, a village with policy and period, a division with class. */
    subject: key(),
    division: p.text().collation('C'),
    title: p.text(),
    /** Who answers for it, where that is not the bureau. */
    unit: p.text().nullable(),
    waiting: p.json<Waiting[]>(),
    /** The first of their days. */
    waitingSince: p.date().nullable(),
    told: p.json<Told[]>(),
    /** Natural days, both ends counted, from an entry to the notice that told of it. */
    longestWait: p.integer(),
  },
});

/** Which duties a notice met. */
export const DisclosureTold = defineEntity({
  name: 'DisclosureTold',
  schema: 'views',
  tableName: 'disclosure_told',
  properties: { book: bookColumn(), notice: key(), duties: p.json<[Duty, string][]>() },
});

export type LineRow = InferEntity<typeof DisclosureLine>;
export type MemberRow = InferEntity<typeof DisclosureMember>;
export type MoneyRow = InferEntity<typeof DisclosureMoney>;
export type ReceivedRow = InferEntity<typeof DisclosureReceived>;
export type CountRow = InferEntity<typeof DisclosureCount>;
export type ObjectionRow = InferEntity<typeof DisclosureObjection>;
export type DutyRow = InferEntity<typeof DisclosureDuty>;
type ToldRow = InferEntity<typeof DisclosureTold>;
/** Lines of things stay with them; the others are of one entry. */
const THINGS: ReadonlySet<unknown> = new Set<LineKind>(['fund', 'project', 'asset', 'notice']);
export const lines = tableOf<LineRow>(DisclosureLine, (kind) => !THINGS.has(kind));
export const members = tableOf<MemberRow>(DisclosureMember);
export const money = tableOf<MoneyRow>(DisclosureMoney);
export const received = tableOf<ReceivedRow>(DisclosureReceived);
export const counts = tableOf<CountRow>(DisclosureCount);
export const objections = tableOf<ObjectionRow>(DisclosureObjection);
export const duties = tableOf<DutyRow>(DisclosureDuty, (duty) => duty === 'allocation_result');
export const told = tableOf<ToldRow>(DisclosureTold);
