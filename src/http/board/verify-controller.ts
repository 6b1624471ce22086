import { Controller, Get, Param, Req, Res, UseFilters } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ProofPages } from '../../board/verify/proof-pages.js';
import { Public } from '../access.js';
import { PathBook, PathId, pathSeq } from '../path-id.js';
import { Asked } from './asked.js';
import { BoardErrors } from './board-errors.js';
import { sendPage } from './send-page.js';

const NOTICE = { name: 'notice', unknown: 'notice_unknown' } as const;

/** Pages on which the reader's own browser checks what stands on them; the code on a printed notice leads here. */
@ApiExcludeController()
@Public()
@UseFilters(BoardErrors)
@Controller('verify/:book')
export class VerifyController {
  constructor(private readonly pages: ProofPages) {}

  @Get('notices/:notice')
  async notice(
    @PathBook() book: string,
    @PathId(NOTICE) id: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const asked = new Asked(request);
    sendPage(request, reply, await this.pages.notice(asked.setting(), book, id, asked.moment()));
  }

  @Get(':seq')
  async entry(
    @PathBook() book: string,
    @Param('seq') seq: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const asked = new Asked(request);
    sendPage(request, reply, await this.pages.entry(asked.setting(), book, pathSeq(seq), asked.moment()));
  }

  /** The bytes that are hashed, for `verify-receipt --entry`. */
  @Get(':seq/entry')
  async bytes(@PathBook() book: string, @Param('seq') seq: string, @Res() reply: FastifyReply): Promise<void> {
    const bytes = await this.pages.bytes(book, pathSeq(seq));
    await reply
      .header('content-type', 'application/json; charset=utf-8')
      .header('cache-control', 'public, max-age=31536000, immutable')
      .header('x-content-type-options', 'nosniff')
      .send(bytes);
  }
}
