import type { OpenAPIObject } from '@nestjs/swagger';
import { getSchemaPath } from '@nestjs/swagger';
import type { CommandKind } from '../../domain/command.js';
import { PostedAnswer } from '../bodies/common.js';
import { PATH_PARTS } from '../path-id.js';
import { POSTINGS } from '../postings/all-postings.js';
import type { PostingRoute } from '../postings/posting-route.js';
import type { BodyClass } from '../validation/fields.js';
import { PROTECTED, Problem, type ProblemCode, problemResponses } from './documented.js';
import { refusalsOf } from './refusals-of.js';

type Operation = NonNullable<OpenAPIObject['paths'][string]['post']>;
type Parameter = NonNullable<Operation['parameters']>[number];

/** The classes whose schemas `documentPostings` refers to. */
export const POSTING_MODELS = [
  ...new Set(POSTINGS.flatMap(({ bodyClass, answerClass = PostedAnswer }) => [bodyClass, answerClass])),
  Problem,
];

/** The addresses that take postings, which Nest does not know; of their bodies it has the schemas. */
export function documentPostings(document: OpenAPIObject): void {
  for (const route of POSTINGS) {
    const path = route.path.replace(/:(\w+)/g, '{$1}');
    document.paths[path] = { post: operation(route), ...document.paths[path] };
  }
  document.paths = Object.fromEntries(Object.entries(document.paths).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function operation(route: PostingRoute): Operation {
  const names = [...route.path.matchAll(/:(\w+)/g)].map(([, name = '']) => name);
  return {
    operationId: route.operationId,
    summary: route.summary,
    tags: [route.tag],
    security: [{ bearer: [] }],
    parameters: [IDEMPOTENCY_KEY, ...names.map(pathParameter)],
    requestBody: {
      required: true,
      content: { 'application/json': { schema: { $ref: getSchemaPath(route.bodyClass) } } },
    },
    responses: { '201': recorded(route.answerClass), ...problemResponses(codesOf(route.kind)) },
  };
}

export function codesOf(kind: CommandKind, guards: ProblemCode[] = PROTECTED): ProblemCode[] {
  return [
    'invalid_request',
    'idempotency_key_required',
    ...guards,
    ...refusalsOf(kind),
    'idempotency_key_reused',
    'body_too_large',
    'unsupported_media_type',
  ];
}

function pathParameter(name: string): Parameter {
  return { name, in: 'path', required: true, schema: { type: 'string' }, ...PATH_PARTS[name] };
}

export const IDEMPOTENCY_KEY = {
  name: 'Idempotency-Key',
  in: 'header',
  description:
    'Names this entry for ever, in public. The same key with the same body answers as the first time, with Idempotency-Replayed: true. ' +
    'One with digits that look like an ID number, a bank card or a mobile number is refused (personal_data_in_text); with a letter directly before them it is not.',
  required: true,
  schema: { type: 'string', pattern: '^[\\x21-\\x7e]{1,255}$', example: 'k-0192' },
} as const satisfies Parameter;

const recorded = (answerClass: BodyClass = PostedAnswer) => ({
  description: 'Recorded, for ever.',
  headers: {
    'Idempotency-Replayed': {
      description: '`true` where the key was used before for the same.',
      schema: { type: 'string' },
    },
  },
  content: { 'application/json': { schema: { $ref: getSchemaPath(answerClass) } } },
});
