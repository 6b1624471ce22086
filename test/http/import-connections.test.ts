import { type ClientRequest, request as httpRequest, type IncomingMessage, type Server } from 'node:http';
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { TestApp } from '../support/app.js';
import { allocation, fund, Importing, type Line, ndjson } from '../support/importing.js';
import { until } from '../support/until.js';

let importing: Importing;
let test: TestApp;
let send: Importing['send'];
/** Connections that the server has open. */
const connections = new Set<Socket>();

beforeAll(async () => {
  importing = await Importing.into('640104', '640105');
  test = importing.app;
  send = importing.send.bind(importing);
  test.app.getHttpServer().on('connection', (socket: Socket) => connections.add(socket));
  await send('640104', ndjson([fund('F-1', 'c-0')]));
});

afterAll(() => test.close());

/** With the check character of GB 11643, as every one has. */
function idNumber(n: number): string {
  const digits = `640104${1950 + Math.floor(n / 900)}0101${100 + (n % 900)}`;
  const sum = [...digits].reduce((total, digit, index) => total + Number(digit) * (2 ** (17 - index) % 11), 0);
  return digits + '10X98765432'[sum % 11];
}

const line = (n: number, round: string): Line =>
  n % 100 === 99 ? allocation(`${round}-${n}`, 'x') : allocation(`${round}-${n}`, '0.01');
const thousands = (round: string) => Array.from({ length: 10_000 }, (_, n) => line(n, round));

function upload(onAnswer: (response: IncomingMessage) => void, query = '', book = '640104'): ClientRequest {
  const headers = { authorization: `Bearer ${importing.clerk}`, 'content-type': 'application/x-ndjson' };
  const request = httpRequest({
    port: importing.port,
    host: '127.0.0.1',
    method: 'POST',
    path: `/v1/books/${book}/imports${query}`,
    headers,
  });
  return request.on('response', onAnswer);
}

it('takes ten thousand lines of which some are bad', async () => {
  const { lines } = await send('640104', ndjson(thousands('z')));
  expect(lines.map(({ line }) => line)).toEqual(Array.from({ length: 10_000 }, (_, n) => n + 1));
  expect(lines.filter(({ status }) => status !== 201).map(({ line, code }) => [line, code])).toEqual(
    Array.from({ length: 100 }, (_, n) => [(n + 1) * 100, 'invalid_request']),
  );
});

it('takes lines in order, whatever has to be looked up or sealed for those before', async () => {
  // More than is read at once.
  const people = Array.from({ length: 700 }, (_, n) => ({
    ...{ kind: 'beneficiary', key: `o-b${n}`, name: '张三', idNumber: idNumber(n), division: '640104100200' },
    categories: ['脱贫户'],
  }));
  const spending = Array.from({ length: 1_000 }, (_, n) =>
    allocation(`o-a${n}`, '1.00', { lines: [{ fund: 'F-order', amount: '1.00' }], amount: undefined }),
  );
  const { lines } = await send('640104', ndjson([fund('F-order'), ...people, ...spending]));
  expect(lines.filter(({ status }) => status !== 201)).toEqual([]);
  expect(lines.map(({ seq }) => seq)).toEqual(lines.map((_, n) => Number(lines[0]?.seq) + n));
});

it('answers what it got before more comes', async () => {
  let answers = '';
  const request = upload((response) => response.setEncoding('utf8').on('data', (text) => (answers += text)));
  for (const n of [1, 2, 3]) {
    request.write(ndjson([allocation(`d-${n}`, '0.01')]));
    while (answers.split('\n').length <= n) await sleep(5);
  }
  await new Promise((ended) => request.on('close', ended).end());
});

it('reads no faster than its answers are read', async () => {
  // Nobody reads: `response` has no listener for data.
  const request = upload((response) => response.pause(), '?receipts=true').on('error', () => undefined);
  let [sent, others] = [0, 0];
  const before = await test.revision('640104');
  /** Others go on; whether nothing was recorded between many of theirs, in each of which this import had its turn too. */
  const standsStill = async () => {
    const seqs: number[] = [];
    for (let n = 0; n < 20; n += 1, others += 1)
      seqs.push(Number((await send('640104', ndjson([allocation(`e-X-${others}`, '0.01')]))).lines[0]?.seq));
    return seqs.every((seq, n) => seq === Number(seqs[0]) + n);
  };
  try {
    for (let isFull = false; !isFull; ) {
      const lines = Array.from({ length: 500 }, () => allocation(`e-${sent++}`, '0.01', { note: '慢'.repeat(200) }));
      if (request.write(ndjson(lines))) continue;
      let isDrained = false;
      request.once('drain', () => {
        isDrained = true;
      });
      while (!isDrained && !isFull) isFull = (await standsStill()) && !isDrained;
    }
    expect((await test.revision('640104')) - before - others).toBeLessThan(sent);
  } finally {
    request.destroy();
  }
});

it('goes on by its keys where the connection broke', async () => {
  await send('640105', ndjson([fund('F-1', 'c-0')]));
  const lines = thousands('f');
  await new Promise<void>((broken) => {
    const request = upload((response) => response.resume().on('error', () => undefined), '', '640105');
    request.on('error', () => undefined).on('close', broken);
    request.write(ndjson(lines.slice(0, 5000)));
    void until(async () => (await test.revision('640105')) > 1).then(() => request.destroy());
  });
  const { lines: answers } = await send('640105', ndjson(lines));
  expect(answers.filter(({ status }) => status === 201)).toHaveLength(9900);
  expect(answers.some(({ replayed }) => replayed === true)).toBe(true);
  expect(await test.revision('640105')).toBe(9901);
});

it('has no time limit but that something moves', async () => {
  const answered = new Promise<string>((resolve) => {
    let text = '';
    const request = upload((response) => {
      response.setEncoding('utf8').on('data', (part: string) => {
        text += part;
        if (text.split('\n').length === 2) comeLate();
      });
      response.on('end', () => resolve(text));
    });
    const comeLate = () => {
      const server: Server = test.app.getHttpServer();
      const late = Object.assign(new Error('late'), { code: 'ERR_HTTP_REQUEST_TIMEOUT' });
      for (const socket of connections) if (!socket.destroyed) server.emit('clientError', late, socket);
      request.end(ndjson([allocation('h-2', '0.01')]));
    };
    request.write(ndjson([allocation('h-1', '0.01')]));
  });
  expect((await answered).trimEnd().split('\n')).toHaveLength(2);
});
