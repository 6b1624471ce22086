import type { AssetClass } from '../../domain/assets/assets.js';
import type { Owner } from '../../domain/assets/owners.js';
import { type Fen, parseYuan } from '../../domain/money.js';
import { knownPolicy } from '../fixtures/policies.js';
import type { Words } from '../fixtures/step.js';
import type { LedgerClient } from '../player/ledger-client.js';
import type { Refused } from '../player/play.js';
import { type BookRecord, standing } from './book-record.js';
import { formatIn } from './figures.js';
import { drawTable } from './table.js';

const CLASS_NAMES: Record<AssetClass, Words> = {
  operating: { zh: '经营性', en: 'operating' },
  public: { zh: '公益性', en: 'public' },
  household: { zh: '到户类', en: 'household' },
};

/** What the asset register's view answers of one asset. */
interface AssetItem {
  id: string;
  name: string;
  class: AssetClass;
  amount: string;
  owners: Owner[];
}

interface AssetRow extends AssetItem {
  book: BookRecord;
}

/** The register as the view answers it, by class, with its owners of today. */
export async function assetRegister(client: LedgerClient, books: BookRecord[]): Promise<string> {
  const rows: AssetRow[] = [];
  for (const book of books.filter((candidate) => standing(candidate, 'asset.registered').length > 0)) {
    const { items } = await client.get<{ items: AssetItem[] }>(
      `/v1/books/${book.code}/assets?status=standing&limit=500&minSeq=${book.events.length - 1}`,
    );
    rows.push(...items.map((item) => ({ ...item, book })));
  }
  const order = Object.keys(CLASS_NAMES);
  rows.sort((a, b) => order.indexOf(a.class) - order.indexOf(b.class));
  return drawTable(
    { zh: '资产台账(按类别与所有权人)', en: 'Asset register by class, with owners' },
    [
      { head: { zh: '类别', en: 'class' }, cell: (row) => `${CLASS_NAMES[row.class].zh} ${CLASS_NAMES[row.class].en}` },
      { head: { zh: '账套', en: 'book' }, cell: (row) => row.book.name.zh },
      { head: { zh: '资产', en: 'asset' }, cell: (row) => row.name },
      {
        head: { zh: '原值(万元)', en: '10,000 yuan' },
        cell: (row) => formatIn('wan', parseYuan(row.amount)),
        isFigure: true,
      },
      { head: { zh: '所有权人及份额', en: 'owners and shares' }, cell: (row) => ownersOf(row.owners) },
    ],
    rows,
  );
}

/** Households have no name here: they are counted by share. */
function ownersOf(owners: Owner[]): string {
  const named = owners
    .filter(({ kind }) => kind !== 'household')
    .map(({ id, name, share }) => `${name ?? id} ${share}`);
  const households = Map.groupBy(
    owners.filter(({ kind }) => kind === 'household'),
    ({ share }) => share,
  );
  return [...named, ...[...households].map(([share, each]) => `${each.length}户 各${share}`)].join(' + ');
}

interface PayoutRow {
  policy: string;
  persons: Set<string>;
  count: number;
  amountFen: Fen;
}

export function payoutsByPolicy(books: BookRecord[]): string {
  const rows = new Map<string, PayoutRow>();
  for (const book of books) {
    for (const { data } of standing(book, 'subsidy.paid')) {
      const row = rows.get(data.policy) ?? { policy: data.policy, persons: new Set(), count: 0, amountFen: 0n };
      row.persons.add(data.beneficiary);
      row.count += 1;
      row.amountFen += parseYuan(data.amount);
      rows.set(data.policy, row);
    }
  }
  return drawTable(
    { zh: '补贴发放(按政策)', en: 'Payouts by policy' },
    [
      { head: { zh: '政策', en: 'policy' }, cell: ({ policy }) => policy },
      { head: { zh: '', en: '' }, cell: ({ policy }) => knownPolicy(policy).en },
      { head: { zh: '人数', en: 'persons' }, cell: ({ persons }) => String(persons.size), isFigure: true },
      { head: { zh: '笔数', en: 'payouts' }, cell: ({ count }) => String(count), isFigure: true },
      { head: { zh: '金额(元)', en: 'yuan' }, cell: ({ amountFen }) => formatIn('yuan', amountFen), isFigure: true },
    ],
    [...rows.values()].sort((a, b) => (a.policy < b.policy ? -1 : 1)),
  );
}

/** A document number is no key: which ones stand on lines of more than one level. */
export function documentsOfSeveralLevels(books: BookRecord[]): string {
  const lines = books.flatMap((book) =>
    standing(book, 'fund.registered').flatMap(({ data, documents }) =>
      documents.map((document) => ({ book, document, ...data })),
    ),
  );
  const rows = [...Map.groupBy(lines, ({ book, document }) => `${book.code}|${document}`).values()].filter(
    (group) => new Set(group.map(({ level }) => level)).size > 1,
  );
  return drawTable(
    { zh: '一个文号、多个层级', en: 'One document number, several levels' },
    [
      { head: { zh: '账套', en: 'book' }, cell: ([first]) => first?.book.name.zh ?? '' },
      { head: { zh: '文号', en: 'document' }, cell: ([first]) => first?.document ?? '' },
      {
        head: { zh: '资金(万元)', en: 'lines, 10,000 yuan' },
        cell: (group) => group.map(({ name, amount }) => `${name} ${formatIn('wan', parseYuan(amount))}`).join(';'),
      },
    ],
    rows,
  );
}

/** What a clerk wrote beside a line because its source contradicts itself or needs a word. */
export function remarks(books: BookRecord[]): string {
  return drawTable(
    { zh: '随资金保留的说明', en: 'Remarks kept with a line' },
    [
      { head: { zh: '账套', en: 'book' }, cell: ({ book }) => book.name.zh },
      { head: { zh: '资金', en: 'fund' }, cell: ({ event }) => event.data.name },
      { head: { zh: '文号', en: 'documents' }, cell: ({ event }) => event.documents.join(' ') },
      { head: { zh: '说明', en: 'remark' }, cell: ({ event }) => event.note ?? '' },
    ],
    books.flatMap((book) =>
      standing(book, 'fund.registered')
        .filter(({ note }) => note !== undefined)
        .map((event) => ({ book, event })),
    ),
  );
}

export function refusals(refused: Refused[]): string {
  return drawTable(
    { zh: '账本拒绝的操作(本应拒绝)', en: 'What the books refused, as they must' },
    [
      { head: { zh: '账套', en: 'book' }, cell: ({ step }) => step.book },
      { head: { zh: '拒绝代码', en: 'code' }, cell: ({ step }) => step.refusedAs ?? '' },
      { head: { zh: '说明', en: 'detail' }, cell: ({ detail }) => detail },
    ],
    [...refused].sort((a, b) => (a.step.key < b.step.key ? -1 : 1)),
  );
}
