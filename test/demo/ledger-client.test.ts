import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { LedgerClient, ProblemAnswer } from '../../src/demo/player/ledger-client.js';

type Reply = (response: ServerResponse) => void;

const json = (response: ServerResponse, status: number, type: string, body: object, headers: object = {}): void => {
  response.writeHead(status, { 'content-type': type, ...headers }).end(JSON.stringify(body));
};
const created = (response: ServerResponse): void =>
  json(response, 201, 'application/json', {
    id: 'F-1',
    book: '640121',
    seq: 1,
    recordedAt: '2026-01-01T00:00:00.000Z',
  });

/** Answers one reply after the other and remembers what it was asked. */
async function withReplies<T>(replies: Reply[], act: (client: LedgerClient) => Promise<T>) {
  const keys: unknown[] = [];
  const server = createServer((request: IncomingMessage, response) => {
    keys.push(request.headers['idempotency-key']);
    replies.shift()?.(response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  try {
    return { result: await act(new LedgerClient(`http://127.0.0.1:${port}`, 'token')), keys };
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

describe('a posting of the demo', () => {
  test('is sent again under the same key when the connection is lost or the service is busy', async () => {
    const { result, keys } = await withReplies(
      [
        (response) => response.destroy(),
        (response) => json(response, 503, 'application/problem+json', { code: 'view_behind' }, { 'retry-after': '0' }),
        created,
      ],
      (client) => client.post('/v1/books/640121/funds', 'k-1', {}),
    );
    expect(result).toEqual({
      id: 'F-1',
      book: '640121',
      seq: 1,
      recordedAt: '2026-01-01T00:00:00.000Z',
      replayed: false,
    });
    expect(keys).toEqual(['k-1', 'k-1', 'k-1']);
  });

  test('is not sent again when it is refused, and tells why', async () => {
    const refusal = await withReplies(
      [
        (response) =>
          json(response, 422, 'application/problem+json', { code: 'fund_exists', detail: 'Fund F-1 already exists.' }),
      ],
      (client) => client.post('/v1/books/640121/funds', 'k-1', {}).catch((error: unknown) => error),
    );
    expect(refusal.keys).toEqual(['k-1']);
    expect(refusal.result).toBeInstanceOf(ProblemAnswer);
    expect(refusal.result).toMatchObject({ status: 422, code: 'fund_exists', message: 'Fund F-1 already exists.' });
  });

  test('names the fields of a malformed body', async () => {
    const errors = [{ field: 'amount', message: 'must be yuan with two decimals' }];
    const { result } = await withReplies(
      [
        (response) =>
          json(response, 400, 'application/problem+json; charset=utf-8', { code: 'invalid_request', errors }),
      ],
      (client) => client.post('/v1/books/640121/funds', 'k-1', {}).catch((error: unknown) => error),
    );
    expect(result).toMatchObject({
      status: 400,
      code: 'invalid_request',
      message: 'amount must be yuan with two decimals',
    });
  });
});
