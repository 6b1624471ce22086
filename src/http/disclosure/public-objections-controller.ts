import { Body, Controller, Get, Header, Param, Post, Req, Res } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiCreatedResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ObjectionReader } from '../../disclosure/objection-reader.js';
import type { Receipt } from '../../log/book-log.js';
import { ObjectionDesk } from '../../vault/objections/file-objection.js';
import { Public } from '../access.js';
import { FiledAnswer, FileObjectionBody, FollowedObjectionAnswer } from '../bodies/objections.js';
import { ReadsOpenly } from '../openapi/documented.js';
import { PostsOpenly } from '../openapi/documented-post.js';
import { ApiPath, PathBook } from '../path-id.js';
import { idempotencyKey } from '../postings/idempotency-key.js';
import { bodyJudge } from '../validation/body-judge.js';
import { FILING, FOLLOWING } from './objection-rates.js';

const judgeObjection = bodyJudge(FileObjectionBody);

/** 异议、举报: anybody files one, without a token and without a name, and follows it up by a code. */
@ApiTags('disclosure')
@Controller('v1/disclosure')
@Public()
export class PublicObjectionsController {
  constructor(
    private readonly desk: ObjectionDesk,
    private readonly reader: ObjectionReader,
  ) {}

  @Post('books/:book/objections')
  @ApiPath('book')
  @RouteConfig(FILING)
  @Header('cache-control', 'no-store')
  @PostsOpenly(
    'objection',
    'Files an objection (异议) or a report (举报); text, name and telephone are read by the bureau alone',
  )
  @ApiCreatedResponse({ type: FiledAnswer, description: 'Recorded, for ever; the code is told to nobody else.' })
  async file(
    @PathBook() book: string,
    @Req() request: FastifyRequest,
    @Body() given: FileObjectionBody,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<FiledAnswer> {
    const key = idempotencyKey(request);
    const body = judgeObjection(given) as FileObjectionBody;
    const { replayed, ...posted } = await this.desk.file(book, key, body);
    if (replayed) reply.header('idempotency-replayed', 'true');
    const receipt = JSON.parse(posted.receipt) as Receipt;
    return { ...posted, receipt, objection: posted.id, dueOn: await this.reader.dueOn(book, posted.seq) };
  }

  @Get('objections/:code')
  @ApiPath('code')
  @RouteConfig(FOLLOWING)
  @Header('cache-control', 'no-store')
  @ReadsOpenly(
    'What became of an objection or report, by the code of its author',
    'objection_unknown',
    'rate_limited',
    'view_behind',
  )
  @ApiOkResponse({ type: FollowedObjectionAnswer })
  async follow(@Param('code') code: string): Promise<FollowedObjectionAnswer> {
    const { filed, answered, state } = await this.reader.follow(code);
    const { book, seq, data, effectiveDate } = filed;
    return {
      book,
      objection: data.id,
      seq,
      kind: data.kind,
      notice: data.notice ?? null,
      row: data.row ?? null,
      entry: data.entry ?? null,
      filedOn: effectiveDate,
      dueOn: data.dueOn,
      state,
      outcome: answered?.data.outcome ?? null,
      answer: answered?.data.answer ?? null,
      answeredBy: answered?.seq ?? null,
    };
  }
}
