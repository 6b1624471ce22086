import { connect } from 'node:net';

const HEAD_END = '\r\n\r\n';
const CONTENT_LENGTH = /\r\ncontent-length: (\d+)\r\n/i;
/** Has no body, and need not tell the length of what it would be. */
const NOT_MODIFIED = 304;
/** More than any answer that is asked for here; what does not fit comes in parts. */
const READ_BYTES = 65_536;

/**
 * Loads a service over keep-alive connections, one request at a time on each, and spends as little as it can: it shares two
 * cores with what it measures. What it sends is made by `nextRequest` (method, path, headers and body as HTTP/1.1 bytes).
 * It ends after some seconds, or after a number of requests.
 *
 * @returns {Promise<{ answered: number, seconds: number, statuses: Record<number, number>, latenciesMs: number[] }>}
 */
export async function loadOverHttp({ port, connections, seconds = Infinity, requests = Infinity, nextRequest }) {
  const result = { answered: 0, seconds: 0, statuses: {}, latenciesMs: [] };
  const start = performance.now();
  const end = start + seconds * 1000;
  let sent = 0;
  const next = () => {
    if (sent >= requests) return undefined;
    sent += 1;
    return nextRequest();
  };
  await Promise.all(Array.from({ length: connections }, () => runConnection(port, end, next, result)));
  result.seconds = (performance.now() - start) / 1000;
  return result;
}

function runConnection(port, end, next, result) {
  return new Promise((done, failed) => {
    let held = '';
    let sentAt = 0;
    const send = () => {
      sentAt = performance.now();
      const request = sentAt >= end ? undefined : next();
      if (request === undefined) socket.end(done);
      else socket.write(request);
    };
    const take = (length, buffer) => {
      held += buffer.latin1Slice(0, length);
      const status = statusOfWhole(held);
      if (status === undefined) return true;
      held = '';
      result.answered += 1;
      result.statuses[status] = (result.statuses[status] ?? 0) + 1;
      result.latenciesMs.push(performance.now() - sentAt);
      send();
      return true;
    };
    // One buffer for all that a connection reads, and none of the machinery of streams.
    const onread = { buffer: Buffer.allocUnsafe(READ_BYTES), callback: take };
    const socket = connect({ port, host: '127.0.0.1', noDelay: true, onread });
    socket.on('connect', send);
    socket.on('error', failed);
    socket.on('close', () => failed(new Error('the service closed a connection under load')));
  });
}

/** Of an answer (a character a byte) that is there to its last byte; the service tells the length. */
function statusOfWhole(answer) {
  const headEnd = answer.indexOf(HEAD_END);
  if (headEnd < 0) return undefined;
  const status = Number(answer.slice(9, 12));
  const length = status === NOT_MODIFIED ? 0 : CONTENT_LENGTH.exec(answer)?.[1];
  if (length === undefined) throw new Error(`an answer without content-length: ${answer.slice(0, headEnd)}`);
  return answer.length >= headEnd + HEAD_END.length + Number(length) ? status : undefined;
}
