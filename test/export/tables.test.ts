import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import exceljs from 'exceljs';
import type { BookEvent } from '../../src/domain/event.js';
import { formatYuan } from '../../src/domain/money.js';
import { writeWhole } from '../../src/export/output.js';
import { csv } from '../../src/export/tables/csv.js';
import { type Book, TABLES } from '../../src/export/tables/tables.js';
import { writeXlsx } from '../../src/export/tables/xlsx.js';
import { PlainError } from '../../src/plain-error.js';
import { standingBalances, TestBook } from '../support/given.js';
import { randomWorld } from '../support/recorded-history.js';

const folder = mkdtempSync(join(tmpdir(), 'mingzhang-tables-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const FORMULA = '=HYPERLINK("http://x.example","a")';

function bookOf(events: BookEvent[]): Book {
  return {
    id: events[0]?.book ?? '',
    async *events() {
      yield* events;
    },
  };
}

function wilyBook(): TestBook {
  const book = new TestBook();
  const fund = { level: 'county', nature: 'stock', fiscalYear: 2016, amount: '1000000000000.00' } as const;
  book.post({ kind: 'book', body: { id: '640121', name: '永宁县财政局', level: 'county' } });
  for (const [index, name] of [FORMULA, '@SUM(A1)', '-1+1', '＝1+1', '普通, "引号"'].entries())
    book.post({ kind: 'fund', body: { id: `F-${index}`, name, note: name, ...fund } });
  return book;
}

async function parsed(name: string, book: Book): Promise<string[][]> {
  const table = TABLES.find((candidate) => candidate.name === name);
  if (table === undefined) throw new Error(`no table ${name}`);
  let text = '';
  for await (const part of csv(table, book)) text += part;
  expect(text.startsWith('\uFEFFseq,') || name === 'balances' || name === 'assets').toBe(true);
  const lines = text.slice(1).trimEnd().split('\r\n');
  return lines.map((line) =>
    [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^",]*))/g)].map(
      ([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain ?? '',
    ),
  );
}

async function workbookOf(book: Book): Promise<exceljs.Workbook> {
  const file = join(folder, 'book.xlsx');
  await writeWhole(file, (stream) => writeXlsx(book, stream));
  const workbook = new exceljs.Workbook();
  await workbook.xlsx.readFile(file);
  return workbook;
}

describe('CSV', () => {
  it('holds every posting, and balances and assets as they stand', async () => {
    for (const world of randomWorld(7, 2).books) {
      const book = bookOf(world.events);
      const [, ...postings] = await parsed('postings', book);
      expect(postings.map(([seq, , , account, fund, amount]) => [Number(seq), account, fund, amount])).toEqual(
        world.events.flatMap(({ seq, postings: legs }) =>
          legs.map(({ account, fund, amount }) => [seq, account, fund, amount]),
        ),
      );
      const [, ...balances] = await parsed('balances', book);
      expect(balances.map(([account, fund, amount]) => `${account}|${fund} ${amount}`).sort()).toEqual(
        [...standingBalances(world)].map(([key, amountFen]) => `${key} ${formatYuan(amountFen)}`).sort(),
      );
      const [head = [], ...assets] = await parsed('assets', book);
      expect(assets.length).toBe(world.state.assets.size);
      for (const row of assets) {
        const asset = Object.fromEntries(head.map((name, index) => [name, row[index]]));
        const state = world.state.assets.get(asset.id ?? '');
        const owners = state?.owners.at(-1)?.map(({ kind, id, share }) => `${kind} ${id} ${share}`);
        expect([asset.status, asset.owners]).toEqual([state?.reversed ? 'reversed' : 'standing', owners?.join('; ')]);
      }
    }
  });

  it('gives a spreadsheet no formula to run', async () => {
    const [, , ...events] = await parsed('events', bookOf(wilyBook().events));
    expect(events.map((row) => row[8])).toEqual([`'${FORMULA}`, `'@SUM(A1)`, `'-1+1`, `'＝1+1`, '普通, "引号"']);
    const [, ...postings] = await parsed('postings', bookOf(wilyBook().events));
    expect(postings[0]?.[5]).toBe('-1000000000000.00');
  });
});

describe('a workbook', () => {
  it('has the same rows as the CSV, amounts as exact numbers', async () => {
    const world = randomWorld(7, 1).books[1];
    const book = bookOf(world?.events ?? []);
    const workbook = await workbookOf(book);
    for (const { name } of TABLES) {
      const rows = await parsed(name, book);
      const sheet = workbook.getWorksheet(name);
      expect([name, sheet?.rowCount]).toEqual([name, rows.length]);
      const isAmount = (column: number) => ['amount', 'value'].includes(rows[0]?.[column] ?? '');
      const cells = rows.map((row, index) =>
        row.map((_, column) => {
          const value = sheet?.getRow(index + 1).getCell(column + 1).value ?? '';
          return typeof value === 'number' && isAmount(column) ? value.toFixed(2) : String(value);
        }),
      );
      expect(cells).toEqual(rows);
    }
  });

  it('keeps texts as texts, and an amount that a number cannot hold too', async () => {
    const { events } = wilyBook();
    const workbook = await workbookOf(bookOf(events));
    const cell = workbook.getWorksheet('events')?.getCell('I3');
    expect([cell?.type, cell?.value]).toEqual([exceljs.ValueType.String, FORMULA]);
    const amounts = workbook.getWorksheet('postings')?.getColumn(6).values.slice(2);
    expect(amounts?.slice(0, 2)).toEqual([-1_000_000_000_000, 1_000_000_000_000]);
    const [opening, ...rest] = events;
    const first = rest[0];
    if (opening === undefined || first === undefined) throw new Error('no events');
    const large = {
      ...first,
      postings: first.postings.map((leg) => ({ ...leg, amount: leg.amount.replace(/\.00$/, '.01') })),
    };
    const sums = Array.from({ length: 10 }, (_, index) => ({ ...large, seq: index + 1 }) as BookEvent);
    const balances = (await workbookOf(bookOf([opening, ...sums]))).getWorksheet('balances');
    expect(balances?.getCell('C2').value).toBe('10000000000000.10');
  });
});

describe('a file', () => {
  it('is there whole or not at all', async () => {
    const file = join(folder, 'half.csv');
    const failing = async function* () {
      yield 'a';
      throw new Error('the source broke');
    };
    await expect(writeWhole(file, (stream) => pipeline(Readable.from(failing()), stream))).rejects.toThrow(
      'the source broke',
    );
    expect(readdirSync(folder).filter((name) => name.startsWith('half'))).toEqual([]);
    await writeWhole(file, (stream) => pipeline(Readable.from(['a', 'b']), stream));
    expect(readFileSync(file, 'utf8')).toBe('ab');
    const nowhere = join(folder, 'no', 'such', 'folder.csv');
    await expect(writeWhole(nowhere, (stream) => pipeline(Readable.from(['a']), stream))).rejects.toThrow(PlainError);
  });
});
