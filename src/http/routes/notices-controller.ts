import { Body, Controller, HttpCode, Param, Post, Query, Req, Res } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiCreatedResponse, ApiExtraModels, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { NoticeReader } from '../../disclosure/notice-reader.js';
import { EvidenceDesk } from '../../disclosure/photos/evidence-desk.js';
import { NOTICE_RULES } from '../../domain/notices/types.js';
import type { Caller } from '../access/roles.js';
import { Allow, TheCaller } from '../access.js';
import { PostedAnswer } from '../bodies/common.js';
import { NOTICE_PARTS, NoticePreviewAnswer } from '../bodies/notice-answers.js';
import { EvidenceQuery, PublishNoticeBody } from '../bodies/notices.js';
import { Reads } from '../openapi/documented.js';
import { Posts } from '../openapi/documented-post.js';
import { ApiPath, PathId } from '../path-id.js';
import { idempotencyKey } from '../postings/idempotency-key.js';
import { HttpProblem } from '../problems/problem.js';
import { bodyJudge } from '../validation/body-judge.js';

const NOTICE = { name: 'notice', unknown: 'notice_unknown' } as const;

const judgeNotice = bodyJudge(PublishNoticeBody);

@ApiTags('notices')
@ApiPath('book')
@ApiExtraModels(...NOTICE_PARTS)
@Controller('v1/books/:book/notices')
@Allow('publisher', 'clerk')
export class NoticesController {
  constructor(
    private readonly reader: NoticeReader,
    private readonly evidence: EvidenceDesk,
  ) {}

  @Post('preview')
  @HttpCode(200)
  @Reads(
    'The rows of a notice and what it lacks, before it is published; records nothing and needs no key',
    'body_too_large',
    'unsupported_media_type',
    'book_unknown',
    'division_outside_book',
    'notice_level_mismatch',
    'notice_covers_mismatch',
    'entry_unknown',
    'notice_entry_unfit',
    'holder_unknown',
    'project_unknown',
    'fund_unknown',
    'asset_unknown',
  )
  @ApiOkResponse({ type: NoticePreviewAnswer })
  async preview(@Param('book') book: string, @Body() given: PublishNoticeBody): Promise<NoticePreviewAnswer> {
    const body = judgeNotice(given) as PublishNoticeBody;
    return { ...(await this.reader.preview(book, body)), columns: [...NOTICE_RULES[body.type].columns] };
  }

  @Post(':notice/evidence')
  @ApiPath('notice')
  @ApiConsumes('image/jpeg', 'image/png', 'image/webp')
  @ApiBody({ description: 'The photo, at most 5 MB.', schema: { type: 'string', format: 'binary' } })
  @ApiCreatedResponse({ type: PostedAnswer, description: 'Recorded, for ever.' })
  @Posts(
    'notice_evidence',
    'Adds a photo that shows a notice posted; what the camera wrote beside the picture is not kept',
  )
  async addEvidence(
    @TheCaller() { actor }: Caller,
    @Param('book') book: string,
    @PathId(NOTICE) notice: string,
    @Query() { takenAt, place }: EvidenceQuery,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const key = idempotencyKey(request);
    const { body } = request;
    if (!Buffer.isBuffer(body))
      throw new HttpProblem('unsupported_media_type', 'The body must be a photo: image/jpeg, image/png or image/webp.');
    const where = { notice, takenAt: new Date(takenAt).toISOString(), place };
    const { replayed, ...posted } = await this.evidence.post({ book, key, actor }, body, where);
    if (replayed) reply.header('idempotency-replayed', 'true');
    return posted;
  }
}
