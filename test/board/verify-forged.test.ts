import { createHash } from 'node:crypto';
import { canonical } from '../../src/event-store/canonical.js';
import { leafHash } from '../../src/log/hash.js';
import { inclusionProof } from '../../src/log/proof.js';
import { TestLog } from '../support/test-log.js';
import { Book, checkNotice, Wrong } from '../support/verify-modules.js';

// Whoever has the key can sign two logs, and prove in one of them what the other does not say.

const BOOK = '640121';
const NOTICE_SEQ = 2;

function allocation(amount: string) {
  const postings = [
    { account: 'bureau', amount: `-${amount}`, fund: 'F-1' },
    { account: 'department:05', amount, fund: 'F-1' },
  ];
  return { book: BOOK, data: { amount }, postings, seq: 1, type: 'funds.allocated' };
}

const MOVED = { account: 'department:05', fund: 'F-1', seq: 1 };

function rowsOf(amount: string, from: { account: string; fund?: string; seq: number }[] = [MOVED]) {
  return [{ cells: {}, entries: [1], figures: { allocated: { amount, from } }, id: 1 }];
}

/** What a forger publishes: a notice that tells of `told`, in a log whose entry is of `inLog`. */
function forged({
  told,
  inLog,
  rows = rowsOf(told),
}: {
  told: string;
  inLog: string;
  rows?: ReturnType<typeof rowsOf>;
}) {
  const data = {
    asOfSeq: 1,
    id: 'N-1',
    rows: rows.length,
    rowsHash: createHash('sha256').update(canonical(rows)).digest('hex'),
  };
  const log = new TestLog(BOOK);
  const opened = { book: BOOK, data: {}, postings: [], seq: 0, type: 'book.opened' };
  log.entries = [
    opened,
    allocation(inLog),
    { book: BOOK, data, postings: [], seq: NOTICE_SEQ, type: 'notice.published' },
  ].map(canonical);
  const shown = { columns: [], notice: data, replacedBy: null, rows, seq: NOTICE_SEQ, state: 'standing' };
  return { log, shown };
}

/** The service: `logOf` tells which log it proves an entry in, and of which size. */
function serving(
  { log, shown }: ReturnType<typeof forged>,
  logOf: (seq: number) => { log: TestLog; size: number },
  asked: string[] = [],
) {
  const receipt = (seq: number) => {
    const { log: own, size } = logOf(seq);
    const proof = inclusionProof(own.nodeAt, seq, size).map((hash) => hash.toString('base64'));
    const note = log.signer.sign(signedText(own, size));
    return { checkpoint: note, leafHash: leafHash(own.entries[seq] ?? '').toString('base64'), proof };
  };
  return async (path: string) => {
    asked.push(path);
    const [, seq] = /\/events\/(\d+)\/proof$/.exec(path) ?? [];
    const [, width] = /\/tile\/entries\/000\.p\/(\d+)$/.exec(path) ?? [];
    const [, from, to] = /\/consistency\?from=(\d+)&to=(\d+)$/.exec(path) ?? [];
    if (path === '/log/keys') return utf8(`${log.signer.vkey}\n`);
    if (path.endsWith('/notices/N-1')) return utf8(JSON.stringify(shown));
    if (seq !== undefined) return utf8(JSON.stringify(receipt(Number(seq))));
    if (from !== undefined) {
      const proof = log.proof(Number(from), Number(to)).map((hash) => hash.toString('base64'));
      return utf8(JSON.stringify({ proof }));
    }
    if (width === undefined) throw new Error(`nothing is served at ${path}`);
    const owner = [0, 1, 2].map(logOf).find(({ size }) => size === Number(width))?.log ?? log;
    return bundle(owner.entries.slice(0, Number(width)));
  };
}

function bundle(entries: string[]): Uint8Array {
  const parts = entries.flatMap((entry) => {
    const length = Buffer.alloc(2);
    length.writeUInt16BE(Buffer.byteLength(entry));
    return [length, Buffer.from(entry)];
  });
  return new Uint8Array(Buffer.concat(parts));
}

const utf8 = (text: string) => new Uint8Array(Buffer.from(text));

it('takes a notice whose entries are proven in the log of the notice, at another size of it too', async () => {
  const honest = forged({ told: '1.00', inLog: '1.00' });
  const whole = serving(honest, () => ({ log: honest.log, size: 3 }));
  await expect(checkNotice(new Book(BOOK, whole), 'N-1')).resolves.toMatchObject({ cited: [1] });
  const asked: string[] = [];
  const earlier = serving(honest, (seq) => ({ log: honest.log, size: seq === 1 ? 2 : 3 }), asked);
  await expect(checkNotice(new Book(BOOK, earlier), 'N-1')).resolves.toMatchObject({ cited: [1] });
  expect(asked).toContain(`/v1/books/${BOOK}/consistency?from=2&to=3`);
});

it('turns red where an entry is proven in a log of its own, which the log of the notice contradicts', async () => {
  const forgery = forged({ told: '999.00', inLog: '1.00' });
  const [opened = '', , published = ''] = forgery.log.entries;
  const fork = new TestLog(BOOK);
  fork.entries = [opened, canonical(allocation('999.00')), published, published];
  for (const size of [2, 4]) {
    const load = serving(forgery, (seq) => (seq === 1 ? { log: fork, size } : { log: forgery.log, size: 3 }));
    // By itself the fork is a log like any other.
    await expect(new Book(BOOK, load).prove(1)).resolves.toMatchObject({ event: { data: { amount: '999.00' } } });
    const checked = checkNotice(new Book(BOOK, load), 'N-1');
    await expect(checked).rejects.toThrow(Wrong);
    await expect(checked).rejects.toThrow(/不是同一本账/);
  }
  const notes = [fork, forgery.log].map((one) => forgery.log.signer.sign(signedText(one, 3)));
  const book = new Book(
    BOOK,
    serving(forgery, () => ({ log: forgery.log, size: 3 })),
  );
  await book.checkpoint(notes[0] ?? '');
  await expect(book.checkpoint(notes[1] ?? '')).rejects.toThrow(/不是同一本账/);
});

it.each([[MOVED], [{ account: 'department:05', seq: 1 }]])(
  'turns red where a figure names a posting twice: %j',
  async (again) => {
    const twice = forged({ told: '120.00', inLog: '60.00', rows: rowsOf('120.00', [MOVED, again]) });
    const checked = checkNotice(
      new Book(
        BOOK,
        serving(twice, () => ({ log: twice.log, size: 3 })),
      ),
      'N-1',
    );
    await expect(checked).rejects.toThrow(/算了两次/);
  },
);

/** What both logs say of themselves, to be signed with one key. */
function signedText(log: TestLog, size: number): string {
  return log.checkpoint(size).split('\n\n')[0]?.concat('\n') ?? '';
}
