import { applyDecorators, createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { ApiParam } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { DIVISION_PATTERN } from '../domain/division.js';
import { Refusal, type RefusalCode } from '../domain/refusal.js';
import { parseUint64 } from '../log/uint64.js';
import { HttpProblem, invalidRequest } from './problems/problem.js';
import { mustBe } from './validation/allowed.js';

/** A part of the path that is looked at before anything is done with it. */
export interface PathPart {
  name: string;
  /** The part as it is used. Errors: Refusal, invalid_request. */
  parse(text: string): string;
}

const ID = /^[A-Za-z0-9._-]{1,64}$/;
/** Of a line that is disclosed: an id, or a seq and a fund. */
const LINE_ID = /^[A-Za-z0-9._~-]{1,100}$/;
const MONTH = /^(?:19[4-9]\d|20\d\d|2100)-(?:0[1-9]|1[0-2])$/;

/** An id. For one that cannot exist the answer is the same as for one that does not. */
export function pathId<Name extends string>(name: Name, unknown: RefusalCode): PathPart & { name: Name } {
  const parse = (text: string) => {
    if (!ID.test(text)) throw new Refusal(unknown, undefined, { field: name });
    return text;
  };
  return { name, parse };
}

/** A month as `YYYY-MM`. */
export function pathMonth<Name extends string>(name: Name): PathPart & { name: Name } {
  const parse = (text: string) => {
    if (!MONTH.test(text))
      throw invalidRequest([{ field: name, message: mustBe({ zh: '月份,写作 YYYY-MM', en: 'a month as YYYY-MM' }) }]);
    return text;
  };
  return { name, parse };
}

/** An id in the path, e.g. `@PathId({ name: 'fund', unknown: 'fund_unknown' })`. */
export const PathId = createParamDecorator(
  ({ name, unknown }: { name: string; unknown: RefusalCode }, context: ExecutionContext): string =>
    pathId(name, unknown).parse(pathPart(context, name)),
);

/** The book in the path of a route that is open to everybody; else the guard asks for its form. Refusal: book_unknown. */
export const PathBook = createParamDecorator((_: unknown, context: ExecutionContext): string => {
  const book = pathPart(context, 'book');
  if (!DIVISION_PATTERN.test(book)) throw new Refusal('book_unknown', 'A book is named by its division code.');
  return book;
});

/** Error: HttpProblem `not_found`. */
export function lineId(text: string): string {
  if (!LINE_ID.test(text)) throw new HttpProblem('not_found', 'No id is written so.');
  return text;
}

/** The seq of an entry as a path writes it. Refusal: entry_unknown. */
export function pathSeq(text: string): bigint {
  const seq = parseUint64(text);
  if (seq === undefined) throw new Refusal('entry_unknown', undefined, { field: 'seq' });
  return seq;
}

function pathPart(context: ExecutionContext, name: string): string {
  const params = context.switchToHttp().getRequest<FastifyRequest>().params as Record<string, string | undefined>;
  return params[name] ?? '';
}

/** Documents the parts of a path that a custom decorator reads. */
export function ApiPath(...names: string[]): MethodDecorator & ClassDecorator {
  return applyDecorators(...names.map((name) => ApiParam({ name, schema: { type: 'string' }, ...PATH_PARTS[name] })));
}

export const PATH_PARTS: Record<string, { description: string; example: string }> = {
  book: { description: 'Division code of the bureau.', example: '640121' },
  fund: { description: 'Id of the fund.', example: 'F-1' },
  project: { description: 'Id of the project.', example: 'P-1' },
  asset: { description: 'Id of the asset.', example: 'AS-1' },
  beneficiary: { description: 'Opaque id of the beneficiary.', example: 'b-7f3k' },
  seq: { description: 'Place of the entry in the book, from 0.', example: '17' },
  notice: { description: 'Id of the notice.', example: 'N-1' },
  objection: { description: 'Id of the objection.', example: '5f0c1d9e-…' },
  code: { description: 'The code that its author was given.', example: 'k7qd-…' },
  division: { description: 'Division code of 6, 9 or 12 digits; a former one too.', example: '640121100201' },
  kind: { description: 'Kind of the line.', example: 'fund' },
  id: { description: 'Id of the line in its book.', example: 'F-1' },
  day: { description: 'Day as YYYY-MM-DD.', example: '2026-11-21' },
  name: { description: 'Name of the file.', example: 'funds.csv.gz' },
  sha256: { description: 'SHA-256 of the photo in lower-case hex.', example: '9f86d081…' },
  period: { description: 'Month, YYYY-MM.', example: '2016-07' },
};
