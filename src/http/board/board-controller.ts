import { Controller, Get, Header, Param, Query, Req } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { IsIn, IsOptional } from 'class-validator';
import type { FastifyRequest } from 'fastify';
import { BoardPages } from '../../board/board-pages.js';
import { type Setting, TAB_OF } from '../../board/page.js';
import { sayIn } from '../../board/words.js';
import type { LineKind } from '../../disclosure/lines.js';
import { DivisionTable } from '../../divisions/division-table.js';
import { Public } from '../access.js';
import { HttpProblem } from '../problems/problem.js';
import { momentOf, PageQuery, pageRequestOf } from '../views/moment-query.js';

class BoardQuery extends PageQuery {
  @IsOptional()
  @IsIn(['zh', 'en'], { message: 'must be zh or en' })
  lang?: 'zh' | 'en';

  @IsOptional()
  @IsIn(['1'], { message: 'must be 1' })
  kiosk?: '1';
}

const KINDS = new Map(Object.entries(TAB_OF).map(([kind, tab]) => [tab as string, kind as LineKind]));

/** The board that people read; the same facts as JSON are under `/v1/disclosure`. */
@ApiExcludeController()
@Public()
@Controller('board')
export class BoardController {
  constructor(private readonly pages: BoardPages) {}

  @Get(':division')
  @Header('content-type', 'text/html; charset=utf-8')
  home(@Param('division') division: string, @Query() query: BoardQuery, @Req() request: FastifyRequest) {
    return this.pages.home(settingOf(query, request), known(division), momentOf(query));
  }

  @Get(':division/:tab')
  @Header('content-type', 'text/html; charset=utf-8')
  list(
    @Param('division') division: string,
    @Param('tab') tab: string,
    @Query() query: BoardQuery,
    @Req() request: FastifyRequest,
  ) {
    const kind = KINDS.get(tab);
    if (kind === undefined) throw new HttpProblem('not_found', `There is no page ${tab}.`);
    const sort = { by: 'date', isDescending: true } as const;
    return this.pages.list(
      settingOf(query, request),
      kind,
      known(division),
      {},
      sort,
      pageRequestOf(query),
      momentOf(query),
    );
  }
}

function known(division: string): string {
  if (DivisionTable.get().find(division) !== undefined) return division;
  throw new HttpProblem('not_found', `There is no division ${division}.`);
}

function settingOf({ lang = 'zh', kiosk, asOf }: BoardQuery, request: FastifyRequest): Setting {
  const url = new URL(request.url, 'http://board');
  return { lang, say: sayIn(lang), url, asOf, kiosk: kiosk === '1' };
}
