import { Controller, Get, Param, Query, Req, Res } from '@nestjs/common';
import { ApiHeader, ApiOkResponse, ApiProduces, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Caller, ROLES } from '../access/roles.js';
import { Allow, TheCaller } from '../access.js';
import { BookAnswer, BooksAnswer, BooksQuery } from '../bodies/books.js';
import { BooksReader } from '../books-reader.js';
import { EventsQuery } from '../events/events-query.js';
import { EventsReader } from '../events/events-reader.js';
import { isForTail, LiveEvents, resumeAfter } from '../events/live-events.js';
import { Reads } from '../openapi/documented.js';
import { ApiPath } from '../path-id.js';

@ApiTags('books')
@Controller('v1/books')
@Allow(...ROLES)
export class BooksController {
  constructor(
    private readonly books: BooksReader,
    private readonly reader: EventsReader,
    private readonly live: LiveEvents,
  ) {}

  @Get()
  @Reads('Lists the books of the token’s divisions')
  @ApiOkResponse({ type: BooksAnswer })
  list(@TheCaller() caller: Caller, @Query() query: BooksQuery): Promise<BooksAnswer> {
    return this.books.list(caller, query);
  }

  @Get(':book')
  @ApiPath('book')
  @Reads('A book: its bureau and its last entry', 'book_unknown')
  @ApiOkResponse({ type: BookAnswer })
  book(@Param('book') book: string): Promise<BookAnswer> {
    return this.books.find(book);
  }

  @Get(':book/events')
  @ApiPath('book')
  @Reads('The events as they are hashed, one line of canonical JSON (RFC 8785) each; or as they come', 'book_unknown')
  @ApiProduces('application/x-ndjson', 'text/event-stream')
  @ApiHeader({
    name: 'Last-Event-ID',
    required: false,
    description: 'For text/event-stream: goes on after this entry, instead of `from`.',
    schema: { type: 'string', pattern: '^\\d{1,15}$', example: '17' },
  })
  @ApiOkResponse({
    description:
      'NDJSON, in order of seq, up to the last entry there is. With `Accept: text/event-stream` server-sent events, ' +
      'which go on as entries are recorded: `id` is the seq, `data` the canonical JSON.',
    schema: { type: 'string' },
  })
  async events(
    @Param('book') book: string,
    @Query() query: EventsQuery,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    if (!isForTail(request)) {
      // Fastify answers HEAD too, and reads to its end whatever it does not send.
      const asked = request.method === 'HEAD' ? { ...query, limit: 0 } : query;
      const lines = await this.reader.lines(book, asked);
      await reply.header('content-type', 'application/x-ndjson; charset=utf-8').send(lines);
      return;
    }
    const { authorization } = request.headers;
    const tail = await this.live.tail(book, resumeAfter(request, query), authorization, reply.raw);
    // A proxy must pass on each event when it comes, and keep none.
    await reply
      .header('content-type', 'text/event-stream; charset=utf-8')
      .header('cache-control', 'no-store')
      .header('x-accel-buffering', 'no')
      .send(tail);
  }
}
