import { Controller, Get, Param, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiOkResponse, ApiProperty, ApiTags } from '@nestjs/swagger';
import { type AssetClass } from '../../domain/assets/assets.js';
import { type Owner, type OwnerKind } from '../../domain/assets/owners.js';
import { ASSET_CLASSES, OWNER_KINDS } from '../../domain/kinds.js';
import { type AssetDetail, type AssetItem, AssetQuery, AssetsQuery } from '../../views/assets/assets-query.js';
import type { Status } from '../../views/engine/cause.js';
import { ROLES } from '../access/roles.js';
import { Allow } from '../access.js';
import { Reads, Tagged } from '../openapi/documented.js';
import { ApiPath, PathId } from '../path-id.js';
import { EntryAnswer, MadeAnswer, pageAnswer, Yuan } from './answers.js';
import { ChoiceFilter, DivisionFilter, StatusFilter } from './filters.js';
import { MomentQuery, momentOf, PageQuery, pageRequestOf } from './moment-query.js';

class AssetsRequest extends PageQuery {
  @DivisionFilter()
  division?: string;

  @ChoiceFilter(ASSET_CLASSES, 'Only this class.')
  class?: AssetClass;

  @StatusFilter()
  status?: Status;
}

class OwnerAnswer implements Owner {
  @ApiProperty({ enum: OWNER_KINDS, example: 'village' })
  kind!: OwnerKind;

  @ApiProperty({ description: 'Division code, credit code, or id of a beneficiary.', example: '640121100201' })
  id!: string;

  @ApiProperty({ required: false, description: 'Never of a household.', example: '永清村' })
  name?: string;

  @ApiProperty({ example: '1/3' })
  share!: string;
}

class AssetAnswer extends MadeAnswer implements AssetItem {
  @ApiProperty({ example: 'AS-1' })
  id!: string;

  @ApiProperty({ example: '养殖圈棚' })
  name!: string;

  @ApiProperty({ enum: ASSET_CLASSES, example: 'operating' })
  class!: AssetClass;

  @ApiProperty({ example: '设施' })
  category!: string;

  @ApiProperty({ example: '640121100201' })
  division!: string;

  @ApiProperty({ type: String, nullable: true, description: 'Null for an asset older than the book (期初).' })
  project!: string | null;

  @Yuan('Zero once it is reversed.')
  amount!: string;

  @ApiProperty({ type: [OwnerAnswer], description: 'Who owns it; the shares add to 1.' })
  owners!: OwnerAnswer[];

  @ApiProperty({ type: String, nullable: true })
  operator!: string | null;

  @ApiProperty({ type: String, nullable: true, description: '管护人.' })
  custodian!: string | null;

  @ApiProperty({ type: String, format: 'date', nullable: true, example: '2016-07-13' })
  acquiredOn!: string | null;
}

class SourceAnswer {
  @ApiProperty({ example: 'F-1' })
  fund!: string;

  @Yuan()
  amount!: string;
}

class OwnershipAnswer extends EntryAnswer {
  @ApiProperty({ type: [OwnerAnswer] })
  owners!: OwnerAnswer[];

  @ApiProperty({ type: String, nullable: true, description: 'Null for the owners it was registered with.' })
  reason!: string | null;

  @ApiProperty({ type: [String], example: ['宁财农〔2016〕12号'] })
  documents!: string[];

  @ApiProperty({ type: 'integer', nullable: true })
  reversedBy!: number | null;
}

class AssetDetailAnswer extends AssetAnswer implements AssetDetail {
  @ApiProperty({ type: [SourceAnswer], description: 'What it was made with, fund by fund.' })
  sources!: SourceAnswer[];

  @ApiProperty({ type: [OwnershipAnswer] })
  ownerships!: OwnershipAnswer[];

  @ApiProperty({ type: 'integer', description: 'Entry of the book at which the answer stands.' })
  seq!: number;
}

const AssetsPage = pageAnswer(AssetAnswer);

@ApiTags('assets')
@ApiPath('book')
@Controller('v1/books/:book/assets')
@Allow(...ROLES)
export class AssetViewsController {
  constructor(private readonly queries: QueryBus) {}

  @Get()
  @Tagged()
  @Reads('The register of assets', 'book_unknown', 'view_behind')
  @ApiOkResponse({ type: AssetsPage })
  list(@Param('book') book: string, @Query() query: AssetsRequest) {
    return this.queries.execute(new AssetsQuery(book, query, momentOf(query), pageRequestOf(query)));
  }

  @Get(':asset')
  @ApiPath('asset')
  @Tagged()
  @Reads('An asset: what it was made with, and who has owned it', 'book_unknown', 'asset_unknown', 'view_behind')
  @ApiOkResponse({ type: AssetDetailAnswer })
  find(
    @Param('book') book: string,
    @PathId({ name: 'asset', unknown: 'asset_unknown' }) asset: string,
    @Query() query: MomentQuery,
  ) {
    return this.queries.execute(new AssetQuery(book, asset, momentOf(query)));
  }
}
