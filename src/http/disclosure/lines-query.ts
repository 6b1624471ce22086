import { ApiProperty, OmitType } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsIn, IsInt, IsOptional, Max, Min } from 'class-validator';
import { LINE_ORDERS, type LineFilter, type LineOrder, type LineSort } from '../../disclosure/disclosure-reader.js';
import { DIVISION_LEVELS, DIVISION_PATTERN, type DivisionLevel } from '../../domain/division.js';
import { FUND_LEVELS, OWNER_KINDS, STAGES } from '../../domain/kinds.js';
import { NOTICE_STATES, type NoticeStanding } from '../../domain/notices/standing.js';
import type { Status } from '../../views/engine/cause.js';
import { invalidRequest } from '../problems/problem.js';
import { DIVISION_CODE, mustBe, oneOf } from '../validation/allowed.js';
import { ChoiceFilter, DayFilter, StatusFilter, TextFilter } from '../views/filters.js';
import { PageQuery } from '../views/moment-query.js';

export const FORMATS = ['json', 'csv', 'xlsx'] as const;
export type Format = (typeof FORMATS)[number];

const YEAR = { message: mustBe({ zh: '1949 至 2100 的年份', en: 'a year from 1949 to 2100' }) };

/** What every list of lines can be asked. */
export class LinesQuery extends PageQuery {
  @TextFilter(
    'Part of the name of what is told of, or of what the line speaks of (fund, project, asset, policy); a document number or the name of a paid person, in full; the beginning of a place name.',
    '道路',
  )
  q?: string;

  @TextFilter('Only lines of this book; needed with `atSeq` and `minSeq`.', '640121')
  book?: string;

  @ApiProperty({ type: 'integer', required: false, description: 'Fiscal year of a fund; else that of the date.' })
  @IsOptional()
  @Transform(({ value }) => (typeof value === 'string' && /^\d{4}$/.test(value) ? Number(value) : value))
  @IsInt(YEAR)
  @Min(1949, YEAR)
  @Max(2100, YEAR)
  year?: number;

  @TextFilter(
    'Level of a fund, category of a project, policy of a payout, class of an asset, `received` or `shared`, type of a notice.',
    'operating',
  )
  category?: string;

  @ChoiceFilter(FUND_LEVELS, 'Only what money of this level is in.')
  level?: string;

  @StatusFilter()
  status?: Status;

  @DayFilter('Not before this business date.')
  from?: string;

  @DayFilter('Not after this business date.')
  to?: string;

  @ApiProperty({ enum: LINE_ORDERS, default: 'date', required: false })
  @IsIn(LINE_ORDERS, { message: mustBe(oneOf(LINE_ORDERS)) })
  sort: LineOrder = 'date';

  @ApiProperty({ enum: ['asc', 'desc'], default: 'desc', required: false })
  @IsIn(['asc', 'desc'], { message: mustBe(oneOf(['asc', 'desc'])) })
  order: 'asc' | 'desc' = 'desc';

  @ApiProperty({
    enum: FORMATS,
    default: 'json',
    required: false,
    description: 'JSON comes by pages; `csv` and `xlsx` have all rows, whatever `limit` and `after` say.',
  })
  @IsIn(FORMATS, { message: mustBe(oneOf(FORMATS)) })
  format: Format = 'json';

  @ApiProperty({ enum: ['zh', 'en'], default: 'zh', required: false, description: 'Heads and words of CSV and XLSX.' })
  @IsIn(['zh', 'en'], { message: mustBe(oneOf(['zh', 'en'])) })
  lang: 'zh' | 'en' = 'zh';
}

export class ProjectLinesQuery extends LinesQuery {
  @ChoiceFilter(STAGES, 'Only projects at this stage.')
  stage?: string;
}

export class AssetLinesQuery extends LinesQuery {
  @ChoiceFilter(OWNER_KINDS, 'Only assets with an owner of this kind.')
  owner?: string;
}

export class NoticeLinesQuery extends OmitType(LinesQuery, ['level']) {
  @ChoiceFilter(DIVISION_LEVELS, 'Only notices for the board or site of a division of this level.')
  level?: DivisionLevel;

  @ChoiceFilter(NOTICE_STATES, 'Only notices that stand so, by the calendar.')
  state?: NoticeStanding;
}

export type AnyLinesQuery = LinesQuery &
  Pick<ProjectLinesQuery, 'stage'> &
  Pick<AssetLinesQuery, 'owner'> &
  Pick<NoticeLinesQuery, 'state'> & { noticeLevel?: DivisionLevel | undefined };

/** Error: invalid_request where an entry is named and no book, and where the days are the wrong way round. */
export function filterOf(query: AnyLinesQuery): LineFilter {
  const { q, book, year, category, level, status, from, to, stage, owner, state, noticeLevel } = query;
  if (book !== undefined && !DIVISION_PATTERN.test(book))
    throw invalidRequest([{ field: 'book', message: mustBe(DIVISION_CODE) }]);
  for (const field of ['atSeq', 'minSeq'] as const) {
    if (query[field] !== undefined && book === undefined)
      throw invalidRequest([
        { field, message: '指某一账套的记录,须同时填 `book` names an entry of one book, so `book` must be given too' },
      ]);
  }
  if (from !== undefined && to !== undefined && to < from)
    throw invalidRequest([{ field: 'to', message: '不得早于 `from` must not be before `from`' }]);
  const given = { q, book, year, category, level, status, from, to, stage, owner, state, noticeLevel };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as LineFilter;
}

export function sortOf({ sort, order }: LinesQuery): LineSort {
  return { by: sort, isDescending: order === 'desc' };
}
