import { isUtf8 } from 'node:buffer';
import type { FastifyInstance, RawServerDefault } from 'fastify';
import { refuseOtherEncodings } from '../body-encoding.js';
import { HttpProblem, invalidRequest } from '../problems/problem.js';
import { mustBe, UTF_8 } from '../validation/allowed.js';

/** Two thousand Chinese characters are 18 kB, percent-encoded. */
const MOST_BYTES = 64 * 1024;
/** The forms of the board; any other address takes no form. */
const FORMS = /^\/board\/(?:objections|:division\/notices\/:book\/:notice\/objection)$/;

/** What a browser without scripts sends, as `URLSearchParams`. Errors: unsupported_media_type, invalid_request. */
export function addFormParser(instance: FastifyInstance<RawServerDefault>): void {
  const options = { parseAs: 'buffer', bodyLimit: MOST_BYTES } as const;
  instance.addContentTypeParser('application/x-www-form-urlencoded', options, (request, body: Buffer, done) => {
    try {
      if (!FORMS.test(request.routeOptions.url ?? '')) throw new HttpProblem('unsupported_media_type');
      refuseOtherEncodings(request);
      if (!isUtf8(body)) throw invalidRequest([{ field: '', message: mustBe(UTF_8) }]);
      done(null, new URLSearchParams(body.toString('utf8')));
    } catch (error) {
      done(error as Error);
    }
  });
}
