import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Answer, Witness } from './witness.js';

const LARGEST_BODY = 64 * 1024;
const REQUEST_TIMEOUT_MS = 10_000;

/** The one address of C2SP tlog-witness, `POST /add-checkpoint`, for logs and for nobody's browser. */
export function witnessServer(witness: Witness, complain: (message: string) => void): Server {
  return createServer(
    { requestTimeout: REQUEST_TIMEOUT_MS, headersTimeout: REQUEST_TIMEOUT_MS },
    (request, response) => {
      answer(witness, request).then(
        (known) => send(response, known),
        (error: unknown) => {
          complain(`a submission failed: ${error instanceof Error ? error.message : error}`);
          send(response, { status: 500, body: 'the witness has failed\n' });
        },
      );
    },
  );
}

async function answer(witness: Witness, request: IncomingMessage): Promise<Answer> {
  if (request.url !== '/add-checkpoint') return { status: 404, body: 'there is only POST /add-checkpoint\n' };
  if (request.method !== 'POST') return { status: 405, body: 'only POST is answered\n' };
  const body = await bodyOf(request);
  if (body === undefined) return { status: 413, body: `a submission has at most ${LARGEST_BODY} bytes\n` };
  try {
    return await witness.addCheckpoint(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch (error) {
    if (error instanceof TypeError && 'code' in error && error.code === 'ERR_ENCODING_INVALID_ENCODED_DATA')
      return { status: 400, body: 'a submission is UTF-8\n' };
    throw error;
  }
}

async function bodyOf(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > LARGEST_BODY) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function send(response: ServerResponse, { status, contentType, body }: Answer): void {
  response.writeHead(status, {
    'content-type': contentType ?? 'text/plain; charset=utf-8',
    'x-content-type-options': 'nosniff',
    // What is left of a body that was not read would be taken for the next request.
    ...(status === 413 && { connection: 'close' }),
    ...(status === 405 && { allow: 'POST' }),
  });
  response.end(body);
}
