import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { LogReader } from '../../src/witness/log-reader.js';

let server: Server;
let answer = '';
let log: LogReader;

beforeAll(async () => {
  server = createServer((_, response) => response.end(answer));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  log = new LogReader(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});
afterAll(() => void server.close());

test('a proof of consistency is taken as the hashes that it lists', async () => {
  answer = '{"proof":["AAEC","/w=="],"to":9}';
  expect(await log.consistency('640121', 3, 9)).toEqual([Buffer.from([0, 1, 2]), Buffer.from([255])]);
});

test.each([
  ['no JSON', '{"proof":['],
  ['no object', '"proof"'],
  ['nothing', 'null'],
  ['no list', '{"proof":"AAEC"}'],
  ['a list of others', '{"proof":["AAEC",1]}'],
  ['nested without end', `{"proof":[],"more":${'['.repeat(100)}${']'.repeat(100)}}`],
])('a proof of consistency that is %s is told of in words, without being repeated', async (_, text) => {
  answer = text;
  await expect(log.consistency('640121', 3, 9)).rejects.toThrow(/^http:\/\/\S+ 的一致性证明不是哈希的列表 [a-z ]+$/);
});
