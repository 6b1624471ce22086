import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { BookEvent } from '../../src/domain/event.js';
import { EventStore } from '../../src/event-store/event-store.js';
import { readOrMakeTokenKey, signToken } from '../../src/http/access/token-key.js';
import { LiveEvents } from '../../src/http/events/live-events.js';
import { startApp, type TestApp } from '../support/app.js';
import { until } from '../support/until.js';

const BOOK = '/v1/books/640121';

let service: TestApp;
let clerk: string;
let port: number;
beforeAll(async () => {
  service = await startApp();
  clerk = await service.token('clerk', ['6401'], 'clerk-07');
  const admin = await service.token('admin', ['6401'], 'admin-01');
  await service.post('/v1/books', admin, { id: '640121', name: '永宁县财政局', level: 'county' });
  for (const [id, effectiveDate] of [
    ['F-1', '2016-03-01'],
    ['F-2', '2016-07-13'],
    ['F-3', '2016-05-01'],
  ]) {
    await fund(id ?? '', effectiveDate);
  }
  const another = await service.token('clerk', ['6401'], 'clerk-08');
  const allocation = { to: 'department:301', amount: '1.00', effectiveDate: '2016-08-01' };
  expect((await service.post(`${BOOK}/allocations`, another, allocation)).status).toBe(201);
  await service.app.listen(0, '127.0.0.1');
  port = (service.app.getHttpServer().address() as AddressInfo).port;
});
afterAll(() => service?.close());

async function fund(id: string, effectiveDate = '2016-09-01'): Promise<void> {
  const body = { id, name: '衔接资金', level: 'county', nature: 'special', fiscalYear: 2016, amount: '100.00' };
  expect((await service.post(`${BOOK}/funds`, clerk, { ...body, effectiveDate })).status).toBe(201);
}

async function seqs(query: string): Promise<number[]> {
  const { status, text } = await service.get(`${BOOK}/events?${query}`, clerk);
  expect(status).toBe(200);
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => (JSON.parse(line) as BookEvent).seq);
}

describe('the events of a book', () => {
  it.each([
    ['type=fund.registered', [1, 2, 3]],
    ['type=fund.registered&limit=2', [1, 2]],
    ['type=fund.registered&from=2&limit=2', [2, 3]],
    ['actor=clerk-08', [4]],
    ['actor=nobody', []],
    ['account=department:301', [4]],
    ['account=source:F-2', [2]],
    ['account=source', []],
    ['effectiveFrom=2016-05-01&effectiveTo=2016-07-13', [2, 3]],
    ['effectiveFrom=2016-08-01&actor=clerk-08&type=funds.allocated&account=bureau', [4]],
    ['effectiveTo=2016-03-01', [1]],
  ])('can be asked by %s', async (query, expected) => {
    expect(await seqs(query)).toEqual(expected);
  });

  it.each([
    ['type=fund.eaten', 'type', 'must be one of book.opened, '],
    ['actor=', 'actor', 'must be a text of 1 to 200 characters'],
    ['account=%0A', 'account', 'must be a text of 1 to 200 characters'],
    ['effectiveFrom=2016-02-30', 'effectiveFrom', 'must be a day of the calendar'],
    ['effectiveFrom=2016-02-02&effectiveTo=2016-02-01', 'effectiveTo', 'is before effectiveFrom'],
    ['limit=0', 'limit', 'must be a whole number from 1'],
    ['kind=x', 'kind', ''],
  ])('refuse %s', async (query, field, message) => {
    const { status, body } = await service.get(`${BOOK}/events?${query}`, clerk);
    expect([status, body.code, body.errors[0].field]).toEqual([400, 'invalid_request', field]);
    expect(body.errors[0].message).toContain(message);
  });
});

it('are not gone through for HEAD, which nobody reads', async () => {
  const read = jest.spyOn(service.app.get(EventStore), 'read');
  const asked = httpRequest({
    host: '127.0.0.1',
    port,
    method: 'HEAD',
    path: `${BOOK}/events?actor=nobody`,
    headers: { authorization: `Bearer ${clerk}` },
  }).end();
  const [{ statusCode, headers }] = (await once(asked, 'response')) as [IncomingMessage];
  expect([statusCode, headers['content-type']]).toEqual([200, 'application/x-ndjson; charset=utf-8']);
  expect(read).not.toHaveBeenCalled();
  read.mockRestore();
});

/** A client of server-sent events, as a browser is one. */
class Tail {
  text = '';
  readonly ended: Promise<void>;

  private constructor(readonly response: IncomingMessage) {
    response.setEncoding('utf8').on('data', (part: string) => {
      this.text += part;
    });
    this.ended = new Promise((resolve) => response.once('close', () => resolve()));
  }

  static open(query = '', headers: Record<string, string> = {}): Promise<Tail> {
    const all = { accept: 'text/event-stream', authorization: `Bearer ${clerk}`, ...headers };
    return new Promise((resolve, reject) => {
      const asked = httpRequest({ host: '127.0.0.1', port, path: `${BOOK}/events${query}`, headers: all });
      asked.once('response', (response) => resolve(new Tail(response))).once('error', reject);
      asked.end();
    });
  }

  get events(): { id: number; event: BookEvent }[] {
    const parts = [...this.text.matchAll(/^id: (\d+)\ndata: (.*)\n\n/gm)];
    return parts.map(([, id, data]) => ({ id: Number(id), event: JSON.parse(data ?? '') as BookEvent }));
  }

  async has(count: number): Promise<number[]> {
    await until(() => this.events.length >= count);
    return this.events.map(({ id }) => id);
  }

  async close(): Promise<void> {
    this.response.destroy();
    await this.ended;
  }
}

describe('the live tail', () => {
  it('sends what there is, then what comes, as the very bytes that are hashed', async () => {
    const tail = await Tail.open();
    expect(tail.response.headers['content-type']).toBe('text/event-stream; charset=utf-8');
    expect(await tail.has(5)).toEqual([0, 1, 2, 3, 4]);
    await fund('F-5');
    await fund('F-6');
    expect(await tail.has(7)).toEqual([0, 1, 2, 3, 4, 5, 6]);
    const lines = (await service.get(`${BOOK}/events`, clerk)).text.trimEnd().split('\n');
    for (const [seq, line] of lines.entries()) expect(tail.text).toContain(`id: ${seq}\ndata: ${line}\n\n`);
    await tail.close();
  });

  it('goes on after the last event that a client got, and keeps to its conditions', async () => {
    const resumed = await Tail.open('?from=0&type=fund.registered', { 'last-event-id': '2' });
    expect(await resumed.has(3)).toEqual([3, 5, 6]);
    const next = await Tail.open('?from=7&limit=1');
    await fund('F-7');
    expect(await resumed.has(4)).toEqual([3, 5, 6, 7]);
    expect(await next.has(1)).toEqual([7]);
    await next.ended;
    await resumed.close();
  });

  it('hears also what another process appends', async () => {
    const tail = await Tail.open('?from=8');
    const { Appended } = await import('../../src/event-store/appended.js');
    const announce = jest.spyOn(service.app.get(Appended), 'announce').mockImplementation(() => undefined);
    await fund('F-8');
    announce.mockRestore();
    expect(await tail.has(1)).toEqual([8]);
    await tail.close();
  });

  it('refuses as any other question', async () => {
    const refusals = [
      [await Tail.open('', { 'last-event-id': 'x' }), 400, 'Last-Event-ID'],
      [await Tail.open('?type=x'), 400, 'type'],
      [await Tail.open('', { authorization: 'Bearer x' }), 401, 'unauthenticated'],
    ] as const;
    for (const [tail, status, word] of refusals) {
      await tail.ended;
      expect([tail.response.statusCode, tail.text]).toEqual([status, expect.stringContaining(word)]);
    }
    expect((await service.get('/v1/books/640122/events', clerk).set('accept', 'text/event-stream')).status).toBe(404);
  });

  it('shows that it is still there, and ends with its token', async () => {
    const live = service.app.get(LiveEvents);
    live.heartbeatMs = 100;
    const key = readOrMakeTokenKey(service.tokenKeyFile);
    const short = await signToken(key, { role: 'auditor', divisions: ['6401'], subject: 'auditor-1', expires: '3s' });
    const [lasting, brief] = [
      await Tail.open('?from=1000000'),
      await Tail.open('?from=1000000', { authorization: `Bearer ${short}` }),
    ];
    await brief.ended;
    expect(brief.response.complete).toBe(true);
    expect(lasting.text).toMatch(/^retry: 2000\n\n(?:: still here\n\n)+$/);
    await lasting.close();
  });

  it('holds no place for those who left, and has 200', async () => {
    // Nothing else than that they left tells of it.
    service.app.get(LiveEvents).heartbeatMs = Number.MAX_SAFE_INTEGER;
    const tails = await Promise.all(Array.from({ length: 200 }, () => Tail.open('?from=1000000')));
    const another = () => service.get(`${BOOK}/events?from=0&limit=1`, clerk).set('accept', 'text/event-stream');
    const { status, body } = await another();
    expect({ status, code: body.code }).toEqual({ status: 503, code: 'try_again' });
    for (const tail of tails) tail.response.destroy();
    await until(async () => (await another()).status === 200);
  });

  it('is cut off where nothing moves, and heartbeats keep it', async () => {
    const server = service.app.getHttpServer();
    const live = service.app.get(LiveEvents);
    expect(server.timeout).toBe(600_000);
    try {
      server.timeout = 3_000;
      live.heartbeatMs = 15_000;
      const silent = await Tail.open('?from=1000000');
      await silent.ended;
      expect(silent.response.complete).toBe(false);
      live.heartbeatMs = 100;
      const beating = await Tail.open('?from=1000000');
      const openedMs = performance.now();
      await until(() => performance.now() - openedMs > server.timeout + 1_000);
      const heard = beating.text.length;
      await until(() => beating.text.length > heard);
      await beating.close();
    } finally {
      server.timeout = 600_000;
    }
  });

  it('ends in order when the service stops', async () => {
    const tail = await Tail.open('?from=1000000');
    const closing = service.app.close();
    await Promise.all([tail.ended, closing]);
    expect(tail.response.complete).toBe(true);
  });
});
