import { connect } from 'node:net';

const HEAD_END = Buffer.from('\r\n\r\n');

/**
 * Loads a service over keep-alive connections, one request at a time on each, and spends as little as it can: it shares two
 * cores with what it measures. What it sends is made by `nextRequest` (method, path, headers and body as HTTP/1.1 bytes).
 *
 * @returns {Promise<{ answered: number, seconds: number, statuses: Record<number, number>, latenciesMs: number[] }>}
 */
export async function loadOverHttp({ port, connections, seconds, nextRequest }) {
  const result = { answered: 0, seconds: 0, statuses: {}, latenciesMs: [] };
  const start = performance.now();
  const end = start + seconds * 1000;
  await Promise.all(Array.from({ length: connections }, () => runConnection(port, end, nextRequest, result)));
  result.seconds = (performance.now() - start) / 1000;
  return result;
}

function runConnection(port, end, nextRequest, result) {
  return new Promise((done, failed) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    let pending = [];
    let sentAt = 0;
    const send = () => {
      sentAt = performance.now();
      if (sentAt >= end) socket.end(done);
      else socket.write(nextRequest());
    };
    socket.on('connect', send);
    socket.on('error', failed);
    socket.on('data', (chunk) => {
      const bytes = pending.length === 0 ? chunk : Buffer.concat([...pending, chunk]);
      const status = statusOfWhole(bytes);
      if (status === undefined) {
        pending = [bytes];
        return;
      }
      pending = [];
      result.answered += 1;
      result.statuses[status] = (result.statuses[status] ?? 0) + 1;
      result.latenciesMs.push(performance.now() - sentAt);
      send();
    });
  });
}

/** Of an answer that is there to its last byte; the service always tells the length. */
function statusOfWhole(bytes) {
  const headEnd = bytes.indexOf(HEAD_END);
  if (headEnd < 0) return undefined;
  const head = bytes.latin1Slice(0, headEnd);
  const length = /\r\ncontent-length: (\d+)/i.exec(head)?.[1];
  if (length === undefined) throw new Error(`an answer without content-length: ${head}`);
  return bytes.length >= headEnd + HEAD_END.length + Number(length) ? Number(head.slice(9, 12)) : undefined;
}
