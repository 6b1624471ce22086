import {
  createServer,
  globalAgent,
  request as httpRequest,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { type LineAnswer, upload } from '../../src/import/upload.js';
import { allocation, fund, Importing, ndjson } from '../support/importing.js';
import { until } from '../support/until.js';

let importing: Importing;

beforeAll(async () => {
  importing = await Importing.into('640101');
  await importing.send('640101', ndjson([fund('F-1', 'b-0')]));
});

afterAll(() => importing.app.close());

/** What stands before the service: the first connection meets `first`, those that follow the service itself. */
async function through(first: (request: IncomingMessage, response: ServerResponse) => void): Promise<Server> {
  let connections = 0;
  const server = createServer((request, response) => {
    connections += 1;
    if (connections === 1) first(request, response);
    else pass(request, response, () => undefined);
  });
  await new Promise<void>((listens) => server.listen(0, '127.0.0.1', listens));
  return server;
}

function pass(request: IncomingMessage, response: ServerResponse, onAnswer: (part: Buffer) => void): void {
  const { method, url: path, headers } = request;
  const sending = httpRequest({ host: '127.0.0.1', port: importing.port, method, path, headers }, (answer) => {
    response.writeHead(answer.statusCode ?? 0, answer.headers);
    answer.on('data', (part: Buffer) => response.write(part, () => onAnswer(part)));
    answer.on('end', () => response.end()).on('error', () => undefined);
  });
  sending.on('error', () => undefined);
  request.pipe(sending);
  request.on('error', () => sending.destroy());
}

/** @param pause before the second command */
async function importThrough(
  server: Server,
  round: string,
  count: number,
  pause: () => Promise<unknown> = async () => undefined,
): Promise<LineAnswer[]> {
  async function* commands() {
    for (let n = 0; n < count; n += 1) {
      if (n === 1) await pause();
      const line = allocation(`${round}-${n}`, '0.01');
      yield { key: String(line.key), text: JSON.stringify(line), faults: [], rows: [], header: undefined };
    }
  }
  const answers: LineAnswer[] = [];
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const destination = { url, token: importing.clerk, book: '640101' };
  await upload(destination, commands(), (_command, answer) => answers.push(answer));
  server.closeAllConnections();
  server.close();
  return answers;
}

it('goes on where the connection broke in the middle of an answer', async () => {
  const before = await importing.app.revision('640101');
  let got = 0;
  const server = await through((request, response) =>
    pass(request, response, (part) => {
      got += part.length;
      // As when the service is killed.
      if (got > 10_000) request.socket.resetAndDestroy();
    }),
  );
  const answers = await importThrough(server, 'cut', 3_000);
  expect(answers.map(({ status }) => status)).toEqual(new Array(3_000).fill(201));
  expect((await importing.app.revision('640101')) - before).toBe(3_000);
});

it('sends a line again that could not be recorded now, and all after it', async () => {
  const server = await through((request, response) => {
    request.resume();
    response.writeHead(200, { 'content-type': 'application/x-ndjson' });
    response.end('{"line":1,"key":"later-0","status":503,"code":"try_again","detail":"The service is stopping."}\n');
  });
  const answers = await importThrough(server, 'later', 3);
  expect(answers.map(({ status }) => status)).toEqual([201, 201, 201]);
});

it('goes on where the connection broke while the next line was read from the file', async () => {
  const { promise: isReset, resolve: reset } = Promise.withResolvers<void>();
  const server = await through((request) => {
    request.socket.resetAndDestroy();
    reset();
  });
  const { port } = server.address() as AddressInfo;
  const hasClosed = async () => !Object.keys(globalAgent.sockets).some((name) => name.includes(`:${port}:`));
  const answers = await importThrough(server, 'slow', 3, () => isReset.then(() => until(hasClosed)));
  expect(answers.map(({ status }) => status)).toEqual([201, 201, 201]);
});
