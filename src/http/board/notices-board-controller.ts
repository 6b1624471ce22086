import { Controller, Get, Param, Req, Res, UseFilters } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { NoticeBoard } from '../../board/notices/notice-board.js';
import { PaperPrinter } from '../../board/paper/paper-printer.js';
import { Public } from '../access.js';
import { knows } from '../disclosure/known-tag.js';
import { PathBook, PathId } from '../path-id.js';
import { Asked } from './asked.js';
import { knownDivision } from './board-controller.js';
import { BoardErrors } from './board-errors.js';
import { sendPage } from './send-page.js';

const NOTICE = { name: 'notice', unknown: 'notice_unknown' } as const;
const PDF = '.pdf';

/** Notices as they hang on a board, and as they are printed. */
@ApiExcludeController()
@Public()
@UseFilters(BoardErrors)
@Controller('board/:division/notices')
export class NoticesBoardController {
  constructor(
    private readonly board: NoticeBoard,
    private readonly printer: PaperPrinter,
  ) {}

  @Get(':book/:notice')
  async show(
    @Param('division') division: string,
    @PathBook() book: string,
    @PathId(NOTICE) name: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const within = knownDivision(division);
    if (name.endsWith(PDF)) {
      await this.print({ within, book, id: name.slice(0, -PDF.length) }, request, reply);
      return;
    }
    const asked = new Asked(request);
    const address = { within, book, id: name };
    const { page, showsPersons } = await this.board.show(asked.setting(), address, asked.moment());
    request.changesByItself = showsPersons;
    sendPage(request, reply, page);
  }

  private async print(
    address: { within: string; book: string; id: string },
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<void> {
    const paper = await this.board.paper(address);
    const etag = this.printer.etagOf(paper);
    reply.header('etag', etag).header('cache-control', 'public, no-cache').header('x-content-type-options', 'nosniff');
    if (knows(request.headers['if-none-match'], etag)) {
      await reply.code(304).send();
      return;
    }
    const bytes = await this.printer.print(paper);
    await reply
      .header('content-type', 'application/pdf')
      .header('content-disposition', `inline; filename="${address.book}-${address.id}.pdf"`)
      .send(bytes);
  }
}
