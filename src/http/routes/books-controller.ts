import { Body, Controller, Get, Param, Post, Query, Res } from '@nestjs/common';
import { ApiOkResponse, ApiProduces, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { type Caller, ROLES } from '../access/roles.js';
import { Allow, requireScope } from '../access.js';
import { BookAnswer, BooksAnswer, BooksQuery, EventsQuery, OpenBookBody } from '../bodies/books.js';
import { BooksReader } from '../books-reader.js';
import { Entry, type EntryContext, PostingDesk, TheCaller } from '../entry.js';
import { Posts, Reads } from '../openapi/documented.js';
import { ApiPath } from '../path-id.js';

@ApiTags('books')
@Controller('v1/books')
@Allow(...ROLES)
export class BooksController {
  constructor(
    private readonly desk: PostingDesk,
    private readonly books: BooksReader,
  ) {}

  @Post()
  @Allow('admin')
  @Posts('book', 'Opens the book of a bureau')
  open(@Entry() entry: EntryContext, @Body() body: OpenBookBody) {
    requireScope(entry.caller, body.id);
    return this.desk.post({ ...entry, book: body.id }, { kind: 'book', body });
  }

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
  @Reads('The events as they are hashed, one line of canonical JSON (RFC 8785) each', 'book_unknown')
  @ApiProduces('application/x-ndjson')
  @ApiOkResponse({ description: 'NDJSON, in order of seq.', schema: { type: 'string' } })
  async events(@Param('book') book: string, @Query() query: EventsQuery, @Res() reply: FastifyReply): Promise<void> {
    const lines = await this.books.events(book, query);
    await reply.header('content-type', 'application/x-ndjson; charset=utf-8').send(lines);
  }
}
