import { Controller, Get, Param, Req, Res, UseFilters } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { BoardPages } from '../../board/board-pages.js';
import { ListPages } from '../../board/list-pages.js';
import { TAB_OF } from '../../board/page.js';
import { KIOSK_WORKER } from '../../board/public-files.js';
import type { LineKind } from '../../disclosure/lines.js';
import { DivisionTable } from '../../divisions/division-table.js';
import { DIVISION_PATTERN } from '../../domain/division.js';
import { Public } from '../access.js';
import { HttpProblem } from '../problems/problem.js';
import { Asked } from './asked.js';
import { BoardErrors } from './board-errors.js';
import { sendDrawing, sendPage, sendWorker } from './send-page.js';

const KINDS = new Map(Object.entries(TAB_OF).map(([kind, tab]) => [tab as string, kind as LineKind]));

/** The board that people read; the same facts as JSON are under `/v1/disclosure`. */
@ApiExcludeController()
@Public()
@UseFilters(BoardErrors)
@Controller('board')
export class BoardController {
  constructor(
    private readonly pages: BoardPages,
    private readonly lists: ListPages,
  ) {}

  @Get()
  async entry(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const asked = new Asked(request);
    sendPage(request, reply, await this.pages.entry(asked.setting(), asked.moment()));
  }

  @Get('search')
  async search(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const asked = new Asked(request);
    const page = await this.pages.search(asked.setting(), asked.text('q') ?? '', asked.within(), asked.moment());
    sendPage(request, reply, page);
  }

  @Get('kiosk-worker.js')
  worker(@Req() request: FastifyRequest, @Res() reply: FastifyReply): void {
    sendWorker(request, reply, KIOSK_WORKER);
  }

  @Get(':division')
  async home(
    @Param('division') code: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const asked = new Asked(request);
    sendPage(request, reply, await this.pages.home(asked.setting(), knownDivision(code), asked.moment()));
  }

  @Get(':division/money.svg')
  async moneyFlow(
    @Param('division') code: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const asked = new Asked(request);
    const shape = asked.shape();
    sendDrawing(
      request,
      reply,
      await this.pages.moneyFlow(asked.setting(), knownDivision(code), asked.moment(), shape),
    );
  }

  @Get(':division/:tab')
  async list(
    @Param('division') code: string,
    @Param('tab') tab: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const asked = new Asked(request);
    const division = knownDivision(code);
    const kind = KINDS.get(tab);
    if (kind === undefined) throw new HttpProblem('not_found', `There is no page ${tab}.`);
    const page = await this.lists.list({
      setting: asked.setting(),
      kind,
      division,
      filter: asked.filter(kind),
      sort: asked.sort(),
      page: asked.page(),
      moment: asked.moment(),
    });
    request.changesByItself = kind === 'payout';
    sendPage(request, reply, page);
  }

  /** What no other route takes. */
  @Get('*')
  unknown(): never {
    throw new HttpProblem('not_found', 'There is no such page.');
  }
}

/** One in use, or a former one, whose pages tell what was recorded under it. Error: not_found. */
export function knownDivision(code: string): string {
  const table = DivisionTable.get();
  if (DIVISION_PATTERN.test(code) && (table.find(code) ?? table.formerly(code)) !== undefined) return code;
  throw new HttpProblem('not_found', 'There is no such division.');
}
