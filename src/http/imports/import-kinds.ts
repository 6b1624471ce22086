import type { CommandKind } from '../../domain/command.js';
import type { Role } from '../access/roles.js';
import { ChangeOwnershipBody, RegisterAssetBody } from '../bodies/assets.js';
import { EnrollBeneficiaryBody } from '../bodies/beneficiaries.js';
import { OpenBookBody } from '../bodies/books.js';
import { ClosePeriodBody, ReverseEntryBody } from '../bodies/corrections.js';
import {
  AdjustFundBody,
  AllocateFundsBody,
  DispatchFundsBody,
  IntegrateFundsBody,
  ReceiveFundsBody,
  RegisterFundBody,
} from '../bodies/funds.js';
import { ReceiveIncomeBody } from '../bodies/income.js';
import { PaySubsidyBody } from '../bodies/payouts.js';
import { AdvanceProjectBody, MakePaymentBody, RegisterProjectBody } from '../bodies/projects.js';
import type { BodyClass } from '../validation/fields.js';

/** How a line of an import stands for what REST takes at a route of its own. The routes are held against this at the start. */
export interface ImportKind {
  /** Of the route. */
  bodyClass: BodyClass;
  /** Who may post it. */
  roles: readonly Role[];
  /** A part of the route's path, which is a field of the line. */
  pathField?: PathField;
  /** A field of the body whose name the line has for itself: what it is called in a line. */
  renamed?: { field: string; inLine: string };
}

export interface PathField {
  name: string;
  pattern: RegExp;
  /** In words. */
  allowed: string;
}

function id(name: string): PathField {
  return { name, pattern: /^[A-Za-z0-9._-]{1,64}$/, allowed: 'an id of 1 to 64 characters out of A-Z a-z 0-9 . _ -' };
}

const MONTH: PathField = {
  name: 'period',
  pattern: /^(?:19[4-9]\d|20\d\d|2100)-(?:0[1-9]|1[0-2])$/,
  allowed: 'a month as YYYY-MM',
};

const CLERK: readonly Role[] = ['clerk'];
const CORRECTORS: readonly Role[] = ['clerk', 'reviewer'];

export const IMPORT_KINDS: Record<CommandKind, ImportKind> = {
  book: { bodyClass: OpenBookBody, roles: ['admin'] },
  fund: { bodyClass: RegisterFundBody, roles: CLERK },
  adjustment: { bodyClass: AdjustFundBody, roles: CLERK, pathField: id('fund') },
  allocation: { bodyClass: AllocateFundsBody, roles: CLERK },
  integration: { bodyClass: IntegrateFundsBody, roles: CLERK },
  dispatch: { bodyClass: DispatchFundsBody, roles: CLERK },
  arrival: { bodyClass: ReceiveFundsBody, roles: CLERK },
  project: { bodyClass: RegisterProjectBody, roles: CLERK },
  stage: { bodyClass: AdvanceProjectBody, roles: CLERK, pathField: id('project') },
  payment: { bodyClass: MakePaymentBody, roles: CLERK, renamed: { field: 'kind', inLine: 'paymentKind' } },
  beneficiary: { bodyClass: EnrollBeneficiaryBody, roles: CLERK },
  payout: { bodyClass: PaySubsidyBody, roles: CLERK },
  asset: { bodyClass: RegisterAssetBody, roles: CLERK },
  ownership_change: { bodyClass: ChangeOwnershipBody, roles: CLERK, pathField: id('asset') },
  income: { bodyClass: ReceiveIncomeBody, roles: CLERK, pathField: id('asset') },
  reversal: { bodyClass: ReverseEntryBody, roles: CORRECTORS },
  closing: { bodyClass: ClosePeriodBody, roles: CORRECTORS, pathField: MONTH },
};

export const KINDS = Object.keys(IMPORT_KINDS) as CommandKind[];

export function isKind(value: unknown): value is CommandKind {
  return typeof value === 'string' && Object.hasOwn(IMPORT_KINDS, value);
}
