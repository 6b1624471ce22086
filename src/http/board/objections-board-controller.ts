import { randomUUID } from 'node:crypto';
import { Body, Controller, Get, Inject, Param, Post, Req, Res, UseFilters } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { NoticeBoard } from '../../board/notices/notice-board.js';
import type { DraftErrors, ObjectionDraft } from '../../board/notices/objection-form.js';
import type { Setting } from '../../board/page.js';
import { ObjectionReader } from '../../disclosure/objection-reader.js';
import { Refusal } from '../../domain/refusal.js';
import { IdempotencyKeyReused } from '../../posting/failures.js';
import { SETTINGS, type Settings } from '../../settings.js';
import { ObjectionDesk } from '../../vault/objections/file-objection.js';
import { Public } from '../access.js';
import { FileObjectionBody } from '../bodies/objections.js';
import { FILING, FOLLOWING } from '../disclosure/objection-rates.js';
import { PathBook, PathId } from '../path-id.js';
import { HttpProblem } from '../problems/problem.js';
import { bodyJudge } from '../validation/body-judge.js';
import { Asked } from './asked.js';
import { knownDivision } from './board-controller.js';
import { BoardErrors } from './board-errors.js';
import { draftOf, errorsOf, objectionOf } from './objection-draft.js';
import { sendPage } from './send-page.js';

const NOTICE = { name: 'notice', unknown: 'notice_unknown' } as const;
const EMPTY = { kind: 'objection', row: '', text: '', name: '', phone: '' };

const judgeObjection = bodyJudge(FileObjectionBody);

/** 异议、举报 for people: forms that need no script. The rules and the rates are those of the JSON routes. */
@ApiExcludeController()
@Public()
@UseFilters(BoardErrors)
@Controller('board')
export class ObjectionsBoardController {
  constructor(
    private readonly board: NoticeBoard,
    private readonly desk: ObjectionDesk,
    private readonly reader: ObjectionReader,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  @Get(':division/notices/:book/:notice/objection')
  async form(
    @Param('division') division: string,
    @PathBook() book: string,
    @PathId(NOTICE) id: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const draft = { ...EMPTY, token: randomUUID() };
    const address = { within: knownDivision(division), book, id };
    const page = await this.board.objectionForm(new Asked(request).setting(), address, draft, {});
    sendPage(request, reply, page, 'no-store');
  }

  @Post(':division/notices/:book/:notice/objection')
  @RouteConfig(FILING)
  async file(
    @Param('division') division: string,
    @PathBook() book: string,
    @PathId(NOTICE) id: string,
    @Req() request: FastifyRequest,
    @Body() fields: unknown,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    this.refuseForeign(request);
    const [setting, draft] = [new Asked(request).setting(), draftOf(fields)];
    const address = { within: knownDivision(division), book, id };
    const filed = await this.fileDraft(setting, book, id, draft);
    if ('errors' in filed) {
      // The same words under a new token: the old one may stand for what was filed before.
      const again = { ...draft, token: randomUUID() };
      const page = await this.board.objectionForm(setting, address, again, filed.errors);
      sendPage(request, reply.code(422), page, 'no-store');
      return;
    }
    sendPage(request, reply.code(201), this.board.filed(setting, address, filed.code, filed.dueOn), 'no-store');
  }

  @Get('objections')
  followForm(@Req() request: FastifyRequest, @Res() reply: FastifyReply): void {
    sendPage(request, reply, this.board.follow(new Asked(request).setting(), undefined));
  }

  @Post('objections')
  @RouteConfig(FOLLOWING)
  async follow(@Req() request: FastifyRequest, @Body() fields: unknown, @Res() reply: FastifyReply): Promise<void> {
    this.refuseForeign(request);
    const code = (fields instanceof URLSearchParams ? fields.get('code') : null) ?? '';
    const found = await this.reader.follow(code.replace(/\s+/g, '')).catch((error: unknown) => {
      if (error instanceof Refusal && error.code === 'objection_unknown') return 'unknown' as const;
      throw error;
    });
    reply.code(found === 'unknown' ? 404 : 200);
    sendPage(request, reply, this.board.follow(new Asked(request).setting(), found), 'no-store');
  }

  private async fileDraft(
    setting: Setting,
    book: string,
    notice: string,
    draft: ObjectionDraft,
  ): Promise<{ code: string; dueOn: string } | { errors: DraftErrors }> {
    try {
      const body = judgeObjection(objectionOf(draft, notice)) as FileObjectionBody;
      const { code, seq } = await this.desk.file(book, draft.token, body);
      return { code, dueOn: await this.reader.dueOn(book, seq) };
    } catch (error) {
      const isTheirs =
        error instanceof HttpProblem || error instanceof Refusal || error instanceof IdempotencyKeyReused;
      if (!isTheirs) throw error;
      return { errors: errorsOf(error, setting.say) };
    }
  }

  /** A page of another site may not file in its reader's name, nor from its reader's address. Error: forbidden. */
  private refuseForeign({ headers }: FastifyRequest): void {
    const { origin, host } = headers;
    const isForeign =
      headers['sec-fetch-site'] === 'cross-site' ||
      (origin !== undefined && origin !== new URL(this.settings.publicUrl).origin && URL.parse(origin)?.host !== host);
    if (isForeign) throw new HttpProblem('forbidden', 'This form is sent from its own page only.');
  }
}
