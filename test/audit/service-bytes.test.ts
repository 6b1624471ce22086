import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readText } from '../../src/audit/service-bytes.js';

let server: Server;
/** How many questions more are left without an answer. */
let silent = 0;
let asked = 0;
/** When the service asks to be asked again, question after question: seconds, or a date. */
let later: (number | string)[] = [];

beforeAll(async () => {
  server = createServer((request, response) => {
    asked += 1;
    silent -= 1;
    const seconds = later.shift();
    if (silent >= 0) request.socket.destroy();
    else if (seconds !== undefined) response.writeHead(429, { 'retry-after': `${seconds}` }).end();
    else response.end('here');
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
});

afterAll(() => server.close());

const url = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;

test('a question is asked again where the service closes the connection before it answers', async () => {
  [silent, asked] = [2, 0];
  await expect(readText(url())).resolves.toBe('here');
  expect(asked).toBe(3);
});

test('a service that always does so does not answer, and that is no finding', async () => {
  [silent, asked] = [Number.POSITIVE_INFINITY, 0];
  await expect(readText(url())).rejects.toThrow('does not answer');
  expect(asked).toBe(3);
});

test('a question is asked again as often as the service says that it comes too early', async () => {
  [silent, asked, later] = [0, 0, [1, 0]];
  await expect(readText(url())).resolves.toBe('here');
  expect(asked).toBe(3);
});

test('a service may say so by a date', async () => {
  [silent, asked, later] = [0, 0, [new Date(Date.now() + 3_600_000).toUTCString()]];
  await expect(readText(url())).rejects.toThrow(/after 0 s in 3[56]\d\d s more/);
  expect(asked).toBe(1);
});

test('a service that would be waited for longer than five minutes in all is given up, with what was waited for', async () => {
  [silent, asked, later] = [0, 0, [1, 300, 1]];
  const said = /127\.0\.0\.1.*429.*已等 1 秒,还要等 300 秒.*after 1 s in 300 s more.* 300 s at most/;
  await expect(readText(url())).rejects.toThrow(said);
  expect(asked).toBe(2);
});
