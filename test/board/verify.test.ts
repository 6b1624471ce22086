import { startApp, type TestApp } from '../support/app.js';
import { postNotices } from '../support/posted-notice.js';
import { Book, checkNotice, lookLater, Unsure, Wrong } from '../support/verify-modules.js';

let app: TestApp;

beforeAll(async () => {
  app = await startApp();
  await postNotices(app);
});
afterAll(() => app.close());

async function load(path: string): Promise<Uint8Array> {
  const { rawPayload, statusCode } = await app.app.getHttpAdapter().getInstance().inject({ url: path });
  if (statusCode !== 200) throw new Error(`${path}: ${statusCode}`);
  return new Uint8Array(rawPayload);
}

const notice = '/v1/disclosure/books/640121/notices/N-1';

/** Loads as the service answers, but for what `change` makes of the text of one path. */
function changing(where: string, change: (text: string) => string) {
  return async (path: string) => {
    const bytes = await load(path);
    if (!path.includes(where)) return bytes;
    // One character is one byte here, so that what is not text stays as it is.
    const text = Buffer.from(bytes).toString('latin1');
    const changed = change(text);
    if (changed === text) throw new Error(`nothing was changed in ${path}`);
    return new Uint8Array(Buffer.from(changed, 'latin1'));
  };
}

it('proves an entry and a notice with all entries that it cites', async () => {
  const book = new Book('640121', load);
  const { event, checkpoint } = await book.prove(2);
  expect(event).toMatchObject({ type: 'funds.allocated', seq: 2, book: '640121' });
  expect(checkpoint).toMatchObject({ size: 8, origin: expect.stringMatching(/\/log\/640121$/) });
  const seen: [number, number][] = [];
  const proven = await checkNotice(book, 'N-1', (done, all) => seen.push([done, all]));
  expect(proven.cited).toEqual([1, 2, 3]);
  expect(seen).toEqual([
    [1, 3],
    [2, 3],
    [3, 3],
  ]);
  await checkNotice(book, 'N-2');
  const pinned = new Book('640121', load, checkpoint.signer.fingerprint);
  await expect(pinned.prove(0)).resolves.toBeDefined();
});

it.each([
  [
    'a figure of a row',
    notice,
    (text: string) => text.replace('"amount":"60.00"', '"amount":"61.00"'),
    /第 2 行.*61\.00.*60\.00/,
  ],
  [
    'a cell of a row',
    notice,
    (text: string) => text.replace('"text":"department:05"', '"text":"department:07"'),
    /第 2 行/,
  ],
  ['the order of rows', notice, (text: string) => text.replace(/\{"cells".*?\},(?=\{"cells")/, ''), /不同/],
  ['the words of the notice', notice, (text: string) => text.replace('0951-8011234', '0951-8011235'), /文字/],
  [
    'an account in an entry',
    '/tile/entries/',
    (text: string) => text.replace('department:05', 'department:07'),
    /第 \d+ 号记录的原文被改过/,
  ],
  [
    'the leaf hash',
    '/events/6/proof',
    (text: string) => text.replace(/"leafHash":"(.)/, (_, c) => `"leafHash":"${c === 'A' ? 'B' : 'A'}`),
    /原文被改过/,
  ],
  [
    'a hash of the path',
    '/events/6/proof',
    (text: string) => text.replace(/"proof":\["(.)/, (_, c) => `"proof":["${c === 'A' ? 'B' : 'A'}`),
    /不在签了名的账本里/,
  ],
  ['the size that is signed', '/proof', (text: string) => text.replace('\\n8\\n', '\\n9\\n'), /签名不是/],
  [
    'the root that is signed',
    '/proof',
    (text: string) => text.replace(/\\n8\\n(.)/, (_, c) => `\\n8\\n${c === 'A' ? 'B' : 'A'}`),
    /签名不是/,
  ],
  [
    'the signature',
    '/proof',
    (text: string) => text.replace(/(log [A-Za-z0-9+/]{20})(.)/, (_, a, c) => `${a}${c === 'A' ? 'B' : 'A'}`),
    /签名不是/,
  ],
  [
    'the key',
    '/log/keys',
    (text: string) => text.replace(/(\+A)(.)/, (_, a, c) => `${a}${c === 'X' ? 'Y' : 'X'}`),
    /编号与公钥不符/,
  ],
])('turns red for one changed byte in %s', async (_, where, change, message) => {
  const checked = checkNotice(new Book('640121', changing(where, change)), 'N-1');
  await expect(checked).rejects.toThrow(Wrong);
  await expect(checked).rejects.toThrow(message);
});

it('turns red for another entry, another book, and a row that cites what came later', async () => {
  const other = (path: string) => load(path.replace('/events/2/', '/events/3/'));
  await expect(new Book('640121', other).prove(2)).rejects.toThrow(Wrong);
  const elsewhere = (path: string) => load(path.replaceAll('640122', '640121'));
  await expect(new Book('640122', elsewhere).prove(2)).rejects.toThrow(/不是本账本/);
  const late = changing(notice, (text) => text.replace('"entries":[1,2]', '"entries":[1,2,6]'));
  await expect(checkNotice(new Book('640121', late), 'N-1')).rejects.toThrow(/截止以后/);
});

it('turns red for a key that is not the one on paper, and does not turn green for one that was replaced', async () => {
  await expect(new Book('640121', load, '0'.repeat(32)).prove(2)).rejects.toThrow(/不是纸上的那一把/);
  const old = '127.0.0.1:3000/log+9360549e+AVNobuXBWhS2w1n1RR7SkPu46egOO5gcHEPhQvt8T42+';
  const withOld = async (path: string) => {
    const bytes = await load(path);
    return path === '/log/keys' ? new Uint8Array(Buffer.from(`${Buffer.from(bytes)}${old}\n`)) : bytes;
  };
  const { hash } = await import('node:crypto');
  const fingerprint = hash('sha256', old, 'hex').slice(0, 32);
  await expect(new Book('640121', withOld, fingerprint).prove(2)).rejects.toThrow(Unsure);
});

it('hashes a book of more than one tile from its own bundles', async () => {
  const clerk = await app.token('clerk', ['640121']);
  const lines = Array.from({ length: 260 }, (_, index) => ({ id: `B-${index}`, to: 'department:05', amount: '0.01' }));
  for (const line of lines) await app.post('/v1/books/640121/allocations', clerk, line).expect(201);
  const book = new Book('640121', load);
  for (const seq of [0, 255, 256, 267]) await expect(book.prove(seq)).resolves.toMatchObject({ event: { seq } });
});

it('proves a notice whose book grows meanwhile, and turns red where the growth is not proven', async () => {
  const clerk = await app.token('clerk', ['640121']);
  const asked: string[] = [];
  const growing = async (path: string) => {
    asked.push(path);
    if (/\/events\/[23]\/proof/.test(path))
      await app.post('/v1/books/640121/allocations', clerk, { to: 'department:05', amount: '0.01' }).expect(201);
    return load(path);
  };
  await expect(checkNotice(new Book('640121', growing), 'N-1')).resolves.toMatchObject({ cited: [1, 2, 3] });
  const sizes = asked.flatMap((path) => path.match(/\/consistency\?from=\d+&to=\d+$/) ?? []);
  expect(sizes).toEqual(['/consistency?from=268&to=269', '/consistency?from=269&to=270']);
  const other = async (path: string) => {
    const bytes = await growing(path);
    const text = Buffer.from(bytes).toString();
    const first = (_: string, sign: string) => `"proof":["${sign === 'A' ? 'B' : 'A'}`;
    return path.includes('/consistency') ? Buffer.from(text.replace(/"proof":\["(.)/, first)) : bytes;
  };
  await expect(checkNotice(new Book('640121', other), 'N-1')).rejects.toThrow(/不是同一本账/);
});

const afterwards = async (from: (path: string) => Promise<Uint8Array>, seq: number) => {
  const book = new Book('640121', from);
  return lookLater(book, await book.prove(seq));
};

it('proves of an entry and of a notice that nothing came later, or what did', async () => {
  const { later } = await checkNotice(new Book('640121', load), 'N-1');
  expect(later).toEqual({ from: 1, found: [] });
  const reviewer = await app.token('reviewer', ['640121']);
  const reversal = await app.post('/v1/books/640121/reversals', reviewer, { seq: 2, reason: '部门有误' }).expect(201);
  const by = Number(reversal.body.seq);
  expect(await afterwards(load, 2)).toEqual({ from: 2, found: [{ what: 'reversed', seq: 2, by }] });
  expect(await afterwards(load, 3)).toEqual({ from: 3, found: [] });
  expect(await afterwards(load, 258)).toEqual({ from: 258, found: [] });
  const since = await checkNotice(new Book('640121', load), 'N-1');
  expect(since.later.found).toEqual([{ what: 'reversed', seq: 2, by }]);
});

it('turns red for a later entry that is left out or changed, and for a tile before it', async () => {
  const tile = '/log/640121/tile/';
  const shorter = async (path: string) => {
    const bytes = await load(path);
    return path.startsWith(`${tile}entries/001`) ? bytes.subarray(0, startOfLast(bytes)) : bytes;
  };
  await expect(afterwards(shorter, 3)).rejects.toThrow(/没有给出全部记录/);
  const hidden = changing(`${tile}entries/001`, (text) => text.replace('"entry.reversed"', '"entry.forgotte"'));
  await expect(afterwards(hidden, 3)).rejects.toThrow(/不是签了名的账本/);
  const other = changing(`${tile}1/000`, (text) => (text.startsWith('a') ? 'b' : 'a') + text.slice(1));
  await expect(afterwards(other, 258)).rejects.toThrow(/不是签了名的账本/);
});

it('says that nothing is known of what came later where that is too much to read', async () => {
  const clerk = await app.token('clerk', ['640121']);
  const lines = Array.from({ length: 4_100 }, (_, index) =>
    JSON.stringify({ kind: 'allocation', key: `much-${index}`, to: 'department:05', amount: '0.01' }),
  );
  const imported = app.post('/v1/books/640121/imports', clerk).set('content-type', 'application/x-ndjson');
  await imported.send(lines.join('\n')).expect(200);
  expect(await afterwards(load, 3)).toEqual({ from: undefined, found: [] });
  const { later } = await checkNotice(new Book('640121', load), 'N-1');
  expect(later.from).toBeUndefined();
});

/** Where the last entry of a bundle begins. */
function startOfLast(bundle: Uint8Array): number {
  const view = new DataView(bundle.buffer, bundle.byteOffset, bundle.byteLength);
  let start = 0;
  for (let at = 0; at < bundle.length; at += 2 + view.getUint16(at)) start = at;
  return start;
}
