import { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { Controller, Param, Post, Query, Req, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Caller } from '../access/roles.js';
import { Allow, TheCaller } from '../access.js';
import { BooksReader } from '../books-reader.js';
import { ApiPath } from '../path-id.js';
import { HttpProblem } from '../problems/problem.js';
import { Imports } from './documented-import.js';
import { ImportQuery } from './import-query.js';
import { Importer } from './importer.js';
import { keepOpen } from './long-uploads.js';
import { NDJSON } from './ndjson.js';

@ApiTags('imports')
@ApiPath('book')
@Controller('v1/books/:book/imports')
@Allow('clerk', 'reviewer', 'admin')
export class ImportsController {
  constructor(
    private readonly importer: Importer,
    private readonly books: BooksReader,
  ) {}

  @Post()
  @Imports()
  async import(
    @TheCaller() caller: Caller,
    @Param('book') book: string,
    @Query() { atomic, receipts }: ImportQuery,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const lines = request.body;
    if (!(lines instanceof IncomingMessage))
      throw new HttpProblem('unsupported_media_type', `An import is ${NDJSON} in UTF-8.`);
    // An import may open its book, if its sender may.
    if (caller.role !== 'admin') await this.books.revision(book);
    keepOpen(lines.socket, reply.raw);
    const { authorization } = request.headers;
    const wish = { book, actor: caller.actor, caller, authorization, lines, wantsReceipts: receipts === 'true' };
    const answers =
      atomic === 'true'
        ? await this.importer.atomically(wish)
        : Readable.from(this.importer.answers(wish), { objectMode: false });
    await reply.code(200).header('content-type', `${NDJSON}; charset=utf-8`).send(answers);
  }
}
