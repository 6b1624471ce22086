import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import type { Receipt } from '../../log/book-log.js';
import { type Consistency, PublishedLog } from '../../log/published-log.js';
import { Public } from '../access.js';
import { ReceiptAnswer } from '../bodies/common.js';
import { ReadsOpenly } from '../openapi/documented.js';
import { ApiPath, PathBook, pathSeq } from '../path-id.js';
import { HttpProblem, invalidRequest } from '../problems/problem.js';
import { ConsistencyAnswer, ConsistencyQuery } from './log-answers.js';

/** Proofs hold hashes and signatures, and nothing of what they prove: they are for everybody. */
@ApiTags('log')
@ApiPath('book')
@Controller('v1/books/:book')
@Public()
export class ProofsController {
  constructor(private readonly log: PublishedLog) {}

  @Get('events/:seq/proof')
  @ApiPath('seq')
  @ReadsOpenly('The receipt of an entry against the latest checkpoint', 'book_unknown', 'entry_unknown')
  @ApiOkResponse({ type: ReceiptAnswer })
  proof(@PathBook() book: string, @Param('seq') seq: string): Promise<Receipt> {
    return this.log.receipt(book, pathSeq(seq));
  }

  @Get('consistency')
  @ReadsOpenly('That the book only grew from one size to another', 'invalid_request', 'book_unknown', 'not_found')
  @ApiOkResponse({ type: ConsistencyAnswer })
  async consistency(@PathBook() book: string, @Query() query: ConsistencyQuery): Promise<Consistency> {
    const from = BigInt(query.from);
    const to = query.to === undefined ? undefined : BigInt(query.to);
    if (to !== undefined && from > to)
      throw invalidRequest([{ field: 'from', message: '不得大于 to must not be above to' }]);
    const consistency = await this.log.consistency(book, from, to);
    if (consistency === undefined) throw new HttpProblem('not_found', 'The log has not so many entries.');
    return consistency;
  }
}
