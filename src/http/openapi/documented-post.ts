import { applyDecorators } from '@nestjs/common';
import { ApiBearerAuth, ApiHeader, ApiOperation } from '@nestjs/swagger';
import type { CommandKind } from '../../domain/command.js';
import { problems } from './documented.js';
import { codesOf, IDEMPOTENCY_KEY } from './postings.js';

/** Documents a posting that is no JSON of its own: it goes through Nest. */
export function Posts(kind: CommandKind, summary: string): MethodDecorator {
  return applyDecorators(ApiBearerAuth(), posts(summary), problems(codesOf(kind)));
}

/** Documents one that anybody may make, without a token, only so often. */
export function PostsOpenly(kind: CommandKind, summary: string): MethodDecorator {
  return applyDecorators(posts(summary), problems(codesOf(kind, ['rate_limited', 'try_again'])));
}

function posts(summary: string): MethodDecorator {
  const { name, description, required, schema } = IDEMPOTENCY_KEY;
  return applyDecorators(ApiOperation({ summary }), ApiHeader({ name, description, required, schema }));
}
