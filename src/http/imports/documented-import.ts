import { applyDecorators } from '@nestjs/common';
import { ApiBearerAuth, ApiBody, ApiExtraModels, ApiOperation, ApiResponse, getSchemaPath } from '@nestjs/swagger';
import { problems } from '../openapi/documented.js';
import { POSTINGS } from '../postings/all-postings.js';
import { ImportLineAnswer } from './import-query.js';
import { RENAMED } from './judge-line.js';
import { NDJSON } from './ndjson.js';
import { MAX_LINE_BYTES } from './read-lines.js';

const KINDS = POSTINGS.map(({ kind, bodyClass, part }) => {
  const renamed = RENAMED[kind];
  const field = part === undefined ? '' : `, with \`${part.name}\``;
  const other = renamed === undefined ? '' : `, with \`${renamed.inLine}\` for its \`${renamed.field}\``;
  return `- \`${kind}\`: ${bodyClass.name}${field}${other}`;
});

const BODY = `One command a line, in UTF-8, of at most ${MAX_LINE_BYTES / 1024} KiB: \`kind\`, \`key\` (its idempotency key, as in the header
Idempotency-Key elsewhere) and the fields of the body that its kind has in REST. \`book\` may be left out. Blank lines are skipped.
Lines are taken in order: one may use what a line before it made. The body has any length; it is read as fast as its lines are
recorded and their answers are read, so a client reads answers while it sends.

${KINDS.join('\n')}`;

const ANSWER = `One line for each line, in order. A line that is refused is told so and spoils no other. If the connection breaks, send the same file again:
what was recorded is answered as before (\`replayed\`), the rest goes on.`;

const EXAMPLE = `{"kind":"fund","key":"k-1","id":"F-1","name":"财政专项扶贫资金","level":"city","nature":"special","fiscalYear":2016,"amount":"2000000.00"}
{"kind":"allocation","key":"k-2","to":"department:nmj","lines":[{"fund":"F-1","amount":"500000.00"}]}
`;

const ANSWERED = `{"line":1,"key":"k-1","status":201,"id":"F-1","seq":1,"recordedAt":"2016-07-13T01:02:03.004Z"}
{"line":2,"key":"k-2","status":201,"id":"0192f1c4-7f3a-7cc2-9c5e-3f5b1a2c4d6e","seq":2,"recordedAt":"2016-07-13T01:02:03.004Z"}
`;

/** Documents the route of imports. */
export function Imports(): MethodDecorator {
  return applyDecorators(
    ApiOperation({ summary: 'Takes in many commands, one a line, and answers them one a line' }),
    ApiBearerAuth(),
    ApiExtraModels(ImportLineAnswer),
    ApiBody({ description: BODY, content: { [NDJSON]: { schema: { type: 'string' }, example: EXAMPLE } } } as never),
    ApiResponse({
      status: 200,
      description: ANSWER,
      content: { [NDJSON]: { schema: { $ref: getSchemaPath(ImportLineAnswer) }, example: ANSWERED } },
    }),
    problems([
      'invalid_request',
      'unauthenticated',
      'forbidden',
      'book_unknown',
      'unsupported_media_type',
      'import_refused',
      'not_in_one_append',
      'try_again',
    ]),
  );
}
