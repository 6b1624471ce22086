import { defineEntity, type InferEntity, p } from '@mikro-orm/core';
import type { AssetClass } from '../../domain/assets/assets.js';
import { bookColumn, tableOf } from '../engine/table.js';

const key = () => p.text().collation('C').primary();

/** What lies in each division, with all divisions below it. */
export const Division = defineEntity({
  name: 'Division',
  schema: 'views',
  tableName: 'divisions',
  properties: {
    book: bookColumn(),
    code: key(),
    /** The division above; none for that of the book. */
    parent: p.text().collation('C').nullable(),
    projects: p.integer(),
    plannedFen: p.bigint('bigint'),
    allocatedFen: p.bigint('bigint'),
    paidCapitalFen: p.bigint('bigint'),
    paidExpenseFen: p.bigint('bigint'),
    /** By the division of the beneficiary. */
    payouts: p.integer(),
    payoutsFen: p.bigint('bigint'),
    operatingAssets: p.integer(),
    operatingAssetsFen: p.bigint('bigint'),
    publicAssets: p.integer(),
    publicAssetsFen: p.bigint('bigint'),
    householdAssets: p.integer(),
    householdAssetsFen: p.bigint('bigint'),
  },
  checks: [
    {
      name: 'divisions_counts_not_negative',
      expression:
        'projects >= 0 and payouts >= 0 and operating_assets >= 0 and public_assets >= 0 and household_assets >= 0',
    },
    {
      name: 'divisions_spending_not_negative',
      expression: 'planned_fen >= 0 and paid_capital_fen >= 0 and paid_expense_fen >= 0 and payouts_fen >= 0',
    },
    {
      name: 'divisions_projects_spend_what_they_have',
      expression: 'paid_capital_fen + paid_expense_fen <= allocated_fen',
    },
    {
      name: 'divisions_assets_not_negative',
      expression: 'operating_assets_fen >= 0 and public_assets_fen >= 0 and household_assets_fen >= 0',
    },
  ],
  indexes: [{ name: 'divisions_book_parent_code_idx', properties: ['book', 'parent', 'code'] }],
});

/** Where the things lie that later entries name by their id alone. */
export const DivisionMember = defineEntity({
  name: 'DivisionMember',
  schema: 'views',
  tableName: 'division_members',
  properties: {
    book: bookColumn(),
    kind: key().$type<MemberKind>(),
    id: key(),
    division: p.text(),
    /** Of a project. */
    plannedFen: p.bigint('bigint').nullable(),
    /** Of an asset. */
    class: p.text().$type<AssetClass>().nullable(),
  },
  checks: [
    { name: 'division_members_kind_known', expression: "kind in ('project', 'beneficiary', 'asset')" },
    { name: 'division_members_projects_planned', expression: "(kind = 'project') = (planned_fen is not null)" },
    { name: 'division_members_assets_classed', expression: "(kind = 'asset') = (class is not null)" },
  ],
});

export type MemberKind = 'project' | 'beneficiary' | 'asset';
export type DivisionRow = InferEntity<typeof Division>;
export type DivisionMemberRow = InferEntity<typeof DivisionMember>;

export const divisions = tableOf<DivisionRow>(Division);
export const divisionMembers = tableOf<DivisionMemberRow>(DivisionMember);
