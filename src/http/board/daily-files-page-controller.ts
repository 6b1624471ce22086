import { Controller, Get, Param, Req, Res, UseFilters } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { DailyFilesPage } from '../../board/daily-files.js';
import { Public } from '../access.js';
import { Asked } from './asked.js';
import { knownDivision } from './board-controller.js';
import { BoardErrors } from './board-errors.js';
import { sendPage } from './send-page.js';

/** The files of the days, for people. */
@ApiExcludeController()
@Public()
@UseFilters(BoardErrors)
@Controller('board/:division/files')
export class DailyFilesPageController {
  constructor(private readonly page: DailyFilesPage) {}

  @Get()
  async find(@Param('division') code: string, @Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    const asked = new Asked(request);
    request.changesByItself = true;
    sendPage(request, reply, await this.page.of(asked.setting(), knownDivision(code), asked.day('after')));
  }
}
