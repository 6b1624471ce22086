import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { scenarios } from '../../src/demo/fixtures/scenarios.js';
import { type Fen, formatYuan, parseYuan } from '../../src/domain/money.js';
import { type JournalFormatName, journal } from '../../src/export/journal/journal.js';
import { DomainPlayer, TODAY } from '../demo/domain-player.js';
import { standingBalances, TestBook } from '../support/given.js';
import { randomWorld } from '../support/recorded-history.js';

const folder = mkdtempSync(join(tmpdir(), 'mingzhang-journal-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function written(format: JournalFormatName, book: TestBook): Promise<string> {
  let text = '';
  for await (const part of journal(format, book.id, book.events.length, book.events)) text += part;
  return text;
}

/** A book whose texts hold all that the formats could take for their own. */
function spitefulBook(): TestBook {
  const book = new TestBook();
  const post = (kind: string, body: object) => book.post({ kind, body } as Parameters<TestBook['post']>[0]);
  post('book', { id: '640121', name: '永宁县财政局', level: 'county' });
  for (const id of ['F-1', 'f-1', 'f.1', '_.-', '-x', '2']) {
    post('fund', {
      id,
      name: `"a\\" ; b: c, date: 2016-99-99`,
      level: 'county',
      nature: 'stock',
      fiscalYear: 2016,
      amount: '1.00',
    });
  }
  post('beneficiary', { id: 'b-1', commitment: '0'.repeat(64), division: '640121100201', categories: [] });
  const policies = ['耕地  地力:补贴; x', '耕地 地力补贴', 'a:b', 'a b', '(a)', '[a]', '@ {x} = "y"', ':', '补贴'];
  for (const policy of policies) {
    post('payout', {
      policy,
      period: '2016',
      beneficiary: 'b-1',
      lines: [{ fund: 'f.1', amount: '0.01' }],
      note: '[2016-99-99] date:x, [=2015/13/13] :tag: "q" \\',
    });
  }
  post('reversal', { seq: 9, reason: 'date2:2016, ; "' });
  return book;
}

function books(): TestBook[] {
  const player = new DomainPlayer();
  for (const scenario of scenarios(TODAY)) player.play(scenario);
  return [...player.books.values(), ...randomWorld(20160713, 1).books, spitefulBook()];
}

interface Tool {
  tools: string[];
  format: JournalFormatName;
  /** Loads the file, which must not fail, and answers `[account, amount in yuan]`. */
  balances(file: string): [string, string][];
}

const run = (tool: string, ...args: string[]) =>
  execFileSync(tool, args, {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    // Else hledger reads ASCII only where no locale is set.
    env: { ...process.env, LC_ALL: 'C.UTF-8' },
  });
const tabbed = (text: string) =>
  text
    .trim()
    .split('\n')
    .map(
      (line) =>
        line
          .replaceAll('"', '')
          .trim()
          .split(/\s*[\t,]\s*/) as [string, string],
    );

const TOOLS: Tool[] = [
  {
    tools: ['ledger'],
    format: 'ledger',
    balances: (file) =>
      tabbed(
        run(
          'ledger',
          '--args-only',
          '--strict',
          '-f',
          file,
          'bal',
          '--flat',
          '--no-total',
          '--balance-format',
          '%(account)\t%(quantity(scrub(display_total)))\n',
        ),
      ),
  },
  {
    tools: ['hledger'],
    format: 'hledger',
    balances: (file) =>
      tabbed(run('hledger', '--strict', '-f', file, 'bal', '--flat', '--no-total', '-O', 'csv')).slice(1),
  },
  {
    tools: ['bean-check', 'bean-query'],
    format: 'beancount',
    balances: (file) => {
      run('bean-check', file);
      return tabbed(
        run('bean-query', '-q', '-f', 'csv', file, 'select account, sum(number) as amount group by account'),
      ).slice(1);
    },
  },
];

/** Names in the journal to `account|fund`, as the journal itself says it. */
function accountsOf(format: JournalFormatName, text: string): Map<string, string> {
  const patterns: Record<JournalFormatName, RegExp> = {
    ledger: /^account (\S+)\n {4}note (.*) of fund (\S+)$/gm,
    hledger: /^account (\S+) {2}; account: (.*), fund: (\S+)$/gm,
    beancount: /^\d{4}-\d\d-\d\d open (\S+) CNY\n {2}account: "(.*)"\n {2}fund: "(\S+)"$/gm,
  };
  const found = [...text.matchAll(patterns[format])].map(
    ([, name = '', account, fund]) => [name, `${account}|${fund}`] as const,
  );
  return new Map(found);
}

const isHere = (tool: string) => spawnSync(tool, ['--version']).error === undefined;

describe.each(TOOLS)('a journal for $format', ({ tools, format, balances }) => {
  const missing = tools.filter((tool) => !isHere(tool));
  const test = missing.length > 0 ? it.skip : it;
  const why = missing.length > 0 ? ` (${missing.join(', ')} is not installed here)` : '';

  test(`loads, and its balances are ours, for every account and fund of all demo books${why}`, async () => {
    for (const book of books()) {
      const text = await written(format, book);
      const file = join(folder, `${book.id}.${format}`);
      writeFileSync(file, text);
      const accounts = accountsOf(format, text);
      const theirs = new Map<string, Fen>();
      for (const [name, amount] of balances(file)) {
        if (name === '' || parseAny(amount) === 0n) continue;
        theirs.set(accounts.get(name) ?? `unknown ${name}`, parseAny(amount));
      }
      const ours = new Map([...standingBalances(book)].map(([key, amountFen]) => [asWritten(format, key), amountFen]));
      expect({ book: book.id, balances: sorted(theirs) }).toEqual({ book: book.id, balances: sorted(ours) });
    }
  });
});

/** Some leave away decimals that are nothing. */
function parseAny(text: string): Fen {
  const [yuan = '', decimals = ''] = text.replace(/[^\d.-]/g, '').split('.');
  return parseYuan(`${yuan === '-0' && /^0*$/.test(decimals) ? '0' : yuan}.${decimals.padEnd(2, '0')}`);
}

function sorted(balances: Map<string, Fen>): string[] {
  return [...balances].map(([key, amountFen]) => `${key} ${formatYuan(amountFen)}`).sort();
}

/** How a policy's name stands in the journal: in comments in full width, in beancount's texts escaped. */
function asWritten(format: JournalFormatName, key: string): string {
  if (format === 'beancount') return key.replace(/[\\"]/g, '\\$&');
  const [, kind = '', id] = /^(\w+:?)(.*)$/.exec(key) ?? [];
  const wide: Record<string, string> = { ':': '：', ',': '，', '[': '［', ']': '］', '(': '（', ')': '）' };
  return kind + (id ?? '').replace(/[:,[\]()]/g, (character) => wide[character] ?? '');
}
