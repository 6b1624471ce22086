import { request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { startApp, type TestApp } from '../support/app.js';

const KEPT = '/v1/disclosure/divisions/640121';

let service: TestApp;
let port: number;

beforeAll(async () => {
  service = await startApp();
  await service.app.listen(0, '127.0.0.1');
  port = (service.app.getHttpServer().address() as AddressInfo).port;
  const admin = await service.token('admin', ['6401']);
  await service.post('/v1/books', admin, { id: '640121', name: '永宁县财政局', level: 'county' }).expect(201);
});
afterAll(() => service.close());

function ask(
  method: string,
  path: string,
  ...hosts: string[]
): Promise<{ status?: number; type?: string; text: string }> {
  const headers = hosts.flatMap((name) => [name, '127.0.0.1']);
  return new Promise((resolve, reject) => {
    const asked = request({ port, host: '127.0.0.1', method, path, headers, agent: false }, async (response) => {
      let text = '';
      for await (const chunk of response) text += chunk;
      resolve({ status: response.statusCode, type: response.headers['content-type'], text });
    });
    asked.on('error', reject).end();
  });
}

it.each([
  ['GET', '/health/live'],
  ['GET', '/v1/books/640121'],
  ['GET', '/nothing'],
  ['POST', '/v1/books'],
])('refuses %s %s with two headers Host, however they are written', async (method, path) => {
  for (const second of ['Host', 'host', 'HOST']) {
    const { status, type, text } = await ask(method, path, 'Host', second);
    expect([status, type]).toEqual([400, 'application/problem+json; charset=utf-8']);
    expect(JSON.parse(text)).toMatchObject({ code: 'invalid_request', detail: expect.stringContaining('Host') });
  }
});

it('refuses them of what it keeps for the public too, and in a page to people', async () => {
  for (const path of [KEPT, '/board/640121']) {
    for (const status of [200, 200]) expect(await ask('GET', path, 'Host')).toMatchObject({ status });
    expect(await ask('GET', path, 'Host', 'Host')).toMatchObject({ status: 400 });
  }
  expect((await ask('GET', '/board/640121', 'Host', 'Host')).type).toBe('text/html; charset=utf-8');
});
