import { Controller, Get, Param, Req, Res, UseFilters } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { CardPages, type CardTarget } from '../../board/card-pages.js';
import { Public } from '../access.js';
import { lineId } from '../path-id.js';
import { HttpProblem } from '../problems/problem.js';
import { Asked } from './asked.js';
import { knownDivision } from './board-controller.js';
import { BoardErrors } from './board-errors.js';
import { sendDrawing, sendPage } from './send-page.js';

/** Of what there is a drawing, by the tab that it is below. */
const DRAWN = new Map<string, 'fund' | 'asset'>([
  ['funds', 'fund'],
  ['assets', 'asset'],
]);

/** The pages of one fund, project or asset: below a division, since a reader comes from there and goes back there. */
@ApiExcludeController()
@Public()
@UseFilters(BoardErrors)
@Controller('board/:division')
export class CardController {
  constructor(private readonly pages: CardPages) {}

  @Get('funds/:book/:id')
  async fund(@Param() target: CardTarget, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    mustBeSane(target);
    const asked = new Asked(request);
    const card = await this.pages.fund(asked.setting(), target, asked.page(), asked.moment());
    request.changesByItself = card.changesByItself;
    sendPage(request, reply, card.text);
  }

  @Get('projects/:book/:id')
  async project(
    @Param() target: CardTarget,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    mustBeSane(target);
    const asked = new Asked(request);
    sendPage(request, reply, await this.pages.project(asked.setting(), target, asked.moment()));
  }

  @Get('assets/:book/:id')
  async asset(@Param() target: CardTarget, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    mustBeSane(target);
    const asked = new Asked(request);
    const card = await this.pages.asset(asked.setting(), target, asked.day('on'), asked.moment());
    request.changesByItself = card.changesByItself;
    sendPage(request, reply, card.text);
  }

  @Get(':tab/:book/:id/flow.svg')
  async flow(
    @Param() target: CardTarget & { tab: string },
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    mustBeSane(target);
    const kind = DRAWN.get(target.tab);
    if (kind === undefined) throw new HttpProblem('not_found', `Nothing is drawn of ${target.tab}.`);
    const asked = new Asked(request);
    const card = await this.pages.flow(target, kind, asked.moment(), asked.shape());
    request.changesByItself = card.changesByItself;
    sendDrawing(request, reply, card.text);
  }
}

/** Error: not_found. */
function mustBeSane({ division, id }: CardTarget): void {
  knownDivision(division);
  lineId(id);
}
