import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readText } from '../../src/audit/service-bytes.js';

let server: Server;
/** How many questions more are left without an answer. */
let silent = 0;
let asked = 0;

beforeAll(async () => {
  server = createServer((request, response) => {
    asked += 1;
    silent -= 1;
    if (silent >= 0) request.socket.destroy();
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
