import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import type { BookEvent } from '../../src/domain/event.js';
import { parseCheckpoint } from '../../src/log/checkpoint.js';
import { generateKey, parseSigner, parseVerifier } from '../../src/log/note.js';
import { PlainError } from '../../src/plain-error.js';
import { auditBundle } from '../support/audit-bundle.js';
import { variedHistory } from '../support/recorded-history.js';
import { COUNTY, countyHistory, lastCheckpoint, type SealedBook, sealedBook } from '../support/sealed-book.js';
import { LOG_KEY } from '../support/writers.js';

let book: SealedBook;
let file: string;
let events: BookEvent[];

beforeAll(async () => {
  events = countyHistory(3, 300);
  book = await sealedBook(events);
  file = await book.bundle('whole');
});

afterAll(() => book.close());

test('a book that nobody touched is whole, to its assets', async () => {
  expect(events.length).toBeGreaterThan(256);
  const whole = await auditBundle(file, { keys: [parseVerifier(LOG_KEY.vkey)], book: COUNTY });
  const { root } = parseCheckpoint(whole.checkpoint);
  expect(whole).toMatchObject({
    book: COUNTY,
    size: events.length,
    root: root.toString('base64'),
    signers: [LOG_KEY.vkey],
    checkpoints: Math.ceil(events.length / 7),
  });
  expect(Object.entries(whole.published ?? {}).filter(([, rows]) => rows === 0)).toEqual([]);
});

test('so is one whose entries say all that they may, on many days', async () => {
  const history = variedHistory(5, 4).filter((event) => event.book === COUNTY);
  const varied = await sealedBook(history);
  try {
    const whole = await auditBundle(await varied.bundle('varied'), {
      keys: [parseVerifier(LOG_KEY.vkey)],
      book: COUNTY,
    });
    expect(whole.size).toBe(history.length);
  } finally {
    await varied.close();
  }
});

test('the same size of the same book is the same file', async () => {
  expect(readFileSync(await book.bundle('again'))).toEqual(readFileSync(file));
});

test('a place where nothing can be written is told in words', async () => {
  await expect(book.bundle('no/such/folder')).rejects.toThrow(/cannot be written: ENOENT/);
});

test('a bundle tells how far it is', async () => {
  let [size, judged] = [0, 0];
  await auditBundle(file, { keys: [], onSize: (of) => (size = of), onEvents: (count) => (judged += count) });
  expect([size, judged]).toEqual([events.length, events.length]);
});

test('a key of another log is not one that signed', async () => {
  const other = parseVerifier(parseSigner(generateKey('ledger.example/log')).vkey);
  await expect(auditBundle(file, { keys: [other] })).rejects.toMatchObject({
    difference: { book: COUNTY, seq: 6, field: 'checkpoint', expected: `a signature by ${other.vkey}` },
  });
});

test('of two things that are wrong with the log the first is named, though signatures are proven last', async () => {
  const changed = `${book.folder}/twice`;
  writeFileSync(changed, readFileSync(file, 'utf8').replace(/("tile":\{"hash":")[^"]+/, '$1AAAA'));
  await expect(auditBundle(changed, { keys: [] })).rejects.toMatchObject({ difference: { seq: 255 } });
  const other = parseVerifier(parseSigner(generateKey('ledger.example/log')).vkey);
  await expect(auditBundle(changed, { keys: [other] })).rejects.toMatchObject({
    difference: { seq: 6, field: 'checkpoint' },
  });
});

test('the book has grown from each of its checkpoints, and from none of another book', async () => {
  const notes = readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('{"checkpoint":'))
    .map((line) => (JSON.parse(line) as { checkpoint: { note: string } }).checkpoint.note);
  for (const note of notes.slice(-3)) {
    await expect(auditBundle(file, { keys: [], since: parseCheckpoint(note) })).resolves.toMatchObject({
      book: COUNTY,
    });
  }
  const other = { ...parseCheckpoint(notes.at(-1) ?? ''), root: Buffer.alloc(32) };
  await expect(auditBundle(file, { keys: [], since: other })).rejects.toMatchObject({ difference: { field: 'since' } });
  const foreign = { ...parseCheckpoint(notes[0] ?? ''), origin: 'ledger.example/log/640122' };
  await expect(auditBundle(file, { keys: [], since: foreign })).rejects.toMatchObject({
    difference: { field: 'since', found: 'ledger.example/log/640122' },
  });
});

test('a file that is no bundle, or of another book, is refused in words', async () => {
  const other = `${book.folder}/other`;
  writeFileSync(other, 'PK\u0003\u0004\n');
  await expect(auditBundle(other, { keys: [] })).rejects.toThrow(PlainError);
  writeFileSync(other, '');
  await expect(auditBundle(other, { keys: [] })).rejects.toThrow('is empty');
  await expect(auditBundle(`${book.folder}/none`, { keys: [] })).rejects.toThrow(PlainError);
  await expect(auditBundle(file, { keys: [], book: '640122' })).rejects.toThrow('is a bundle of book 640121');
});

test('rows of a notice whose fields stand in another order are not the same file', async () => {
  const changed = `${book.folder}/reordered`;
  const text = readFileSync(file, 'utf8');
  const at = text.split('\n').findIndex((line) => line.startsWith('{"notice":') && line.includes('"cells":{"'));
  const lines = text.split('\n');
  const { notice } = JSON.parse(lines[at] ?? '') as { notice: { id: string; rows: Record<string, unknown>[] } };
  const [first = {}, ...rows] = notice.rows;
  const turned = Object.fromEntries(Object.entries(first).reverse());
  writeFileSync(
    changed,
    lines.with(at, JSON.stringify({ notice: { id: notice.id, rows: [turned, ...rows] } })).join('\n'),
  );
  await expect(auditBundle(changed, { keys: [] })).rejects.toMatchObject({
    difference: { field: `notices[${notice.id}].rows`, expected: expect.stringContaining('canonical form') },
  });
});

test('columns of no entry are named', async () => {
  const changed = `${book.folder}/early`;
  const lines = readFileSync(file, 'utf8').split('\n');
  const at = lines.findIndex((line) => line.startsWith('{"actor":'));
  writeFileSync(changed, lines.toSpliced(at, 0, '{"columns":[]}').join('\n'));
  await expect(auditBundle(changed, { keys: [] })).rejects.toMatchObject({ difference: { seq: null, found: '[]' } });
});

test('lines that are put in, left out or not UTF-8 are found where they stand', async () => {
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
  const changed = `${book.folder}/changed`;
  const seqs = lines.map((line) => line.startsWith('{"actor":'));
  const fifth = seqs.indexOf(true, seqs.indexOf(true) + 1);
  writeFileSync(changed, `${lines.toSpliced(fifth, 1).join('\n')}\n`);
  await expect(auditBundle(changed, { keys: [] })).rejects.toMatchObject({
    difference: { book: COUNTY, seq: 1, field: 'seq', expected: '1', found: '2' },
  });
  writeFileSync(changed, `${lines.slice(0, -1).join('\n')}\n`);
  await expect(auditBundle(changed, { keys: [] })).rejects.toMatchObject({ difference: { found: 'nothing' } });
  writeFileSync(changed, `${lines.join('\n')}\n`);
  appendFileSync(changed, Buffer.of(0xff, 0x0a));
  await expect(auditBundle(changed, { keys: [] })).rejects.toMatchObject({ difference: { expected: 'UTF-8' } });
  writeFileSync(changed, lines.join('\n'));
  await expect(auditBundle(changed, { keys: [] })).rejects.toMatchObject({
    difference: { expected: 'a line that ends' },
  });
  expect(lastCheckpoint(file)).toContain(`ledger.example/log/${COUNTY}\n`);
});
