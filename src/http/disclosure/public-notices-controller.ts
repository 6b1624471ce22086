import { Controller, Get, Param, Query, Res } from '@nestjs/common';
import { ApiExtraModels, ApiOkResponse, ApiProduces, ApiTags, PickType } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { NoticeReader } from '../../disclosure/notice-reader.js';
import { PhotoStore } from '../../disclosure/photos/photo-store.js';
import { NOTICE_RULES } from '../../domain/notices/types.js';
import { Public } from '../access.js';
import { NOTICE_PARTS, ShownNoticeAnswer } from '../bodies/notice-answers.js';
import { ReadsOpenly } from '../openapi/documented.js';
import { ApiPath, PathBook, PathId } from '../path-id.js';
import { HttpProblem } from '../problems/problem.js';
import { MomentQuery, momentOf } from '../views/moment-query.js';

const NOTICE = { name: 'notice', unknown: 'notice_unknown' } as const;
const SHA256 = /^[0-9a-f]{64}$/;

class NoticeQuery extends PickType(MomentQuery, ['asOf']) {}

/** Published notices, for everybody. */
@ApiTags('disclosure')
@ApiPath('book')
@ApiExtraModels(...NOTICE_PARTS)
@Controller('v1/disclosure/books/:book')
@Public()
export class PublicNoticesController {
  constructor(
    private readonly reader: NoticeReader,
    private readonly photos: PhotoStore,
  ) {}

  @Get('notices/:notice')
  @ApiPath('notice')
  @ReadsOpenly(
    'A notice with its rows, derived again from the entries up to the pinned one',
    'invalid_request',
    'book_unknown',
    'notice_unknown',
    'view_behind',
  )
  @ApiOkResponse({ type: ShownNoticeAnswer })
  async notice(
    @PathBook() book: string,
    @PathId(NOTICE) id: string,
    @Query() query: NoticeQuery,
  ): Promise<ShownNoticeAnswer> {
    const { event, standing, ...shown } = await this.reader.read(book, id, momentOf(query));
    const { seq, recordedAt, data } = event;
    return {
      book,
      seq,
      recordedAt,
      notice: data,
      ...standing,
      ...shown,
      columns: [...NOTICE_RULES[data.type].columns],
    };
  }

  @Get('photos/:sha256')
  @ApiPath('sha256')
  @ReadsOpenly(
    'A photo that shows a notice posted, as its hash stands in the log',
    'book_unknown',
    'not_found',
    'photo_changed',
  )
  @ApiProduces('image/jpeg', 'image/png', 'image/webp')
  @ApiOkResponse({ description: 'The picture.', schema: { type: 'string', format: 'binary' } })
  async photo(@PathBook() book: string, @Param('sha256') sha256: string, @Res() reply: FastifyReply): Promise<void> {
    const photo = SHA256.test(sha256) ? await this.photos.read(book, sha256) : undefined;
    if (photo === undefined) throw new HttpProblem('not_found', 'No entry of this book has such a photo.');
    await reply
      .header('content-type', photo.mediaType)
      .header('x-content-type-options', 'nosniff')
      .header('cache-control', 'public, max-age=31536000, immutable')
      .send(photo.bytes);
  }
}
