import { PassThrough, Readable } from 'node:stream';
import { applyDecorators, Controller, Get, Param, Query, Req, Res } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { BearingBooks } from '../../disclosure/bearing-books.js';
import { BookHeads } from '../../disclosure/book-heads.js';
import { dayOf } from '../../disclosure/day-of.js';
import { lineSheet, type Sheet } from '../../disclosure/files/line-files.js';
import type { LineKind } from '../../disclosure/lines.js';
import { type LineQuestion, PublishedLines } from '../../disclosure/published-lines.js';
import type { DivisionCode } from '../../domain/division.js';
import { csvOf } from '../../export/tables/csv.js';
import { writeSheets } from '../../export/tables/xlsx.js';
import { disclosureView } from '../../views/disclosure/disclosure.js';
import { Public } from '../access.js';
import { ReadsOpenly, Tagged } from '../openapi/documented.js';
import { ApiPath } from '../path-id.js';
import { momentOf, pageRequestOf } from '../views/moment-query.js';
import { knownDivision } from './divisions-controller.js';
import { isKnown, isSameText } from './fresh-answer.js';
import { linePageSchema } from './line-schemas.js';
import {
  type AnyLinesQuery,
  AssetLinesQuery,
  type Format,
  filterOf,
  LinesQuery,
  NoticeLinesQuery,
  ProjectLinesQuery,
  sortOf,
} from './lines-query.js';

export const MEDIA_TYPES: Record<Format, string> = {
  json: 'application/json; charset=utf-8',
  csv: 'text/csv; charset=utf-8',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
};

function Lists(kind: LineKind, summary: string): MethodDecorator {
  return applyDecorators(
    ApiPath('division'),
    Tagged(),
    ReadsOpenly(summary, 'invalid_request', 'not_found', 'rate_limited', 'view_behind'),
    ApiOkResponse({
      description: 'With `ETag` and `Last-Modified`.',
      content: {
        'application/json': { schema: linePageSchema(kind) },
        'text/csv': { schema: { type: 'string' } },
        [MEDIA_TYPES.xlsx]: { schema: { type: 'string', format: 'binary' } },
      },
    }),
  );
}

/** What is disclosed of a division and of all below it, line by line, for everybody. */
@ApiTags('disclosure')
@Controller('v1/disclosure/divisions/:division')
@Public()
export class DivisionLinesController {
  constructor(
    private readonly lines: PublishedLines,
    private readonly books: BearingBooks,
    private readonly heads: BookHeads,
  ) {}

  @Get('funds')
  @Lists('fund', 'Funds that came in')
  funds(
    @Param('division') division: string,
    @Query() query: LinesQuery,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ) {
    return this.answer('fund', division, query, request, reply);
  }

  @Get('allocations')
  @Lists('allocation', 'Where funds were allocated or dispatched to')
  allocations(
    @Param('division') division: string,
    @Query() query: LinesQuery,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ) {
    return this.answer('allocation', division, query, request, reply);
  }

  @Get('integrations')
  @Lists('integration', 'Funds that were put together for joint use')
  integrations(
    @Param('division') division: string,
    @Query() query: LinesQuery,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ) {
    return this.answer('integration', division, query, request, reply);
  }

  @Get('projects')
  @Lists('project', 'Projects with their stage and money')
  projects(
    @Param('division') division: string,
    @Query() query: ProjectLinesQuery,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ) {
    return this.answer('project', division, query, request, reply);
  }

  @Get('payouts')
  @Lists('payout', 'Subsidies paid to households, persons masked')
  payouts(
    @Param('division') division: string,
    @Query() query: LinesQuery,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ) {
    return this.answer('payout', division, query, request, reply);
  }

  @Get('assets')
  @Lists('asset', 'The register of assets')
  assets(
    @Param('division') division: string,
    @Query() query: AssetLinesQuery,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ) {
    return this.answer('asset', division, query, request, reply);
  }

  @Get('income')
  @Lists('income', 'Income of assets, and how it was shared')
  income(
    @Param('division') division: string,
    @Query() query: LinesQuery,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ) {
    return this.answer('income', division, query, request, reply);
  }

  @Get('notices')
  @Lists('notice', 'Notices, as they stand by the calendar')
  notices(
    @Param('division') division: string,
    @Query() query: NoticeLinesQuery,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ) {
    const { level: noticeLevel, ...asked } = query;
    return this.answer('notice', division, { ...asked, noticeLevel }, request, reply);
  }

  private async answer<Kind extends LineKind>(
    kind: Kind,
    code: string,
    query: AnyLinesQuery,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<void> {
    const division = knownDivision(code);
    const moment = momentOf(query);
    const question: LineQuestion<Kind> = { kind, division, filter: filterOf(query), sort: sortOf(query), moment };
    // Persons may be erased without an entry; what is told of them is compared as it is.
    if (kind === 'payout') return this.payoutsOf(question, query, request, reply);
    const day = kind === 'notice' ? dayOf(moment) : '';
    const of = await this.heads.of(disclosureView, await this.booksOf(division));
    if (await isKnown(request, reply, { heads: this.heads, of, day })) return void reply.send();
    if (query.format !== 'json') return this.file(question, query, reply);
    await reply.type(MEDIA_TYPES.json).send(JSON.stringify(await this.lines.page(question, pageRequestOf(query))));
  }

  private async payoutsOf<Kind extends LineKind>(
    question: LineQuestion<Kind>,
    query: AnyLinesQuery,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<void> {
    request.changesByItself = true;
    reply.header('cache-control', 'no-cache');
    if (query.format !== 'json') return this.file(question, query, reply);
    const text = JSON.stringify(await this.lines.page(question, pageRequestOf(query)));
    await reply.type(MEDIA_TYPES.json).send(isSameText(request, reply, text) ? undefined : text);
  }

  private async booksOf(division: DivisionCode): Promise<DivisionCode[]> {
    const { above, below } = await this.books.of(division);
    return [...above, ...below];
  }

  private file<Kind extends LineKind>(
    question: LineQuestion<Kind>,
    { format, lang }: AnyLinesQuery,
    reply: FastifyReply,
  ): void {
    const { kind, division } = question;
    const sheet = lineSheet(kind, this.lines.all(question), lang);
    sendSheet(reply, sheet, format === 'xlsx' ? 'xlsx' : 'csv', `${division}-${kind}`);
  }
}

/** Written as it is made, so that the longest table needs no memory. */
export function sendSheet(reply: FastifyReply, sheet: Sheet, format: 'csv' | 'xlsx', name: string): void {
  reply.type(MEDIA_TYPES[format]).header('content-disposition', `attachment; filename="${name}.${format}"`);
  if (format === 'csv') return void reply.send(Readable.from(csvOf(sheet.columns, sheet.rows())));
  const stream = new PassThrough();
  writeSheets([sheet], stream).catch((error: unknown) => stream.destroy(error as Error));
  reply.send(stream);
}
