import type { BookEvent } from '../../domain/event.js';
import { beancount } from './beancount.js';
import type { JournalFormat } from './format.js';
import { hledger, ledger } from './ledger.js';

const FORMATS = { ledger, hledger, beancount } as const satisfies Record<string, () => JournalFormat>;

export type JournalFormatName = keyof typeof FORMATS;

/**
 * A book as plain-text accounting, an entry a transaction, in order of seq. The same events make the same bytes.
 *
 * @param size how many events there are
 */
export async function* journal(
  formatName: JournalFormatName,
  book: string,
  size: number,
  events: AsyncIterable<BookEvent> | Iterable<BookEvent>,
): AsyncGenerator<string> {
  const format = FORMATS[formatName]();
  const facts = [
    `Mingzhang 明账, book ${book}, entries 0 to ${size - 1}, in yuan (CNY).`,
    'Accounts are <root>:<kind>:<id>:<fund>; dates are the business dates; the seq of an entry stands with it.',
  ];
  yield `${facts.map((fact) => format.comment(fact)).join('\n')}\n\n${format.preamble()}`;
  for await (const event of events) yield `\n${format.entry(event)}`;
}
