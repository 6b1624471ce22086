import { parseCheckpoint } from '../../src/log/checkpoint.js';
import { EMPTY_ROOT, type Hash, leafHash } from '../../src/log/hash.js';
import { parseNote, parseVerifier, type Verifier } from '../../src/log/note.js';
import { tilePath } from '../../src/log/tile-path.js';
import { parseTlogProof } from '../../src/log/tlog-proof.js';
import { TreeEdge } from '../../src/log/tree-edge.js';
import { isConsistent, isIncluded } from '../../src/log/verify-proof.js';
import { startApp, type TestApp } from '../support/app.js';
import { bytesOf } from '../support/bytes.js';

const SIZE = 600;

let service: TestApp;
let verifier: Verifier;
/** The book as a clerk reads it: what everybody's answers are held against. */
let events: string[];
/** `roots[n]` is the root of the first n entries. */
let roots: Hash[];
beforeAll(async () => {
  service = await startApp({ PUBLIC_URL: 'https://ledger.example' });
  const [admin, clerk] = [await service.token('admin', ['6401']), await service.token('clerk', ['6401'])];
  const book = { id: '640121', name: '永宁县财政局', level: 'county' };
  expect((await service.post('/v1/books', admin, book)).status).toBe(201);
  const fund = { name: '资金', level: 'county', nature: 'special', fiscalYear: 2016, amount: '1.00' };
  for (let posted = 1; posted < SIZE; posted += 100) {
    const some = Array.from({ length: Math.min(100, SIZE - posted) }, () =>
      service.post('/v1/books/640121/funds', clerk, fund),
    );
    expect(new Set((await Promise.all(some)).map(({ status }) => status))).toEqual(new Set([201]));
  }
  events = (await service.get('/v1/books/640121/events', clerk).buffer(true).parse(bytesOf)).body
    .toString()
    .trimEnd()
    .split('\n');
  expect(events).toHaveLength(SIZE);
  const edge = new TreeEdge();
  roots = [edge.root()];
  for (const event of events) {
    edge.append(leafHash(event));
    roots.push(edge.root());
  }
  verifier = parseVerifier((await service.get('/log/keys')).text.trimEnd());
});
afterAll(() => service.close());

const bytes = (path: string) => service.get(path).buffer(true).parse(bytesOf);

async function checkpoint() {
  const { status, text, headers } = await service.get('/log/640121/checkpoint');
  expect([status, headers['content-type'], headers['cache-control']]).toEqual([
    200,
    'text/plain; charset=utf-8',
    'no-cache',
  ]);
  expect(verifier.accepts(parseNote(text))).toBe(true);
  return parseCheckpoint(text);
}

it('shows the latest checkpoint, signed with the published key', async () => {
  expect(verifier.name).toBe('ledger.example/log');
  expect(await checkpoint()).toEqual({ origin: 'ledger.example/log/640121', size: SIZE, root: roots[SIZE] });
});

it('shows every tile that the checkpoint covers, from which the root follows', async () => {
  const leaves: Hash[] = [];
  for (const [index, width] of [256, 256, 88].entries()) {
    const { status, body, headers } = await bytes(
      `/log/640121/tile/${tilePath({ kind: 'hashes', level: 0, index, width })}`,
    );
    expect([status, headers['content-type'], body.length]).toEqual([200, 'application/octet-stream', width * 32]);
    expect(headers['cache-control']).toBe(
      width === 256 ? 'public, max-age=31536000, immutable' : 'public, max-age=3600',
    );
    for (let at = 0; at < body.length; at += 32) leaves.push(body.subarray(at, at + 32));
  }
  expect(leaves).toEqual(events.map(leafHash));
  const edge = new TreeEdge();
  const higher = leaves.flatMap((leaf) => edge.append(leaf)).map(({ hash }) => hash);
  expect((await bytes('/log/640121/tile/1/000.p/2')).body).toEqual(Buffer.concat(higher));
  // An earlier checkpoint needed this one.
  expect((await bytes('/log/640121/tile/0/001.p/7')).body).toEqual(Buffer.concat(leaves.slice(256, 263)));
});

it('shows the entries of each tile, each after its length', async () => {
  const entries: string[] = [];
  for (const path of ['entries/000', 'entries/001', 'entries/002.p/88']) {
    const { status, body, headers } = await bytes(`/log/640121/tile/${path}`);
    expect([status, headers['content-type']]).toEqual([200, 'application/octet-stream']);
    for (let at = 0; at < body.length; ) {
      const end = at + 2 + body.readUInt16BE(at);
      entries.push(body.subarray(at + 2, end).toString());
      at = end;
    }
  }
  expect(entries).toEqual(events);
});

it.each([
  '0/002',
  '0/002.p/89',
  '0/003.p/1',
  '0/000.p/256',
  '0/000.p/0',
  '0/000.p/01',
  '0/000.p',
  '00/000',
  '0/0',
  '0/x000/000',
  '0/x000/x000/000',
  '0/1',
  '1/000',
  '1/000.p/3',
  '2/000.p/1',
  '63/000.p/1',
  '64/000.p/1',
  '-1/000',
  '0/x999/x999/x999/x999/x999/999',
  'entries/002',
  'entries/002.p/89',
  'Entries/000',
  'data/000',
  '',
  '..%2Fcheckpoint',
  '%00',
  'x'.repeat(99),
])('has no tile %s', async (path) => {
  const { status, body, headers } = await service.get(`/log/640121/tile/${path}`);
  expect([status, body.code, headers['content-type']]).toEqual([
    404,
    'not_found',
    'application/problem+json; charset=utf-8',
  ]);
});

it.each(['640122', '6401', '%00', 'x', '999999999999'])('knows no book %s', async (book) => {
  for (const path of ['checkpoint', 'keys', 'tile/0/000.p/1', 'proof/0.tlog-proof']) {
    const { status, body } = await service.get(`/log/${book}/${path}`);
    expect([path, status, body.code]).toEqual([path, 404, 'book_unknown']);
  }
  for (const path of ['events/0/proof', 'consistency?from=1']) {
    const { status, body } = await service.get(`/v1/books/${book}/${path}`);
    expect([path, status, body.code]).toEqual([path, 404, 'book_unknown']);
  }
});

it('proves any entry against the latest checkpoint, as JSON and as a file', async () => {
  for (const seq of [0, 1, 255, 256, 511, 512, 598, 599]) {
    const { body } = await service.get(`/v1/books/640121/events/${seq}/proof`);
    const leaf = leafHash(events[seq] ?? '');
    const { size, root } = parseCheckpoint(body.checkpoint);
    expect([body.book, body.seq, body.leafHash, size]).toEqual(['640121', seq, leaf.toString('base64'), SIZE]);
    expect(verifier.accepts(parseNote(body.checkpoint))).toBe(true);
    expect(isIncluded(leaf, seq, size, hashes(body.proof), root)).toBe(true);
    const { text, headers } = await service.get(`/log/640121/proof/${seq}.tlog-proof`);
    expect(headers['content-type']).toBe('text/plain; charset=utf-8');
    expect(parseTlogProof(text)).toEqual({ index: seq, proof: body.proof, checkpoint: body.checkpoint });
  }
});

it.each(['600', '18446744073709551615', '18446744073709551616', '-1', '01', '1e2', '%00', 'x'])(
  'has no entry %s to prove',
  async (seq) => {
    for (const path of [`/v1/books/640121/events/${seq}/proof`, `/log/640121/proof/${seq}.tlog-proof`]) {
      const { status, body } = await service.get(path);
      expect([path, status, body.code]).toEqual([path, 404, 'entry_unknown']);
    }
  },
);

it('proves that the book only grew', async () => {
  for (const [from, to] of [
    [1, SIZE],
    [255, 256],
    [256, 300],
    [257, 512],
    [599, SIZE],
    [SIZE, SIZE],
  ] as const) {
    const { body } = await service.get(`/v1/books/640121/consistency?from=${from}&to=${to}`);
    expect(body).toMatchObject({ book: '640121', from, to });
    expect(isConsistent(from, to, hashes(body.proof), rootAt(from), rootAt(to))).toBe(true);
    if (body.checkpoint !== null) expect(parseCheckpoint(body.checkpoint)).toMatchObject({ size: to, root: roots[to] });
  }
  const { body } = await service.get('/v1/books/640121/consistency?from=17');
  expect([body.to, parseCheckpoint(body.checkpoint).size]).toEqual([SIZE, SIZE]);
});

it.each([
  ['from=0&to=0', 400],
  ['from=0', 400],
  ['from=2&to=1', 400],
  ['from=-1', 400],
  ['from=01', 400],
  ['from=1.0', 400],
  ['from=', 400],
  ['to=1', 400],
  ['from=1&from=2', 400],
  ['from=18446744073709551616', 400],
  ['from=1&to=18446744073709551616', 400],
  ['from=1&to=18446744073709551615', 404],
  ['from=18446744073709551615', 404],
  ['from=601', 404],
  ['from=1&to=601', 404],
])('has no consistency proof %s', async (query, expected) => {
  const { status, body } = await service.get(`/v1/books/640121/consistency?${query}`);
  expect([status, body.code]).toEqual([expected, expected === 400 ? 'invalid_request' : 'not_found']);
});

function rootAt(size: number): Hash {
  return roots[size] ?? EMPTY_ROOT;
}

function hashes(list: string[]): Hash[] {
  return list.map((hash) => Buffer.from(hash, 'base64'));
}
