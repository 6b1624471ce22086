import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ServiceProcess } from '../support/service-process.js';

const BOOK = '640121';

/** What one key signed: the entries from `from` on. */
interface Generation {
  vkey: string;
  from: number;
  /** The last checkpoint that it signed, as an auditor kept it. */
  kept: string;
}

let folder: string;
let service: ServiceProcess;
let bundle: string;
const generations: Generation[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'mingzhang-rotated-'));
  service = await ServiceProcess.on(join(folder, 'data'), { READS_PER_MINUTE: '1000000' });
  await service.start();
  const [admin, clerk] = [service.token('admin', BOOK), service.token('clerk', BOOK)];
  await post('/v1/books', 'book', { id: BOOK, name: '永宁县财政局', level: 'county' }, admin);
  for (let size = 1; size < 7; size += 2) {
    if (size > 1) {
      await service.stop();
      expect(service.command('log-key', 'rotate').status).toBe(0);
      await service.start();
    }
    const fund = { name: '专项资金', level: 'county', nature: 'special', fiscalYear: 2016, amount: '1.00' };
    for (const key of [`${size}`, `${size + 1}`]) await post(`/v1/books/${BOOK}/funds`, key, fund, clerk);
    const kept = join(folder, `${size}.checkpoint`);
    writeFileSync(kept, await text(`/log/${BOOK}/checkpoint`));
    const [vkey = ''] = (await text('/log/keys')).split('\n');
    generations.push({ vkey, from: size === 1 ? 0 : size, kept });
  }
  bundle = join(folder, 'bundle');
  expect(service.command('export', 'bundle', '--book', BOOK, '-o', bundle)).toMatchObject({ status: 0 });
});

afterAll(async () => {
  await service.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function text(path: string): Promise<string> {
  return (await fetch(service.url + path)).text();
}

async function post(path: string, key: string, body: object, token: string): Promise<void> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json', 'idempotency-key': key };
  const answer = await fetch(service.url + path, { method: 'POST', headers, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(await answer.text());
}

function verify(source: string, keys: readonly string[], ...more: string[]) {
  const { status, said } = service.command(
    'verify',
    source,
    ...keys.flatMap((key) => ['--key', key]),
    ...more,
    '--json',
  );
  return { status, answer: JSON.parse(said) as object };
}

const vkeys = () => generations.map(({ vkey }) => vkey);

test('three keys signed, and the service shows each with the size from which it counts, the present one first', async () => {
  expect(new Set(vkeys()).size).toBe(3);
  expect(await text('/log/keys')).toBe(`${vkeys().toReversed().join('\n')}\n`);
  expect(JSON.parse(await text(`/log/${BOOK}/keys`))).toEqual({
    book: BOOK,
    keys: generations.map(({ vkey, from }) => ({ vkey, fromSize: from + 1 })).toReversed(),
  });
});

test('with all of them, and with those that come along, bundle and service are whole', () => {
  for (const keys of [vkeys(), vkeys().toReversed(), []]) {
    const keysGiven = keys.length > 0;
    expect(verify(bundle, keys)).toMatchObject({
      status: 0,
      answer: { whole: true, size: 7, signers: vkeys(), keysGiven },
    });
    expect(verify(`${service.url}/log/${BOOK}`, keys)).toMatchObject({
      status: 0,
      answer: { whole: true, size: 7, signers: vkeys().slice(-1), keysGiven },
    });
  }
});

test('with one of them, a bundle names the first entry that another one signed', () => {
  for (const { vkey, from } of generations) {
    const seq = from === 0 ? generations[1]?.from : 0;
    const difference = { book: BOOK, seq, field: 'checkpoint', expected: `a signature by ${vkey}` };
    expect(verify(bundle, [vkey])).toMatchObject({ status: 1, answer: { whole: false, difference } });
  }
});

test('with one of them, the service is whole for the present key alone, which signed all that came before by its last checkpoint', () => {
  for (const [at, { vkey }] of generations.entries()) {
    const difference = { seq: 6, field: 'checkpoint', expected: `a signature by ${vkey}` };
    expect(verify(`${service.url}/log/${BOOK}`, [vkey])).toMatchObject(
      at === 2 ? { status: 0, answer: { whole: true } } : { status: 1, answer: { whole: false, difference } },
    );
  }
});

test('a checkpoint of each generation shows that the book only grew, to whoever trusts its key too', () => {
  const present = vkeys().slice(-1);
  for (const { vkey, from, kept } of generations) {
    const since = Math.max(from, 1) + 2;
    for (const source of [bundle, `${service.url}/log/${BOOK}`])
      expect(verify(source, vkeys(), '--since', kept)).toMatchObject({ status: 0, answer: { whole: true, since } });
    if (present.includes(vkey)) continue;
    const { status, said } = service.command('verify', bundle, '--key', present[0] ?? '', '--since', kept);
    expect([status, said]).toEqual([1, expect.stringContaining('bears no signature of a key that is given')]);
  }
});
