import type { FastifyInstance, FastifyRequest, RawServerDefault } from 'fastify';
import { refuseOtherEncodings } from '../body-encoding.js';
import { HttpProblem } from '../problems/problem.js';

export const NDJSON = 'application/x-ndjson';
const IMPORTS = '/v1/books/:book/imports';

export function isForImport({ routeOptions }: FastifyRequest): boolean {
  return routeOptions.url === IMPORTS;
}

/** Lets the body of an import through as the stream that it is; any other route takes JSON. */
export function addNdjsonParser(instance: FastifyInstance<RawServerDefault>): void {
  instance.addContentTypeParser(NDJSON, (request, stream, done) => {
    try {
      if (!isForImport(request))
        throw new HttpProblem('unsupported_media_type', 'This address takes application/json.');
      refuseOtherEncodings(request);
      done(null, stream);
    } catch (error) {
      done(error as Error);
    }
  });
}
