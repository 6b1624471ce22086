import { Controller, Get, Param, Query, Req, Res } from '@nestjs/common';
import { ApiOkResponse, ApiProperty, ApiTags, OmitType } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsInt, IsOptional, Matches, Max, Min } from 'class-validator';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { BearingBooks } from '../../disclosure/bearing-books.js';
import { BookHeads } from '../../disclosure/book-heads.js';
import { DivisionSummaries } from '../../disclosure/division-summary.js';
import { LINE_KINDS } from '../../disclosure/lines.js';
import { nameOf, PublishedLines } from '../../disclosure/published-lines.js';
import { SumsWithBelow } from '../../disclosure/sums-with-below.js';
import { type Division, DivisionTable, levelOf, plainName } from '../../divisions/division-table.js';
import { DIVISION_LEVELS, DIVISION_PATTERN, type DivisionCode } from '../../domain/division.js';
import { disclosureView } from '../../views/disclosure/disclosure.js';
import { Public } from '../access.js';
import { ReadsOpenly, Tagged } from '../openapi/documented.js';
import { ApiPath, lineId, PathBook } from '../path-id.js';
import { HttpProblem, invalidRequest } from '../problems/problem.js';
import { DIVISION_CODE, mustBe, wholeNumber } from '../validation/allowed.js';
import { TextFilter } from '../views/filters.js';
import { MomentQuery, momentOf } from '../views/moment-query.js';
import { isKnown, isSameText } from './fresh-answer.js';
import { BOOKS, choice, lineSchema, list, nullable, object, text, whole, yuan } from './line-schemas.js';

const MOST_FOUND = { message: mustBe(wholeNumber(1, 500)) };

class DivisionsQuery {
  @TextFilter(
    'Words of its name, the last of them its own, the others of those above it: `北塔 田江`; or its code, of a former one those that took its place.',
    '田江',
  )
  q?: string;

  @ApiProperty({ required: false, description: 'Only in this division; without `q` those directly below it.' })
  @IsOptional()
  @Matches(DIVISION_PATTERN, { message: mustBe(DIVISION_CODE) })
  within?: string;

  @ApiProperty({ type: 'integer', minimum: 1, maximum: 500, default: 50, required: false })
  @Transform(({ value }) => (typeof value === 'string' && /^\d{1,3}$/.test(value) ? Number(value) : value))
  @IsInt(MOST_FOUND)
  @Min(1, MOST_FOUND)
  @Max(500, MOST_FOUND)
  limit = 50;
}

/** A sum has its books' entries in it, so no single entry says when it is. */
class SummaryQuery extends OmitType(MomentQuery, ['atSeq', 'minSeq']) {}

const place = { code: text, name: text, level: choice(...DIVISION_LEVELS) };
const sums = {
  money: list(object({ level: text, use: text, outcome: text, year: whole, amount: yuan })),
  counts: list(object({ kind: text, category: text, count: whole })),
};

@ApiTags('disclosure')
@Controller('v1/disclosure')
@Public()
export class DivisionsController {
  constructor(
    private readonly summaries: DivisionSummaries,
    private readonly together: SumsWithBelow,
    private readonly books: BearingBooks,
    private readonly heads: BookHeads,
    private readonly lines: PublishedLines,
  ) {}

  @Get('divisions')
  @ReadsOpenly('Divisions by name, or those directly below one', 'invalid_request', 'rate_limited')
  @ApiOkResponse({ schema: object({ items: list(object({ ...place, path: list(object(place)) })) }) })
  search(@Query() { q, within, limit }: DivisionsQuery) {
    const table = DivisionTable.get();
    const words = q?.split(/\s+/).filter((word) => word !== '');
    const found = words === undefined ? table.children(within).slice(0, limit) : table.search(words, limit, within);
    return { items: found.map((division) => ({ ...shown(division), path: table.path(division.code).map(shown) })) };
  }

  @Get('divisions/:division')
  @ApiPath('division')
  @Tagged()
  @ReadsOpenly(
    'What came to a division, where it went and what it became, with all below it',
    'invalid_request',
    'not_found',
    'rate_limited',
    'view_behind',
  )
  @ApiOkResponse({
    schema: object({
      ...place,
      path: list(object(place)),
      formerly: nullable(object({ name: text, until: whole, successors: list(object(place)) })),
      books: BOOKS,
      ...sums,
      withBelow: nullable(object({ books: BOOKS, ...sums })),
      children: list(object({ code: text, name: text, ...sums })),
    }),
  })
  async division(
    @Param('division') code: string,
    @Query() query: SummaryQuery,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const division = knownDivision(code);
    const { above, below } = await this.books.of(division);
    const of = await this.heads.of(disclosureView, [...above, ...below]);
    if (await isKnown(request, reply, { heads: this.heads, of })) return void reply.send();
    const moment = momentOf(query);
    const [{ money, counts, children, books }, withBelow] = await Promise.all([
      this.summaries.of(division, moment),
      this.together.of(division, moment),
    ]);
    const named = children.map((child) => ({ ...child, name: nameOf(child.code) }));
    await reply.send({ ...identityOf(division), books, money, counts, withBelow, children: named });
  }

  @Get('books/:book/lines/:kind/:id')
  @ApiPath('book', 'kind', 'id')
  @Tagged()
  @ReadsOpenly(
    'One line, at an address that it keeps for ever',
    'book_unknown',
    'not_found',
    'rate_limited',
    'view_behind',
  )
  @ApiOkResponse({ schema: { oneOf: LINE_KINDS.map(lineSchema) } })
  async line(
    @PathBook() book: string,
    @Param('kind') kind: string,
    @Param('id') id: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const known = LINE_KINDS.find((candidate) => candidate === kind);
    const line = known === undefined ? undefined : await this.lines.find(known, book, lineId(id), {});
    if (line === undefined) throw new HttpProblem('not_found', 'There is no such line.');
    const text = JSON.stringify(line);
    reply.type('application/json; charset=utf-8');
    await reply.send(isSameText(request, reply, text) ? undefined : text);
  }
}

/** Problems: invalid_request; not_found where the table has no such division, and never had. */
export function knownDivision(code: string): DivisionCode {
  if (!DIVISION_PATTERN.test(code)) throw invalidRequest([{ field: 'division', message: mustBe(DIVISION_CODE) }]);
  const table = DivisionTable.get();
  if ((table.find(code) ?? table.formerly(code)) !== undefined) return code;
  throw new HttpProblem('not_found', `There is no division ${code}.`);
}

function identityOf(code: DivisionCode) {
  const table = DivisionTable.get();
  const formerly = table.formerly(code);
  const { name, until, successors = [] } = formerly ?? {};
  return {
    code,
    name: name ?? nameOf(code),
    level: levelOf(code),
    path: table.path(code).map(shown),
    formerly: formerly === undefined ? null : { name, until, successors: successors.map(shown) },
  };
}

function shown({ code, name, level }: Division) {
  return { code, name: plainName(name), level };
}
