import { Controller, Get, Param, Query, Req, Res } from '@nestjs/common';
import { ApiOkResponse, ApiProperty, ApiTags, OmitType } from '@nestjs/swagger';
import { IsIn } from 'class-validator';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { BearingBooks } from '../../disclosure/bearing-books.js';
import { BookHeads } from '../../disclosure/book-heads.js';
import { ComplianceReader } from '../../disclosure/compliance/compliance-reader.js';
import { FINDINGS, type Finding, type FindingKind, isShortcoming } from '../../disclosure/compliance/finding.js';
import { dayOf } from '../../disclosure/day-of.js';
import { complianceSheet } from '../../disclosure/files/compliance-sheet.js';
import { OBJECTION_KINDS, OBJECTION_OUTCOMES } from '../../domain/kinds.js';
import { NOTICE_TYPES } from '../../domain/notices/types.js';
import { disclosureView } from '../../views/disclosure/disclosure.js';
import { InvalidQuery } from '../../views/engine/invalid-query.js';
import { cursorOf, parseCursor } from '../../views/engine/page.js';
import { Public } from '../access.js';
import { ReadsOpenly, Tagged } from '../openapi/documented.js';
import { ApiPath } from '../path-id.js';
import { mustBe, oneOf } from '../validation/allowed.js';
import { ChoiceFilter, TextFilter } from '../views/filters.js';
import { momentOf, PageQuery } from '../views/moment-query.js';
import { MEDIA_TYPES, sendSheet } from './division-lines-controller.js';
import { knownDivision } from './divisions-controller.js';
import { isKnown } from './fresh-answer.js';
import { BOOKS, choice, day, flag, list, nullable, object, text, whole } from './line-schemas.js';
import { FORMATS, type Format } from './lines-query.js';

class ComplianceQuery extends OmitType(PageQuery, ['atSeq', 'minSeq']) {
  @ChoiceFilter(FINDINGS, 'Only these.')
  kind?: FindingKind;

  @ChoiceFilter(['true', 'false'], 'Only what is amiss, or only what is for the record.')
  shortcoming?: 'true' | 'false';

  @TextFilter('Only what this unit answers for.', '农业局')
  unit?: string;

  @ApiProperty({ enum: FORMATS, default: 'json', required: false, description: 'CSV and XLSX have all rows.' })
  @IsIn(FORMATS, { message: mustBe(oneOf(FORMATS)) })
  format: Format = 'json';

  @ApiProperty({ enum: ['zh', 'en'], default: 'zh', required: false, description: 'Heads and words of CSV and XLSX.' })
  @IsIn(['zh', 'en'], { message: mustBe(oneOf(['zh', 'en'])) })
  lang: 'zh' | 'en' = 'zh';
}

const item = object({
  kind: choice(...FINDINGS),
  shortcoming: { ...flag, description: 'Whether anything is amiss; if not, it is for the record: 备查.' },
  book: text,
  division: text,
  divisionName: text,
  unit: { ...nullable(text), description: 'Who answers for it; null for the bureau or the board itself.' },
  type: nullable(choice(...NOTICE_TYPES)),
  title: text,
  since: day,
  dueOn: { ...nullable(day), description: 'The last day in time; null where there is no term.' },
  doneOn: { ...nullable(day), description: 'When it was disclosed, corrected, withdrawn, recorded or answered.' },
  days: {
    ...whole,
    description:
      'Natural days after the last day; of `too_short` how many were missing, of `corrected`, `withdrawn` and `recorded_late` how many the notice had been there, of `objection_open` how many are left, today counted.',
  },
  reason: { ...nullable(text), description: 'Why it was corrected or withdrawn.' },
  objection: { ...nullable(choice(...OBJECTION_KINDS)), description: 'What was filed.' },
  outcome: { ...nullable(choice(...OBJECTION_OUTCOMES)), description: 'Of what was answered.' },
  notice: {
    ...nullable(text),
    description: 'The notice that came late, falls short, was withdrawn or objected to; the correction.',
  },
  replaces: { ...nullable(text), description: 'The notice that was corrected.' },
  seq: whole,
  entries: whole,
});
const counts = list(
  object({ kind: choice(...FINDINGS), shortcoming: flag, division: text, unit: nullable(text), count: whole }),
);

/** What a division owes the public, and what was corrected, withdrawn or objected to, for everybody. */
@ApiTags('disclosure')
@Controller('v1/disclosure/divisions/:division/compliance')
@Public()
export class ComplianceController {
  constructor(
    private readonly compliance: ComplianceReader,
    private readonly books: BearingBooks,
    private readonly heads: BookHeads,
  ) {}

  @Get()
  @ApiPath('division')
  @Tagged()
  @ReadsOpenly(
    'What should have been disclosed, shown or answered, and was not, or not as it must be; corrections, withdrawals and objections',
    'invalid_request',
    'not_found',
    'rate_limited',
    'view_behind',
  )
  @ApiOkResponse({
    content: {
      'application/json': {
        schema: object({ day, items: list(item), next: nullable(text), total: whole, counts, books: BOOKS }),
      },
      'text/csv': { schema: { type: 'string' } },
      [MEDIA_TYPES.xlsx]: { schema: { type: 'string', format: 'binary' } },
    },
  })
  async find(
    @Param('division') code: string,
    @Query() query: ComplianceQuery,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const division = knownDivision(code);
    const moment = momentOf(query);
    const begin = beginOf(query.after);
    const { above, below } = await this.books.of(division);
    const of = await this.heads.of(disclosureView, [...above, ...below]);
    if (await isKnown(request, reply, { heads: this.heads, of, day: dayOf(moment) })) return void reply.send();
    const { items: all, books } = await this.compliance.of(division, moment);
    const items = all.filter(
      ({ kind, unit }) =>
        (query.kind ?? kind) === kind &&
        (query.shortcoming === undefined || (query.shortcoming === 'true') === isShortcoming(kind)) &&
        (query.unit === undefined || query.unit === unit),
    );
    if (query.format !== 'json')
      return sendSheet(reply, complianceSheet(items, query.lang), query.format, `${division}-compliance`);
    const end = begin + query.limit;
    const next = end < items.length ? cursorOf([end]) : null;
    const page = { items: items.slice(begin, end).map(told), next, total: items.length };
    await reply.send({ day: dayOf(moment), ...page, counts: countsOf(items), books });
  }
}

function beginOf(after: string | undefined): number {
  const begin = Number(parseCursor(after, ['number'])?.[0] ?? 0);
  if (begin < 0) throw new InvalidQuery('after', '不是此列表的游标 is not a cursor of this collection');
  return begin;
}

function told({ kind, ...rest }: Finding) {
  return { kind, shortcoming: isShortcoming(kind), ...rest };
}

function countsOf(items: readonly Finding[]) {
  const groups = Map.groupBy(items, ({ kind, division, unit }) => `${kind} ${division} ${unit ?? ''}`);
  return [...groups.values()].map((group) => {
    const { kind, division, unit } = group[0] as Finding;
    return { kind, shortcoming: isShortcoming(kind), division, unit, count: group.length };
  });
}
