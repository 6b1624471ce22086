import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { BookEvent } from '../../src/domain/event.js';
import { formatYuan, parseYuan } from '../../src/domain/money.js';
import { ServiceProcess } from '../support/service-process.js';

const BOOKS = ['640100', '640104', '640105', '640106', '640121', '640122', '640181', '640182'];
const CLIENTS = 64;
const ALLOCATIONS = 20_000;
const KILLS = 2;

interface Acknowledged {
  book: string;
  seq: number;
  amount: string;
}

let dataDir: string;
let service: ServiceProcess;
let clerk: string;

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'mingzhang-kill-'));
  service = await ServiceProcess.on(dataDir);
  await service.start();
  clerk = service.token('clerk', '64');
  const admin = service.token('admin', '64');
  for (const id of BOOKS) {
    const level = id.endsWith('00') ? 'city' : 'county';
    await insist('/v1/books', 'open', { id, name: '财政局', level }, admin);
    const fund = {
      id: 'F-1',
      name: '扶贫专项资金',
      level: 'city',
      nature: 'special',
      fiscalYear: 2016,
      amount: '50000000.00',
    };
    await insist(`/v1/books/${id}/funds`, 'fund', fund, clerk);
  }
});

afterAll(async () => {
  await service.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

/** Sends the same request under the same key until it is answered, as a bureau's program does. */
async function insist(path: string, key: string, body: object, token: string): Promise<{ seq: number }> {
  for (;;) {
    const answer = await fetch(service.url + path, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', 'idempotency-key': key },
      body: JSON.stringify(body),
    }).then(
      async (response) => ({ status: response.status, text: await response.text() }),
      () => undefined,
    );
    if (answer?.status === 201) return JSON.parse(answer.text);
    if (answer !== undefined && answer.status !== 503) throw new Error(`${path}: ${answer.status} ${answer.text}`);
    await sleep(50);
  }
}

async function get(path: string): Promise<Response> {
  const response = await fetch(service.url + path, { headers: { authorization: `Bearer ${clerk}` } });
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return response;
}

async function eventsOf(book: string): Promise<BookEvent[]> {
  const text = await (await get(`/v1/books/${book}/events?from=0&limit=1000000`)).text();
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
}

/** Adds numbers, and knows no rule. */
function fold(events: BookEvent[]): Map<string, bigint> {
  const balances = new Map<string, bigint>();
  for (const { account, fund, amount } of events.flatMap(({ postings }) => postings)) {
    const key = `${account} ${fund}`;
    balances.set(key, (balances.get(key) ?? 0n) + parseYuan(amount));
  }
  return balances;
}

async function publishedBalances(book: string, minSeq: number): Promise<Record<string, string>> {
  for (;;) {
    const response = await fetch(`${service.url}/v1/books/${book}/balances?minSeq=${minSeq}&limit=500`, {
      headers: { authorization: `Bearer ${clerk}` },
    });
    if (response.status === 503) continue;
    const { items } = (await response.json()) as { items: { account: string; fund: string; amount: string }[] };
    return Object.fromEntries(items.map(({ account, fund, amount }) => [`${account} ${fund}`, amount]));
  }
}

test('64 clients, 8 books, 20,000 allocations, the service killed while they run: each acknowledged entry is there once, and no other', async () => {
  const acknowledged = new Map<string, Acknowledged>();
  let next = 0;
  const client = async () => {
    for (;;) {
      const n = next;
      next += 1;
      if (n >= ALLOCATIONS) return;
      const book = BOOKS[n % BOOKS.length] ?? '';
      const amount = formatYuan(BigInt((n % 997) + 1));
      const { seq } = await insist(
        `/v1/books/${book}/allocations`,
        `k-${n}`,
        { to: `department:d${n % 5}`, amount },
        clerk,
      );
      acknowledged.set(`${book} k-${n}`, { book, seq, amount });
    }
  };
  const killer = async () => {
    for (let kill = 1; kill <= KILLS; kill += 1) {
      const killAt = (ALLOCATIONS * (kill - 1 + Math.random())) / KILLS;
      while (acknowledged.size < killAt) await sleep(5);
      await service.kill();
      await service.start();
    }
  };
  await Promise.all([killer(), ...Array.from({ length: CLIENTS }, client)]);

  expect(acknowledged.size).toBe(ALLOCATIONS);
  let recorded = 0;
  for (const book of BOOKS) {
    const events = await eventsOf(book);
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index));
    for (const event of events.slice(2)) {
      const { seq, amount } = acknowledged.get(`${book} ${event.command}`) ?? {};
      expect({ seq: event.seq, amount: event.postings.at(-1)?.amount }).toEqual({ seq, amount });
      recorded += 1;
    }
    const balances = [...fold(events)].filter(([, amountFen]) => amountFen !== 0n);
    const expected = Object.fromEntries(balances.map(([key, amountFen]) => [key, formatYuan(amountFen)]));
    expect(await publishedBalances(book, events.length - 1)).toEqual(expected);
  }
  expect(recorded).toBe(ALLOCATIONS);
});
