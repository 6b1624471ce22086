import { type Fen, parseYuan } from '../../domain/money.js';
import type { Words } from '../fixtures/step.js';
import type { BookRecord } from './book-record.js';

/** Something that holds of every book, or does not. */
export interface Finding {
  claim: Words;
  /** How much was looked at. */
  looked: string;
  /** What contradicts it, e.g. `640121 #17`. */
  contradictions: string[];
}

/** All of it is added up here, from what any reader gets of `/events`; nothing is taken on the service's word. */
export function integrityOf(books: BookRecord[]): Finding[] {
  const events = books.flatMap((book) => book.events);
  const postings = events.reduce((count, event) => count + event.postings.length, 0);
  const funds = new Set(books.flatMap((book) => [...book.folded.keys()].map((key) => `${book.code}|${fundOf(key)}`)));
  return [
    {
      claim: { zh: '账套内序号连续无缺', en: 'the seqs of each book have no gap' },
      looked: `${events.length} events`,
      contradictions: books.flatMap((book) =>
        book.events.filter((event, index) => event.seq !== index).map((event) => `${book.code} #${event.seq}`),
      ),
    },
    {
      claim: { zh: '每笔分录按资金平衡为零', en: 'the postings of each event sum to zero for each fund' },
      looked: `${postings} postings`,
      contradictions: books.flatMap(unbalancedEvents),
    },
    {
      claim: { zh: '每项资金在全部科目合计为零', en: 'each fund sums to zero over all accounts' },
      looked: `${funds.size} funds`,
      contradictions: books.flatMap(fundsNotZero),
    },
    {
      claim: { zh: '除来源外无负余额', en: 'no account but a source is negative' },
      looked: `${books.reduce((count, book) => count + book.folded.size, 0)} balances`,
      contradictions: books.flatMap((book) =>
        [...book.folded]
          .filter(([key, amountFen]) => amountFen < 0n && !key.startsWith('source:'))
          .map(([key]) => `${book.code} ${key}`),
      ),
    },
    {
      claim: { zh: '余额视图等于事件累加', en: 'the balances view equals a fold over /events' },
      looked: `${books.length} books`,
      contradictions: books.flatMap(viewDifferences),
    },
  ];
}

function unbalancedEvents({ code, events }: BookRecord): string[] {
  return events.flatMap(({ seq, postings }) => {
    const totals = sumBy(postings.map(({ fund, amount }) => [fund, parseYuan(amount)]));
    return [...totals].filter(([, totalFen]) => totalFen !== 0n).map(([fund]) => `${code} #${seq} ${fund}`);
  });
}

function fundsNotZero({ code, folded }: BookRecord): string[] {
  const totals = sumBy([...folded].map(([key, amountFen]) => [fundOf(key), amountFen]));
  return [...totals].filter(([, totalFen]) => totalFen !== 0n).map(([fund]) => `${code} ${fund}`);
}

/** A balance that is zero may stand in the view or not. */
function viewDifferences({ code, folded, viewed }: BookRecord): string[] {
  const keys = new Set([...folded.keys(), ...viewed.keys()]);
  return [...keys].filter((key) => (folded.get(key) ?? 0n) !== (viewed.get(key) ?? 0n)).map((key) => `${code} ${key}`);
}

export function sumBy(amounts: [key: string, amountFen: Fen][]): Map<string, Fen> {
  const totals = new Map<string, Fen>();
  for (const [key, amountFen] of amounts) totals.set(key, (totals.get(key) ?? 0n) + amountFen);
  return totals;
}

function fundOf(key: string): string {
  return key.slice(key.indexOf('|') + 1);
}
