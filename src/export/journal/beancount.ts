import type { BookEvent } from '../../domain/event.js';
import { AccountNames } from './account-names.js';
import { factsOf, type JournalFormat, titleOf } from './format.js';

/** No entry has an earlier date, and an account must be open before it is used. */
const OPENED = '1949-10-01';

/** A component begins with a capital or a figure and goes on with ASCII letters, figures and dashes. */
function clean(id: string): string {
  const ascii = id.replace(/[^A-Za-z0-9-]+/g, '-');
  const capital = `${ascii.charAt(0).toUpperCase()}${ascii.slice(1)}`;
  return capital.startsWith('-') ? `X${capital}` : capital;
}

function quoted(text: string): string {
  return `"${text.replace(/[\\"]/g, '\\$&')}"`;
}

/** The account's own name and fund stand with the name that the format allows. */
export function beancount(): JournalFormat {
  const names = new AccountNames(clean);
  const open = (name: string, account: string, fund: string) =>
    `${OPENED} open ${name} CNY\n  account: ${quoted(account)}\n  fund: ${quoted(fund)}\n`;
  return {
    comment: (line) => `; ${line}`,
    preamble: () => 'option "operating_currency" "CNY"\n',
    entry: (event: BookEvent) => {
      const opened: string[] = [];
      const postings = event.postings.map(({ account, fund, amount }) => {
        const name = names.name(account, fund, (made) => opened.push(open(made, account, fund)));
        return `  ${name}  ${amount} CNY\n`;
      });
      const facts = factsOf(event).map(([name, value]) => `  ${name}: ${quoted(value)}\n`);
      const head = `${event.effectiveDate} * ${quoted(titleOf(event))}\n  seq: ${event.seq}\n`;
      return [...opened, head, ...facts, ...postings].join('');
    },
  };
}
