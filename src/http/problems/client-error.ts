import type { Socket } from 'node:net';
import { inBoth } from '../../domain/words.js';
import { isLongUpload } from '../imports/long-uploads.js';
import { HTTP_PROBLEMS, type HttpProblemCode } from './problem.js';

/** What reaches us but is no request: there is no route and no reply yet, only the connection. */
const CODES: Record<string, HttpProblemCode> = {
  HPE_HEADER_OVERFLOW: 'headers_too_large',
  ERR_HTTP_REQUEST_TIMEOUT: 'request_timeout',
};

const REASONS: Record<number, string> = {
  400: 'Bad Request',
  408: 'Request Timeout',
  431: 'Request Header Fields Too Large',
};

export function answerClientError(error: Error & { code?: string }, socket: Socket): void {
  if (socket.destroyed || !socket.writable || error.code === 'ECONNRESET') {
    socket.destroy();
    return;
  }
  if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT' && isLongUpload(socket)) return;
  const code = CODES[error.code ?? ''] ?? 'invalid_request';
  const { status, ...words } = HTTP_PROBLEMS[code];
  const title = inBoth(words);
  const body = JSON.stringify({ type: `urn:mingzhang:problem:${code}`, title, status, detail: title, code });
  const head = [
    `HTTP/1.1 ${status} ${REASONS[status]}`,
    'content-type: application/problem+json; charset=utf-8',
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}
