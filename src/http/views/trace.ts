import { Controller, Get, Param, Query, Res } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiExtraModels, ApiOkResponse, ApiProperty, ApiTags, getSchemaPath, PickType } from '@nestjs/swagger';
import { IsIn } from 'class-validator';
import type { FastifyReply } from 'fastify';
import { type Owner } from '../../domain/assets/owners.js';
import { OWNER_KINDS } from '../../domain/kinds.js';
import { sankeySvg } from '../../drawing/trace-sankey.js';
import type { ReversedMove, Trace, TraceEdge, TraceNode, TraceOwnership } from '../../views/trace/trace.js';
import { TraceQuery, type TraceTarget } from '../../views/trace/trace-query.js';
import { type Caller, isWithinScope, ROLES } from '../access/roles.js';
import { Allow, TheCaller } from '../access.js';
import { Reads } from '../openapi/documented.js';
import { ApiPath } from '../path-id.js';
import { invalidRequest } from '../problems/problem.js';
import { mustBe, oneOf } from '../validation/allowed.js';
import { Yuan } from './answers.js';
import { TextFilter } from './filters.js';
import { MomentQuery, momentOf } from './moment-query.js';
import { traceCsv, traceText } from './trace-table.js';

const FORMATS = ['json', 'csv', 'text', 'svg'] as const;

class TraceRequest extends PickType(MomentQuery, ['atSeq', 'asOf']) {
  @TextFilter('A fund: forward, to every household and asset that it reached.', 'F-1')
  fund?: string;

  @TextFilter('An asset: back to its sources, and on to its owners.', 'AS-1')
  asset?: string;

  @TextFilter('A payout: back to its sources.', 'PO-1')
  payout?: string;

  @ApiProperty({ enum: FORMATS, default: 'json', required: false, description: '`svg` is a Sankey drawing.' })
  @IsIn(FORMATS, { message: mustBe(oneOf(FORMATS)) })
  format: (typeof FORMATS)[number] = 'json';
}

class TraceTargetAnswer implements TraceTarget {
  @ApiProperty({ enum: ['fund', 'asset', 'payout'], example: 'asset' })
  kind!: TraceTarget['kind'];

  @ApiProperty({ example: 'AS-1' })
  id!: string;
}

class TraceOwnerAnswer implements Owner {
  @ApiProperty({ enum: OWNER_KINDS, example: 'village' })
  kind!: Owner['kind'];

  @ApiProperty({ example: '640121100201' })
  id!: string;

  @ApiProperty({ required: false, example: '永清村' })
  name?: string;

  @ApiProperty({ example: '1/2' })
  share!: string;
}

class TraceOwnershipAnswer implements TraceOwnership {
  @ApiProperty({ type: 'integer', example: 17 })
  seq!: number;

  @ApiProperty({ format: 'date', example: '2016-07-13' })
  effectiveDate!: string;

  @ApiProperty({ type: [TraceOwnerAnswer] })
  owners!: TraceOwnerAnswer[];

  @ApiProperty({ type: String, nullable: true, description: 'Null for the first.' })
  reason!: string | null;

  @ApiProperty({ type: 'integer', nullable: true, example: null })
  reversedBy!: number | null;
}

class TraceNodeAnswer implements TraceNode {
  @ApiProperty({
    description: 'Where money is: book, then account, owner or beneficiary. `@n` where it came back after n steps.',
    example: '640121/project:P-1',
  })
  id!: string;

  @ApiProperty({ example: '640121' })
  book!: string;

  @ApiProperty({
    description: 'Of account, of owner, `beneficiary`, or `book` for a book outside the token’s divisions.',
    example: 'project',
  })
  kind!: string;

  @ApiProperty({ type: String, nullable: true, example: 'P-1' })
  ref!: string | null;

  @ApiProperty({ type: String, nullable: true, example: '养殖圈棚' })
  name!: string | null;

  @ApiProperty({ type: 'integer', nullable: true, description: 'Steps from the source, where money came back.' })
  step!: number | null;

  @Yuan('What begins here. `issued` and `in` add to `out` and `stands`, for each fund.')
  issued!: string;

  @Yuan()
  in!: string;

  @Yuan()
  out!: string;

  @Yuan('What stays here.')
  stands!: string;

  @ApiProperty({ type: [TraceOwnershipAnswer], nullable: true, description: 'Of an asset, every one.' })
  ownerships!: TraceOwnershipAnswer[] | null;
}

class TraceEntryAnswer {
  @ApiProperty({ example: '640121' })
  book!: string;

  @ApiProperty({ type: 'integer', example: 17 })
  seq!: number;

  @Yuan()
  amount!: string;
}

class TraceEdgeAnswer implements TraceEdge {
  @ApiProperty({ example: '640121/bureau' })
  from!: string;

  @ApiProperty({ example: '640121/project:P-1' })
  to!: string;

  @ApiProperty({ example: 'F-1' })
  fund!: string;

  @ApiProperty({ type: String, nullable: true, description: 'Of an arrival: the id that the fund has from there on.' })
  becomes!: string | null;

  @ApiProperty({ description: 'Type of the entries; where an asset is owned, of the one that made the owners.' })
  type!: string;

  @Yuan()
  amount!: string;

  @ApiProperty({ type: [TraceEntryAnswer] })
  entries!: TraceEntryAnswer[];
}

class ReversedMoveAnswer implements ReversedMove {
  @ApiProperty({ example: '640121' })
  book!: string;

  @ApiProperty({ type: 'integer', example: 17 })
  seq!: number;

  @ApiProperty({ type: 'integer', example: 18 })
  reversedBy!: number;

  @ApiProperty({ example: 'funds.allocated' })
  type!: string;

  @ApiProperty({ example: '640121/bureau' })
  from!: string;

  @ApiProperty({ example: '640121/project:P-1' })
  to!: string;

  @ApiProperty({ example: 'F-1' })
  fund!: string;

  @Yuan()
  amount!: string;
}

class TracedBookAnswer {
  @ApiProperty({ example: '640121' })
  book!: string;

  @ApiProperty({ type: 'integer', description: 'Entry at which the book was looked at.', example: 17 })
  seq!: number;
}

class TraceAnswer implements Trace {
  @ApiProperty({ example: '640121' })
  book!: string;

  @ApiProperty()
  target!: TraceTargetAnswer;

  @ApiProperty({
    description: 'How money of one fund that mingled in an account is told apart: what came first leaves first.',
    example: 'fifo_by_entry',
  })
  rule!: string;

  @ApiProperty({ type: [TraceNodeAnswer] })
  nodes!: TraceNodeAnswer[];

  @ApiProperty({ type: [TraceEdgeAnswer], description: 'Without a cycle, from sources to where money stands.' })
  edges!: TraceEdgeAnswer[];

  @ApiProperty({ type: [ReversedMoveAnswer], description: 'Moves that were taken back; the graph leaves them out.' })
  reversed!: ReversedMoveAnswer[];

  @ApiProperty({ type: [TracedBookAnswer] })
  books!: TracedBookAnswer[];

  @ApiProperty({ type: 'integer', description: 'Entry of the book at which the answer stands.', example: 17 })
  seq!: number;
}

@ApiTags('trace')
@ApiPath('book')
@Controller('v1/books/:book/trace')
@Allow(...ROLES)
export class TraceController {
  constructor(private readonly queries: QueryBus) {}

  @Get()
  @Reads(
    'Where the money of a fund went, or where that of an asset or payout came from, through all books',
    'book_unknown',
    'fund_unknown',
    'asset_unknown',
    'entry_unknown',
    'view_behind',
  )
  @ApiExtraModels(TraceAnswer)
  @ApiOkResponse({
    description: 'Exact to the fen. Books outside the token’s divisions are told as one node each.',
    content: {
      'application/json': { schema: { $ref: getSchemaPath(TraceAnswer) } },
      'text/csv': { schema: { type: 'string' } },
      'text/plain': { schema: { type: 'string' } },
      'image/svg+xml': { schema: { type: 'string' } },
    },
  })
  async trace(
    @Param('book') book: string,
    @Query() query: TraceRequest,
    @TheCaller() caller: Caller,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const mayOpen = (other: string) => isWithinScope(caller, other);
    const trace = await this.queries.execute(new TraceQuery(book, targetOf(query), momentOf(query), mayOpen));
    const { type, text } = await rendered(trace, query.format);
    await reply.header('content-type', type).send(text);
  }
}

/** Error: invalid_request unless exactly one thing is asked for. */
function targetOf({ fund, asset, payout }: TraceRequest): TraceTarget {
  const asked = Object.entries({ fund, asset, payout }).flatMap(([kind, id]) =>
    id === undefined ? [] : [{ kind: kind as TraceTarget['kind'], id }],
  );
  const [only] = asked;
  if (only !== undefined && asked.length === 1) return only;
  const message =
    asked.length === 0
      ? '缺少;须填 fund、asset 或 payout 之一 is missing; fund, asset or payout must be given'
      : '不得与其他同用 excludes the others';
  throw invalidRequest([{ field: asked.at(-1)?.kind ?? 'fund', message }]);
}

async function rendered(trace: Trace, format: TraceRequest['format']): Promise<{ type: string; text: string }> {
  switch (format) {
    case 'json':
      return { type: 'application/json; charset=utf-8', text: JSON.stringify(trace) };
    case 'csv':
      return { type: 'text/csv; charset=utf-8', text: traceCsv(trace) };
    case 'text':
      return { type: 'text/plain; charset=utf-8', text: traceText(trace) };
    case 'svg':
      return { type: 'image/svg+xml; charset=utf-8', text: await sankeySvg(trace) };
  }
}
