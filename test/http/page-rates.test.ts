import supertest from 'supertest';
import { startApp, type TestApp } from '../support/app.js';

let service: TestApp;
beforeAll(async () => {
  service = await startApp({ PAGES_PER_MINUTE: '2', READS_PER_MINUTE: '1' });
  // The minute does not end however long this takes.
  jest.spyOn(Date, 'now').mockReturnValue(Date.now());
});
afterAll(async () => {
  jest.restoreAllMocks();
  await service.close();
});

it.each([
  '/board',
  '/board/search?q=永宁',
  '/board/640121',
  '/board/640121/money.svg',
  '/board/640121/funds?kiosk=1',
  '/board/640121/notices/640121/N-1/objection',
  '/verify/640121/0',
])('lets nobody open %s more often than is granted, and says so in a page', async (path) => {
  const open = () => service.get(encodeURI(path));
  for (const left of ['1', '0']) {
    const { headers } = await open();
    expect([headers['ratelimit-limit'], headers['ratelimit-remaining']]).toEqual(['2', left]);
  }
  const { headers, text } = await open().expect(429).expect('content-type', 'text/html; charset=utf-8');
  expect(headers['cache-control']).toBe('no-store');
  expect(Number(headers['retry-after'])).toBeGreaterThan(0);
  expect(headers['content-security-policy']).toContain("default-src 'none'");
  expect(text).toContain('<html lang="zh-CN"');
  expect(text).toContain('看得太快了，请稍等');
  const english = await service.get(`${encodeURI(path)}${path.includes('?') ? '&' : '?'}lang=en`).expect(429);
  expect(english.text).toContain('Please wait a moment');
});

it('counts a form that is sent by the rate of its own, and says that in a page too', async () => {
  const send = () => {
    const sent = supertest(service.app.getHttpServer()).post('/board/640121/notices/640121/N-1/objection');
    return sent.type('form').send({ kind: 'objection' });
  };
  for (let sent = 0; sent < 10; sent += 1) expect((await send()).status).toBe(404);
  const { text, headers } = await send();
  expect([headers['ratelimit-limit'], headers['content-type']]).toEqual(['10', 'text/html; charset=utf-8']);
  expect(text).toContain('看得太快了，请稍等');
});

it('does not count style sheets and scripts, and counts data by itself', async () => {
  const { text } = await service.get('/board/640000');
  const [, style = ''] = /href="(\/board\/assets\/board\.css[^"]*)"/.exec(text) ?? [];
  for (let asked = 0; asked < 4; asked += 1) expect((await service.get(style)).status).toBe(200);
  const { headers } = await service.get('/v1/disclosure/divisions/640121').expect(200);
  expect(headers['ratelimit-limit']).toBe('1');
  await service.get('/v1/disclosure/divisions/640121').expect(429);
});
