import { isUtf8 } from 'node:buffer';
import type { FastifyInstance, FastifyRequest, RawServerDefault } from 'fastify';
import { refuseOtherEncodings } from './body-encoding.js';
import { isForImport } from './imports/ndjson.js';
import { HttpProblem, invalidRequest } from './problems/problem.js';
import { mustBe, UTF_8 } from './validation/allowed.js';
import { parseStrictJson } from './validation/strict-json.js';

/**
 * The one parser of bodies. Strict where a lenient one would record something other than was meant: GBK, read as UTF-8,
 * would stand as question marks for ever. Names such as `__proto__` stay plain names here; no body class has them.
 */
export function addJsonParser(instance: FastifyInstance<RawServerDefault>): void {
  instance.removeAllContentTypeParsers();
  instance.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body: Buffer, done) => {
    try {
      done(null, parse(request, body));
    } catch (error) {
      done(error as Error);
    }
  });
}

/** Photos, where an address takes them; anywhere else they are of a type that is not taken. */
export function addPhotoParser(instance: FastifyInstance<RawServerDefault>, mostBytes: number, takes: RegExp): void {
  const options = { parseAs: 'buffer', bodyLimit: mostBytes } as const;
  instance.addContentTypeParser(/^image\//, options, (request, body: Buffer, done) => {
    if (takes.test(request.routeOptions.url ?? '')) done(null, body);
    else done(new HttpProblem('unsupported_media_type'));
  });
}

function parse(request: FastifyRequest, body: Buffer): unknown {
  refuseOtherEncodings(request);
  if (isForImport(request)) throw new HttpProblem('unsupported_media_type', 'An import is application/x-ndjson.');
  if (body.length === 0) return undefined;
  if (!isUtf8(body)) throw malformed(mustBe(UTF_8));
  try {
    return parseStrictJson(body.toString('utf8'));
  } catch (error) {
    if (error instanceof HttpProblem) throw error;
    // The words of JSON.parse repeat parts of the body.
    throw malformed(mustBe({ zh: '有效的 JSON', en: 'valid JSON' }));
  }
}

function malformed(message: string): HttpProblem {
  return invalidRequest([{ field: '', message }]);
}
