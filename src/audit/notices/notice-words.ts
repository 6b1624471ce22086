import type { DivisionLevel } from '../../domain/division.js';
import type { EventOf } from '../../domain/event.js';
import type { NoticeField } from '../../domain/notices/fields.js';
import type { NoticeType } from '../../domain/notices/types.js';
import { shown } from '../difference.js';
import type { Misfit } from '../shape.js';

type Published = EventOf<'notice.published'>['data'];

/** Digits of the code of a division. */
export const DIGITS: Readonly<Record<DivisionLevel, number>> = {
  province: 6,
  city: 6,
  county: 6,
  town: 9,
  village: 12,
};

const BUREAUS: readonly DivisionLevel[] = ['province', 'city', 'county'];
const BOARDS: readonly DivisionLevel[] = ['town', 'village'];
const ALL: readonly DivisionLevel[] = [...BUREAUS, ...BOARDS];

/** Who publishes a notice of a type, and what it must say beside its rows. */
interface Words {
  levels: readonly DivisionLevel[];
  fields: readonly NoticeField[];
  contact?: readonly ('address' | 'email')[];
}

const LIBRARY = 'projectNature schedule tasks fundingScale beneficiaries performanceTargets reductionMechanism';
const BEFORE =
  'location construction subsidyStandard fundSource implementationPeriod implementer performanceTargets reductionMechanism supervisionPhone';

const WORDS: Readonly<Record<NoticeType, Words>> = {
  identification: words(BOARDS, 'standard procedure result'),
  allocation_result: words(BUREAUS, 'basis'),
  annual_plan: words(BUREAUS, 'fundPlan projectArrangement planCompletion'),
  loans: words(ALL, 'borrowers loanPurpose loanLimit loanTerm loanRate interestSubsidy reductionMechanism'),
  sector_funds: words(BUREAUS, 'usage'),
  project_library: words(ALL, LIBRARY),
  project_before: words(ALL, BEFORE),
  project_after: words(ALL, 'fundUse projectResult acceptance performanceResult'),
  household_subsidy: words(['village'], 'subsidyStandard paymentMethod'),
  integration_plan: words(BUREAUS, 'basis projectArrangement'),
  asset_register: words(ALL),
  asset_income: words(ALL, 'incomeSharing'),
  donation: words(ALL, 'donors donationUse'),
  assessment_result: words(ALL, 'assessmentScope assessmentResult'),
  supervision: { ...words(ALL, 'supervisionPhone'), contact: ['address', 'email'] },
};

function words(levels: readonly DivisionLevel[], fields = ''): Words {
  return { levels, fields: fields.split(' ').filter((name) => name !== '') as NoticeField[] };
}

/** What a notice lacks of what one of its type must say, or that it is not for such a board. */
export function wordsMisfit(notice: Published): Misfit | undefined {
  const { type, level, division } = notice;
  const { levels, fields, contact = [] } = WORDS[type];
  if (!levels.includes(level) || division.length !== DIGITS[level])
    return { path: 'data.level', expected: `that of a ${type} and of its division`, found: shown({ level, division }) };
  const field = fields.find((name) => notice.fields[name] === undefined);
  const path = field === undefined ? contact.find((name) => notice[name] === undefined) : `fields.${field}`;
  if (path === undefined) return undefined;
  return { path: `data.${path}`, expected: `it in a notice of type ${type}`, found: shown(undefined) };
}
