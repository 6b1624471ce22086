import { type Account, accountId, accountKind } from '../../domain/account.js';
import type { BookEvent } from '../../domain/event.js';
import { AccountNames } from './account-names.js';
import { factsOf, type JournalFormat, titleOf } from './format.js';

/** Letters and figures of any script; what else a policy's name may hold has a meaning in these formats. */
function clean(id: string): string {
  return id.replace(/[^\p{L}\p{N}._-]+/gu, '-');
}

const FULL_WIDTH: Record<string, string> = { ':': '：', ',': '，', '[': '［', ']': '］', '(': '（', ')': '）' };

/**
 * Free text in a comment: both programs look for tags (`name:`) and dates (`[2016-07-13]`, `date:`) in there, so what they
 * would read stands in its full-width form.
 */
function text(value: string): string {
  return value.replace(/[:,[\]()]/g, (character) => FULL_WIDTH[character] ?? character);
}

/** The account's own name; only a policy's id can hold anything to widen. */
function shown(account: Account): string {
  const kind = accountKind(account);
  return account === kind ? account : `${kind}:${text(accountId(account))}`;
}

type Declare = (name: string, account: string, fund: string) => string;

function format(commodity: string, declare: Declare): JournalFormat {
  const names = new AccountNames(clean);
  return {
    comment: (line) => `; ${line}`,
    preamble: () => `${commodity}\n`,
    entry: (event: BookEvent) => {
      const declarations: string[] = [];
      const postings = event.postings.map(({ account, fund, amount }) => {
        const name = names.name(account, fund, (made) => declarations.push(declare(made, shown(account), fund)));
        return `    ${name}  ${amount} CNY\n`;
      });
      const facts = factsOf(event).map(
        // An instant has colons of its own, which nobody takes for a tag.
        ([name, value]) => `    ; ${name}: ${name === 'recorded' ? value : text(value)}\n`,
      );
      const head = `${event.effectiveDate} (${event.seq}) ${titleOf(event)}\n`;
      return [...declarations, head, ...facts, ...postings].join('');
    },
  };
}

export function ledger(): JournalFormat {
  return format(
    'commodity CNY\n    format 1000.00 CNY',
    (name, account, fund) => `account ${name}\n    note ${account} of fund ${fund}\n`,
  );
}

export function hledger(): JournalFormat {
  return format(
    'commodity 1000.00 CNY',
    (name, account, fund) => `account ${name}  ; account: ${account}, fund: ${fund}\n`,
  );
}
