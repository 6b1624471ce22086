import { applyDecorators } from '@nestjs/common';
import { ApiBearerAuth, ApiExtraModels, ApiOperation, ApiProperty, ApiResponse, getSchemaPath } from '@nestjs/swagger';
import { REFUSALS, type RefusalCode } from '../../domain/refusal.js';
import { inBoth } from '../../domain/words.js';
import { HTTP_PROBLEMS, type HttpProblemCode } from '../problems/problem.js';
import { refusalStatus } from '../problems/problem-of.js';

export type ProblemCode = RefusalCode | HttpProblemCode;

export class FieldErrorAnswer {
  @ApiProperty({ description: 'Path in the body; empty for the body itself.', example: 'lines[1].amount' })
  field!: string;

  @ApiProperty({
    description: 'What is allowed there: in Chinese, then in English.',
    example: '应为 1 至 500 的整数 must be a whole number from 1 to 500',
  })
  message!: string;
}

/** RFC 9457, application/problem+json. Further members give the facts of a refusal. */
export class Problem {
  @ApiProperty({ example: 'urn:mingzhang:problem:insufficient_balance' })
  type!: string;

  @ApiProperty({ description: 'The same for every problem of this code: in Chinese, then in English.' })
  title!: string;

  @ApiProperty({ type: 'integer', example: 422 })
  status!: number;

  @ApiProperty({ description: 'What it was this time, for people: the rule in Chinese, then the case in English.' })
  detail!: string;

  @ApiProperty({ description: 'Stable; to be switched on.', example: 'insufficient_balance' })
  code!: string;

  @ApiProperty({ required: false, description: 'The offending field of the body.', example: 'lines[1].amount' })
  field?: string;

  @ApiProperty({ required: false, type: [Number], description: 'Entries of the book that stand in the way.' })
  entries?: number[];

  @ApiProperty({ required: false, type: [FieldErrorAnswer], description: 'Of invalid_request.' })
  errors?: FieldErrorAnswer[];
}

/** Of every route that wants a token. */
export const PROTECTED: HttpProblemCode[] = ['unauthenticated', 'forbidden', 'try_again'];

/** Documents a route that reads: what it does, who it is for, and how it can fail. */
export function Reads(summary: string, ...codes: ProblemCode[]): MethodDecorator {
  return applyDecorators(
    ApiOperation({ summary }),
    ApiBearerAuth(),
    problems(['invalid_request', 'precondition_failed', ...PROTECTED, ...codes]),
  );
}

/** Documents a route that anybody may read, without a token. */
export function ReadsOpenly(summary: string, ...codes: ProblemCode[]): MethodDecorator {
  return applyDecorators(ApiOperation({ summary }), problems(['precondition_failed', 'try_again', ...codes]));
}

/** Documents that whoever keeps an answer learns by its tag that it is still so. */
export function Tagged(): MethodDecorator {
  return ApiResponse({ status: 304, description: 'What `If-None-Match` names is still so.' });
}

export function problems(codes: ProblemCode[]): MethodDecorator {
  return applyDecorators(
    ApiExtraModels(Problem),
    ...Object.entries(problemResponses(codes)).map(([status, response]) =>
      ApiResponse({ status: Number(status), ...response }),
    ),
  );
}

/** The answers other than success, by status. */
export function problemResponses(codes: ProblemCode[]) {
  const byStatus = new Map<number, Set<ProblemCode>>();
  for (const code of codes) {
    const status = statusOf(code);
    byStatus.set(status, (byStatus.get(status) ?? new Set()).add(code));
  }
  return Object.fromEntries([...byStatus].map(([status, known]) => [status, problemResponse([...known])]));
}

function problemResponse(codes: ProblemCode[]) {
  const schema = {
    allOf: [
      { $ref: getSchemaPath(Problem) },
      { type: 'object', properties: { code: { type: 'string', enum: codes } } },
    ],
  };
  return {
    description: codes.map((code) => `- \`${code}\`: ${titleOf(code)}`).join('\n'),
    content: { 'application/problem+json': { schema } },
  };
}

function isHttpProblem(code: ProblemCode): code is HttpProblemCode {
  return code in HTTP_PROBLEMS;
}

function statusOf(code: ProblemCode): number {
  return isHttpProblem(code) ? HTTP_PROBLEMS[code].status : refusalStatus(code);
}

function titleOf(code: ProblemCode): string {
  return inBoth(isHttpProblem(code) ? HTTP_PROBLEMS[code] : REFUSALS[code]);
}
