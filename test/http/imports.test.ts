import type { Receipt } from '../../src/log/book-log.js';
import { parseCheckpoint } from '../../src/log/checkpoint.js';
import { isIncluded } from '../../src/log/verify-proof.js';
import type { TestApp } from '../support/app.js';
import { allocation, fund, Importing, ndjson } from '../support/importing.js';

let importing: Importing;
let test: TestApp;
let send: Importing['send'];

beforeAll(async () => {
  importing = await Importing.into('640100', '640121', '640122');
  test = importing.app;
  send = importing.send.bind(importing);
});

afterAll(() => test.close());

function verifyReceipt({ seq, leafHash, proof, checkpoint }: Receipt): void {
  const [leaf, ...path] = [leafHash, ...proof].map((hash) => Buffer.from(hash, 'base64'));
  const { size, root } = parseCheckpoint(checkpoint);
  expect(isIncluded(leaf ?? root, seq, size, path, root)).toBe(true);
}

describe('an import', () => {
  it('answers each line in order, and a bad one spoils no other', async () => {
    const { status, lines } = await send(
      '640121',
      `\uFEFF${ndjson([
        fund('F-1', 'i-1'),
        allocation('i-2', '10.00'),
        '{"kind": broken',
        '',
        allocation('i-3', '10'),
        allocation('i-4', '99999999.00'),
        { kind: 'grant', key: 'i-5' },
        allocation('with space', '1.00', { book: '640122' }),
        '[1]',
        allocation('i-6', '1.00', { book: '640121' }),
        '{"kind":"allocation","key":"i-8","to":"department:nmj","amount":"1.00","__proto__":{"note":"x"}}',
      ])}${JSON.stringify(allocation('i-7', '2.00'))}`,
    );
    expect(status).toBe(200);
    expect(lines).toMatchObject([
      { line: 1, key: 'i-1', status: 201, id: 'F-1', seq: 1 },
      { line: 2, key: 'i-2', status: 201, seq: 2 },
      {
        line: 3,
        status: 400,
        code: 'invalid_request',
        errors: [{ field: '', message: expect.stringContaining('JSON') }],
      },
      { line: 5, key: 'i-3', status: 400, errors: [{ field: 'amount' }] },
      { line: 6, key: 'i-4', status: 422, code: 'insufficient_total', field: 'amount' },
      { line: 7, key: 'i-5', status: 400, errors: [{ field: 'kind' }] },
      { line: 8, status: 400, errors: [{ field: 'key' }, { field: 'book' }] },
      { line: 9, status: 400 },
      { line: 10, key: 'i-6', status: 201, seq: 3 },
      { line: 11, key: 'i-8', status: 400, errors: [{ field: '__proto__' }] },
      { line: 12, key: 'i-7', status: 201, seq: 4 },
    ]);
    expect(lines.some((line) => 'receipt' in line)).toBe(false);
  });

  it('can give receipts, and replays what it took before', async () => {
    const lines = ndjson([fund('F-R', 'r-1'), allocation('r-2', '1.00', { note: '第一批' })]);
    const first = await send('640122', lines, { query: '?receipts=true' });
    expect(first.lines).toMatchObject([{ status: 201 }, { status: 201, receipt: { book: '640122', seq: 2 } }]);
    const again = await send('640122', lines);
    expect(again.lines).toMatchObject([
      { status: 201, seq: 1, replayed: true },
      { status: 201, seq: 2, replayed: true },
    ]);
    const { lines: reused } = await send('640122', ndjson([allocation('r-2', '2.00')]));
    expect(reused).toMatchObject([{ status: 422, code: 'idempotency_key_reused' }]);
    expect(await test.revision('640122')).toBe(2);
  });

  it('keeps personal data in the vault', async () => {
    const person = { kind: 'beneficiary', division: '640122100201', categories: ['脱贫户'] };
    const [one, other] = ['11010519491231002X', '440524188001010014'];
    const { lines, text } = await send(
      '640122',
      ndjson([
        { ...person, key: 'p-1', name: '张某', idNumber: one, bankAccount: '6222020000000000' },
        { ...person, key: 'p-2', name: '李某', idNumber: other },
        { ...person, key: 'p-3', name: '张某', idNumber: one },
        { ...person, key: 'p-1', name: '王某', idNumber: one },
        { ...person, key: one, name: '王某', idNumber: one },
      ]),
    );
    expect(lines).toMatchObject([
      { status: 201 },
      { status: 201 },
      { status: 422, code: 'beneficiary_exists' },
      { status: 422, code: 'idempotency_key_reused' },
      { status: 422, code: 'personal_data_in_text', field: 'key' },
    ]);
    expect(text.replaceAll(`"key":"${one}"`, '')).not.toMatch(/张某|6222020000000000/);
    const events = await test.get('/v1/books/640122/events', importing.clerk).expect(200);
    expect(events.text).not.toMatch(/张某|李某|11010519491231002X|6222020000000000/);
    const data = await test
      .get(`/v1/books/640122/beneficiaries/${lines[0]?.id}/personal-data`, importing.clerk)
      .expect(200);
    expect(data.body).toMatchObject({ name: '张某', idNumber: one, bankAccount: '6222020000000000' });
    const again = await send('640122', ndjson([{ ...person, key: 'p-2', name: '李某', idNumber: other }]));
    expect(again.lines).toMatchObject([{ status: 201, id: lines[1]?.id, replayed: true }]);
  });

  it('takes a payment, whose kind has another name in a line, and what stands in a path elsewhere', async () => {
    const project = { name: '路', category: '基础设施', division: '640121', responsibleUnit: '交通局' };
    const { lines } = await send(
      '640121',
      ndjson([
        fund('F-K', 'k-1'),
        { kind: 'project', key: 'k-2', id: 'P-1', ...project, plannedAmount: '1000.00' },
        { kind: 'stage', key: 'k-3', project: 'P-1', stage: 'approved' },
        allocation('k-4', '100.00', { to: 'project:P-1' }),
        { kind: 'payment', key: 'k-5', project: 'P-1', paymentKind: 'expense', payee: '某公司', amount: '5.00' },
        { kind: 'payment', key: 'k-6', project: 'P-1', paymentKind: 'gift', payee: '某公司', amount: '5.00' },
        { kind: 'adjustment', key: 'k-7', fund: 'F-K', amount: '-1.00' },
        { kind: 'adjustment', key: 'k-8', amount: '-1.00' },
        { kind: 'closing', key: 'k-9', period: '2016-13' },
        { kind: 'closing', key: 'k-10', period: '2016-12' },
      ]),
    );
    expect(lines.map(({ status }) => status)).toEqual([201, 201, 201, 201, 201, 400, 201, 400, 400, 201]);
    expect(lines[5]).toMatchObject({ errors: [{ field: 'paymentKind' }] });
    expect(lines[7]).toMatchObject({ errors: [{ field: 'fund' }] });
  });

  it('refuses lines that are not UTF-8 or too long, and goes on', async () => {
    const long = `{"kind":"fund","key":"l-1","name":"${'长'.repeat(100_000)}"}`;
    const body = Buffer.concat([
      Buffer.from(`${long}\n`),
      Buffer.from([0x7b, 0xb2, 0xa6, 0x7d, 0x0a]),
      Buffer.from(ndjson([fund('F-L', 'l-2')])),
      Buffer.from(long),
    ]);
    const { lines } = await send('640121', body);
    expect(lines).toMatchObject([
      { line: 1, status: 413, code: 'body_too_large' },
      { line: 2, status: 400, code: 'invalid_request' },
      { line: 3, status: 201 },
      { line: 4, status: 413 },
    ]);
  });

  it('knows who may send which line', async () => {
    const line = ndjson([fund('F-A', 'a-1')]);
    const reviewer = await test.token('reviewer', ['6401']);
    expect((await send('640121', line, { token: reviewer })).lines).toMatchObject([{ status: 403, code: 'forbidden' }]);
    const elsewhere = await test.token('clerk', ['6402']);
    const auditor = await test.token('auditor', ['6401']);
    for (const token of [elsewhere, auditor])
      expect(await send('640121', line, { token })).toMatchObject({
        status: 403,
        type: expect.stringContaining('problem'),
      });
    expect(await send('640121', line, { token: 'none' })).toMatchObject({ status: 401 });
    expect(await send('640199', line)).toMatchObject({ status: 404, lines: [{ code: 'book_unknown' }] });
  });

  it('opens the book to which it goes, and no other', async () => {
    const admin = await test.token('admin', ['6401']);
    const open = (id: string) => ndjson([{ kind: 'book', key: `open-${id}`, id, name: '县财政局', level: 'county' }]);
    expect((await send('640181', open('640182'), { token: admin })).lines).toMatchObject([
      { status: 400, code: 'invalid_request', errors: [{ field: 'id', message: expect.stringContaining('640181') }] },
    ]);
    expect((await send('640181', open('640181'), { token: admin })).lines).toMatchObject([{ status: 201, seq: 0 }]);
  });

  it('refuses what is no import', async () => {
    const line = ndjson([fund('F-B', 'b-1')]);
    for (const type of ['application/json', 'text/csv', 'application/x-ndjson; charset=gbk'])
      expect(await send('640121', line, { type })).toMatchObject({
        status: 415,
        lines: [{ code: 'unsupported_media_type' }],
      });
    for (const query of ['?dryRun=true', '?atomic=yes', '?receipts='])
      expect(await send('640121', line, { query })).toMatchObject({
        status: 400,
        lines: [{ code: 'invalid_request' }],
      });
    const elsewhere = await fetch(`http://127.0.0.1:${importing.port}/v1/books/640121/funds`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${importing.clerk}`,
        'content-type': 'application/x-ndjson',
        'idempotency-key': 'b-2',
      },
      body: line,
    });
    expect(elsewhere.status).toBe(415);
    expect(await send('640121', '')).toMatchObject({ status: 200, lines: [] });
  });
});

describe('an import of all or none', () => {
  const atomic = { query: '?atomic=true' };

  it('records all, in one append, and replays it as a whole', async () => {
    const body = ndjson([fund('F-T', 't-1'), allocation('t-2', '1.00'), allocation('t-3', '2.00')]);
    const { status, lines } = await send('640121', body, atomic);
    expect([status, ...lines.map((line) => line.status)]).toEqual([200, 201, 201, 201]);
    expect(new Set(lines.map(({ recordedAt }) => recordedAt)).size).toBe(1);
    expect((await send('640121', body, atomic)).lines).toMatchObject(
      lines.map((line) => ({ ...line, replayed: true })),
    );
  });

  it('records nothing where one is refused, and names it', async () => {
    const before = await test.revision('640121');
    const lines = [fund('F-U', 'u-1'), allocation('u-2', '1.00'), allocation('u-3', '999999999.00')];
    const ruled = await send('640121', ndjson([...lines, allocation('u-4', '1.00')]), atomic);
    expect(ruled).toMatchObject({
      status: 422,
      lines: [{ code: 'import_refused', lines: [{ line: 3, key: 'u-3', status: 422, code: 'insufficient_total' }] }],
    });
    const malformed = await send('640121', ndjson([...lines.slice(0, 2), '{', allocation('u-1', '1.00')]), atomic);
    expect(malformed.lines).toMatchObject([{ code: 'import_refused', lines: [{ line: 3 }, { line: 4, key: 'u-1' }] }]);
    expect(await test.revision('640121')).toBe(before);
    // Their keys are not used up, and the book goes on.
    expect((await send('640121', ndjson(lines.slice(0, 2)), atomic)).lines).toMatchObject([
      { status: 201 },
      { status: 201 },
    ]);
    const reused = await send('640121', ndjson([allocation('u-5', '1.00'), allocation('u-2', '5.00')]), atomic);
    expect(reused.lines).toMatchObject([{ lines: [{ line: 2, code: 'idempotency_key_reused' }] }]);
  });

  it('gives the receipts of a whole append', async () => {
    const many = Array.from({ length: 512 }, (_, n) => allocation(`w-${n}`, '0.01'));
    const { lines } = await send('640121', ndjson(many), { query: '?atomic=true&receipts=true' });
    for (const { receipt } of lines) verifyReceipt(receipt as Receipt);
    expect(lines).toHaveLength(512);
    expect(new Set(lines.map(({ receipt }) => (receipt as Receipt).checkpoint)).size).toBe(1);
  });

  it('takes 512 commands and refuses more, or more than one append takes', async () => {
    const many = Array.from({ length: 513 }, (_, n) => allocation(`m-${n}`, '0.01'));
    expect((await send('640121', ndjson(many.slice(1)), atomic)).lines).toHaveLength(512);
    const before = await test.revision('640121');
    expect(await send('640121', ndjson(many), atomic)).toMatchObject({
      status: 422,
      lines: [{ code: 'not_in_one_append' }],
    });
    const note = '长'.repeat(1000);
    const large = Array.from({ length: 400 }, (_, n) => allocation(`g-${n}`, '0.01', { note }));
    expect(await send('640121', ndjson(large), atomic)).toMatchObject({
      status: 422,
      lines: [{ code: 'not_in_one_append' }],
    });
    expect(await test.revision('640121')).toBe(before);
    expect((await send('640121', ndjson(large))).lines.every(({ status }) => status === 201)).toBe(true);
  });
});
