import { Readable } from 'node:stream';
import { Controller, Get, Inject, Param, Query, Req, Res } from '@nestjs/common';
import { ApiOkResponse, ApiProperty, ApiTags } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsInt, IsOptional, Max, Min, ValidateBy } from 'class-validator';
import type { FastifyReply, FastifyRequest } from 'fastify';
import {
  DAILY_FORMATS,
  DAILY_NAMES,
  type DailyFile,
  type Edition,
  SUMS_NAME,
  sumsOf,
} from '../../disclosure/daily/daily-file.js';
import { DailyStore } from '../../disclosure/daily/daily-store.js';
import { LINE_KINDS } from '../../disclosure/lines.js';
import { nameOf } from '../../disclosure/published-lines.js';
import { SETTINGS, type Settings } from '../../settings.js';
import { Public } from '../access.js';
import { ReadsOpenly, Tagged } from '../openapi/documented.js';
import { ApiPath } from '../path-id.js';
import { HttpProblem } from '../problems/problem.js';
import { DAY, mustBe, wholeNumber } from '../validation/allowed.js';
import { isDay } from '../validation/values.js';
import { knownDivision } from './divisions-controller.js';
import { isSameText } from './fresh-answer.js';
import { knows } from './known-tag.js';
import { address, BOOKS, choice, day, list, nullable, object, text, whole } from './line-schemas.js';

const LIMIT = { message: mustBe(wholeNumber(1, 100)) };
const FOR_EVER = 'public, max-age=31536000, immutable';

class DailyFilesQuery {
  @ApiProperty({ type: 'integer', minimum: 1, maximum: 100, default: 20, required: false })
  @Transform(({ value }) => (typeof value === 'string' && /^\d{1,3}$/.test(value) ? Number(value) : value))
  @IsInt(LIMIT)
  @Min(1, LIMIT)
  @Max(100, LIMIT)
  limit = 20;

  @ApiProperty({ format: 'date', required: false, description: '`next` of the page before: only earlier days.' })
  @IsOptional()
  @ValidateBy({ name: 'isDay', validator: { validate: isDay } }, { message: mustBe(DAY) })
  after?: string;
}

const file = object({
  name: { ...text, example: 'funds.csv.gz' },
  kind: { ...nullable(choice(...LINE_KINDS)), description: 'Null, as `format`, of a file that another version made.' },
  format: nullable(choice(...DAILY_FORMATS)),
  rows: whole,
  bytes: whole,
  sha256: { ...text, description: 'Of the file as it is sent.' },
  contentSha256: { ...text, description: 'Of what is packed in it.' },
  url: address,
});

/** All that is disclosed of a division in files, one set a day, for those who want it whole. */
@ApiTags('disclosure')
@Controller('v1/disclosure')
@Public()
export class DailyFilesController {
  constructor(
    private readonly daily: DailyStore,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  @Get('divisions/:division/files')
  @ApiPath('division')
  @Tagged()
  @ReadsOpenly(
    'Files with all lines of a division, a set for each day, the latest first',
    'invalid_request',
    'not_found',
    'rate_limited',
  )
  @ApiOkResponse({
    schema: object({
      code: text,
      name: text,
      items: list(object({ day, books: BOOKS, sums: address, files: list(file) })),
      next: nullable(day),
    }),
  })
  async list(
    @Param('division') code: string,
    @Query() { limit, after }: DailyFilesQuery,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const division = knownDivision(code);
    request.changesByItself = true;
    const found = await this.daily.list(division, limit + 1, after);
    const shown = found.slice(0, limit);
    const next = found.length > limit ? (shown.at(-1)?.day ?? null) : null;
    const items = shown.map((edition) => this.shown(edition));
    const answer = JSON.stringify({ code: division, name: nameOf(division), items, next });
    reply.type('application/json; charset=utf-8');
    await reply.send(isSameText(request, reply, answer) ? undefined : answer);
  }

  @Get('divisions/:division/files/:day/:name')
  @ApiPath('division', 'day', 'name')
  @Tagged()
  @ReadsOpenly('One file of a day, or its SHA256SUMS; it never changes', 'invalid_request', 'not_found', 'rate_limited')
  @ApiOkResponse({
    description: 'With `ETag`, `Repr-Digest` and `Cache-Control: immutable`.',
    content: { 'application/gzip': { schema: { type: 'string', format: 'binary' } }, 'text/plain': { schema: text } },
  })
  async file(
    @Param('division') code: string,
    @Param('day') asked: string,
    @Param('name') name: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const division = knownDivision(code);
    const edition = isDay(asked) ? await this.daily.find(division, asked) : undefined;
    if (edition === undefined) throw new HttpProblem('not_found', 'There are no files of that division and day.');
    if (name === SUMS_NAME) return sendSums(request, reply, sumsOf(edition.files));
    const found = edition.files.find((one) => one.name === name);
    if (found === undefined) throw new HttpProblem('not_found', 'There is no such file.');
    reply.header('cache-control', FOR_EVER).header('etag', `"${found.sha256}"`);
    if (knows(request.headers['if-none-match'], `"${found.sha256}"`)) return void reply.code(304).send();
    reply
      .type('application/gzip')
      .header('content-length', found.bytes)
      .header('repr-digest', `sha-256=:${Buffer.from(found.sha256, 'hex').toString('base64')}:`)
      .header('content-disposition', `attachment; filename="${division}-${asked}-${name}"`)
      .send(Readable.from(this.daily.read(division, asked, found)));
  }

  private shown({ division, day: of, books, files }: Edition) {
    const below = `${this.settings.publicUrl}/v1/disclosure/divisions/${division}/files/${of}`;
    const shown = (one: DailyFile) => ({
      ...one,
      ...(DAILY_NAMES.get(one.name) ?? { kind: null, format: null }),
      url: `${below}/${one.name}`,
    });
    return { day: of, books, sums: `${below}/${SUMS_NAME}`, files: files.map(shown) };
  }
}

function sendSums(request: FastifyRequest, reply: FastifyReply, sums: string): void {
  reply.type('text/plain; charset=utf-8');
  const isKnown = isSameText(request, reply, sums);
  reply.header('cache-control', FOR_EVER).send(isKnown ? undefined : sums);
}
