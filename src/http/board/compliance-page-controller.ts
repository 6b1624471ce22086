import { Controller, Get, Param, Req, Res, UseFilters } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { CompliancePage } from '../../board/compliance/compliance-page.js';
import { Public } from '../access.js';
import { Asked } from './asked.js';
import { knownDivision } from './board-controller.js';
import { BoardErrors } from './board-errors.js';
import { sendPage } from './send-page.js';

/** What is owed to the public, for people. */
@ApiExcludeController()
@Public()
@UseFilters(BoardErrors)
@Controller('board/:division/compliance')
export class CompliancePageController {
  constructor(private readonly page: CompliancePage) {}

  @Get()
  async find(@Param('division') code: string, @Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    const asked = new Asked(request);
    sendPage(request, reply, await this.page.of(asked.setting(), knownDivision(code), asked.moment()));
  }
}
