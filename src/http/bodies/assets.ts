import {
  type AssetClass,
  type ChangeOwnership,
  type OpeningLine,
  type RegisterAsset,
} from '../../domain/assets/assets.js';
import { type Owner, type OwnerKind } from '../../domain/assets/owners.js';
import { type FundLevel, type FundNature } from '../../domain/funds/register-fund.js';
import { ASSET_CLASSES, FUND_LEVELS, FUND_NATURES, OWNER_KINDS } from '../../domain/kinds.js';
import { isShare } from '../../domain/share.js';
import { Amount, Choice, Day, Id, Judged, ListOf, Text, Together } from '../validation/fields.js';
import { CommonBody, Division, LINES, LineBody, MAX_LINES } from './common.js';

export class OwnerBody implements Owner {
  @Choice(OWNER_KINDS, { about: 'What the owner is.', example: 'village' })
  kind!: OwnerKind;

  @Id({
    about: 'Division code, unified social credit code, or beneficiary id of a household.',
    example: '640121100201',
  })
  id!: string;

  @Text({ about: 'Name of an organisation; never of a household.', example: '杨和村股份经济合作社', optional: true })
  name?: string;

  @Judged(
    (value) => typeof value === 'string' && isShare(value),
    { zh: '大于 0、不超过 1 的分数,如 "1/3" 或 "1"', en: 'a fraction above 0 and up to 1, such as "1/3" or "1"' },
    {
      about: 'Exact; the shares of all owners add to 1.',
      example: '1/3',
    },
  )
  share!: string;
}

export class OpeningLineBody implements OpeningLine {
  @Choice(FUND_LEVELS, { about: '层级.', example: 'central' })
  level!: FundLevel;

  @Choice(FUND_NATURES, { about: '性质.', example: 'special' })
  nature!: FundNature;

  @Amount({ about: 'Yuan.' })
  amount!: string;
}

const OWNERS = {
  about: 'Who owns it, with shares.',
  max: MAX_LINES,
  what: { zh: '每项为 {kind, id, name, share}', en: 'owners {kind, id, name, share}' },
};

/** Out of the work in progress of a project; or, for an asset older than the book (期初), by its opening lines. */
function hasOneSource(body: Record<string, unknown>): boolean {
  const { project, lines, amount, opening } = body;
  if (opening !== undefined) return project === undefined && lines === undefined && amount === undefined;
  return project !== undefined && (lines === undefined) !== (amount === undefined);
}

@Together(hasOneSource, 'project', {
  zh: '须与 lines 或 amount 之一同填;或只填 opening,不填这三项',
  en: 'must be given with either lines or amount; or opening alone, without the three',
})
export class RegisterAssetBody extends CommonBody implements RegisterAsset {
  @Id({
    about: 'Made by the service where absent. Opening lines become funds called <id>.1, <id>.2 and so on.',
    example: 'AS-1',
    max: 60,
    optional: true,
  })
  id?: string;

  @Text({ about: 'Name.', example: '蔬菜大棚 12 栋' })
  name!: string;

  @Choice(ASSET_CLASSES, { about: '经营性, 公益性, 到户.', example: 'operating' })
  class!: AssetClass;

  @Text({ about: 'Kind of asset.', example: '农业设施' })
  category!: string;

  @Division({ about: 'Where it stands, inside the division of the book.', example: '640121100201' })
  division!: string;

  @Id({ about: 'Project whose work in progress it comes out of.', example: 'P-1', optional: true })
  project?: string;

  @ListOf(LineBody, { ...LINES, optional: true })
  lines?: LineBody[];

  @Amount({ about: 'Yuan, instead of lines: split over the funds in the work in progress.', optional: true })
  amount?: string;

  @ListOf(OpeningLineBody, {
    about: 'Where the money of an asset older than the book came from, a trillion yuan in all at most.',
    max: MAX_LINES,
    what: { zh: '每项为 {level, nature, amount}', en: 'lines {level, nature, amount}' },
    optional: true,
  })
  opening?: OpeningLineBody[];

  @ListOf(OwnerBody, OWNERS)
  owners!: OwnerBody[];

  @Text({ about: 'Organisation that runs it.', example: '某农业合作社', optional: true })
  operator?: string;

  @Text({
    about: '管护人: the unit or post that keeps it; never a person by name.',
    example: '杨和村村民委员会',
    optional: true,
  })
  custodian?: string;

  @Day({ about: 'The effective date where absent.', optional: true })
  acquiredOn?: string;
}

/** New owners of the asset in the path. */
export class ChangeOwnershipBody extends CommonBody implements Omit<ChangeOwnership, 'asset'> {
  @Id({ about: 'Made by the service where absent.', example: 'OC-1', optional: true })
  id?: string;

  @ListOf(OwnerBody, OWNERS)
  owners!: OwnerBody[];

  @Text({ about: 'Why.', example: '确权到村' })
  reason!: string;
}
