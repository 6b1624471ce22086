import { accountKind } from '../../domain/account.js';
import type { FundLevel } from '../../domain/funds/register-fund.js';
import { type Fen, parseYuan } from '../../domain/money.js';
import type { Words } from '../fixtures/step.js';
import { type BookRecord, standing } from './book-record.js';
import { formatIn } from './figures.js';
import { sumBy } from './integrity.js';
import { type Column, drawTable } from './table.js';

interface BookRow {
  book: BookRecord;
  amounts: Map<string, Fen>;
}

const LEVELS: [FundLevel, Words][] = [
  ['central', { zh: '中央', en: 'central' }],
  ['province', { zh: '省级', en: 'province' }],
  ['city', { zh: '市级', en: 'city' }],
  ['county', { zh: '县级', en: 'county' }],
  ['town', { zh: '乡级', en: 'town' }],
  ['village', { zh: '村级', en: 'village' }],
  ['social', { zh: '社会与集体', en: 'social' }],
  ['mixed', { zh: '未分层级', en: 'mixed' }],
];

/** By kind of account; `arrived` is the part of `transit` that the receiving books have confirmed. */
const PLACES: [string, Words][] = [
  ['bureau', { zh: '未分配', en: 'unallocated' }],
  ['department', { zh: '部门', en: 'department' }],
  ['pool', { zh: '整合资金池', en: 'pools' }],
  ['project', { zh: '项目待用', en: 'projects' }],
  ['wip', { zh: '在建', en: 'in progress' }],
  ['expense', { zh: '费用支出', en: 'spent' }],
  ['paid', { zh: '发放到人', en: 'paid out' }],
  ['asset', { zh: '形成资产', en: 'in assets' }],
  ['income', { zh: '资产收益待分', en: 'asset income' }],
  ['collective', { zh: '村集体', en: 'collectives' }],
  ['arrived', { zh: '下达已到账', en: 'arrived below' }],
  ['transit', { zh: '在途', en: 'in transit' }],
];

/** Funds by level, money from above and openings included: each book's own view of where its money comes from. */
export function fundsByLevel(books: BookRecord[]): string {
  const rows = books.map((book): BookRow => {
    const sources = [...book.viewed].filter(([key]) => key.startsWith('source:'));
    return {
      book,
      amounts: sumBy(sources.map(([key, amountFen]) => [book.levels.get(fundOf(key)) ?? 'mixed', -amountFen])),
    };
  });
  return drawBooks({ zh: '各账套资金(按层级,万元)', en: 'Funds of each book by level, in 10,000 yuan' }, LEVELS, rows);
}

/** Where the money of each book stands now, as the balances view answers it. */
export function whereMoneyStands(books: BookRecord[]): string {
  const arrived = arrivedDispatches(books);
  const rows = books.map((book): BookRow => {
    const amounts = sumBy(
      [...book.viewed]
        .filter(([key]) => !key.startsWith('source:'))
        .map(([key, amountFen]) => [accountKind(accountOf(key)), amountFen]),
    );
    const arrivedFen = arrived.get(book.code) ?? 0n;
    if (arrivedFen > 0n) amounts.set('arrived', arrivedFen).set('transit', (amounts.get('transit') ?? 0n) - arrivedFen);
    return { book, amounts };
  });
  return drawBooks({ zh: '资金现在何处(万元)', en: 'Where the money stands, in 10,000 yuan' }, PLACES, rows);
}

/** By sending book: what the arrivals that quote its dispatches say has arrived. */
function arrivedDispatches(books: BookRecord[]): Map<string, Fen> {
  const arrivals = books.flatMap((book) => standing(book, 'funds.received'));
  return sumBy(arrivals.map(({ data }) => [data.fromBook, parseYuan(data.amount)]));
}

function drawBooks(title: Words, kinds: [string, Words][], rows: BookRow[]): string {
  const withMoney = rows.filter(({ amounts }) => [...amounts.values()].some((amountFen) => amountFen !== 0n));
  const present = kinds.filter(([kind]) => withMoney.some(({ amounts }) => (amounts.get(kind) ?? 0n) !== 0n));
  const amount = (amountFen: Fen): string => (amountFen === 0n ? '' : formatIn('wan', amountFen));
  const columns: Column<BookRow>[] = [
    { head: { zh: '账套', en: 'book' }, cell: ({ book }) => `${book.code} ${book.name.zh}` },
    ...present.map(([kind, head]) => ({
      head,
      cell: ({ amounts }: BookRow) => amount(amounts.get(kind) ?? 0n),
      isFigure: true,
    })),
    {
      head: { zh: '合计', en: 'total' },
      cell: ({ amounts }) => amount([...amounts.values()].reduce((sum, amountFen) => sum + amountFen, 0n)),
      isFigure: true,
    },
  ];
  return drawTable(title, columns, withMoney);
}

function accountOf(key: string): string {
  return key.slice(0, key.indexOf('|'));
}

function fundOf(key: string): string {
  return key.slice(key.indexOf('|') + 1);
}
