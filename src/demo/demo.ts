import { PlainError } from '../plain-error.js';
import { startProgress } from '../progress.js';
import { scenarios } from './fixtures/scenarios.js';
import type { Scenario, Step } from './fixtures/step.js';
import { LedgerClient } from './player/ledger-client.js';
import { type ClientFor, type Played, play } from './player/play.js';
import { type BookRecord, readBook } from './report/book-record.js';
import { disclosureFindings } from './report/disclosure-table.js';
import { integrityOf } from './report/integrity.js';
import { fundsByLevel, whereMoneyStands } from './report/money-tables.js';
import { recordedAmounts } from './report/reconcile.js';
import { drawIntegrity, drawReconciliation, reconcileAll } from './report/reconciliation-tables.js';
import {
  assetRegister,
  documentsOfSeveralLevels,
  payoutsByPolicy,
  refusals,
  remarks,
} from './report/subject-tables.js';

export interface TokenWish {
  role: 'clerk' | 'reviewer' | 'auditor' | 'admin';
  divisions: string[];
  subject: string;
}

export interface DemoOptions {
  /** Where the service listens. */
  url: string;
  /** Signs with the service's local key, as `mingzhang token` does. */
  sign(wish: TokenWish): Promise<string>;
  output: NodeJS.WritableStream;
}

const WHOLE_COUNTRY = ['1', '2', '3', '4', '5', '6', '7', '8', '9'];
/** Pages that anybody may open, without a token. */
const BOARD_PAGES = [
  { path: '/board/620503', zh: '麦积区公示栏', en: 'a county: funds, projects, assets' },
  { path: '/board/640100', zh: '银川市公示栏', en: 'a city and its counties' },
  { path: '/board/141034100216', zh: '后加楼村公示栏', en: 'a village that shares out its PV income' },
  { path: '/board/620503105?kiosk=1', zh: '花牛镇触摸屏', en: 'the screen of a town' },
];
const REVIEWED: ReadonlySet<string> = new Set(['reversal', 'closing']);

/**
 * Plays everything through the public REST API and prints what a bureau would want to see.
 *
 * Errors: PlainError where a step, a figure or the integrity of a book is not as expected.
 */
export async function runDemo({ url, sign, output }: DemoOptions): Promise<void> {
  const all = scenarios(todayInShanghai());
  const steps = all.flatMap(({ waves }) => waves.flat());
  const clientFor = await clients(url, sign, all);
  const auditorToken = await sign({ role: 'auditor', divisions: WHOLE_COUNTRY, subject: 'auditor-demo' });
  const auditor = new LedgerClient(url, auditorToken);
  output.write(`明账演示:${all.length} 个场景,${steps.length} 个操作,全部经由 REST\n`);
  output.write(`Mingzhang demo: ${all.length} scenarios, ${steps.length} postings, all through REST at ${url}\n\n`);
  const progress = startProgress('记账 posting', steps.length, output);
  const played = await play(all, clientFor, progress.advance).finally(progress.end);
  const books: BookRecord[] = [];
  for (const { code, name } of all.flatMap((scenario) => scenario.books))
    books.push(await readBook(auditor, code, name));
  output.write(`\n${await report(all, books, played, auditor)}\n`);
  output.write(`${await disclosureFindings(new LedgerClient(url), books, url)}\n`);
  output.write(`${whereNext(url, auditorToken)}\n`);
}

/** What stands now is published for the month of the calendar that the service reckons by. */
function todayInShanghai(): string {
  return new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 10);
}

/** Each book has a clerk of its own, whose token is good for that book alone. */
async function clients(url: string, sign: DemoOptions['sign'], all: Scenario[]): Promise<ClientFor> {
  const client = async (wish: TokenWish) => new LedgerClient(url, await sign(wish));
  const admin = await client({ role: 'admin', divisions: WHOLE_COUNTRY, subject: 'admin-demo' });
  const byBook = new Map<string, { clerk: LedgerClient; reviewer: LedgerClient }>();
  for (const { code } of all.flatMap(({ books }) => books)) {
    byBook.set(code, {
      clerk: await client({ role: 'clerk', divisions: [code], subject: `clerk-${code}` }),
      reviewer: await client({ role: 'reviewer', divisions: [code], subject: `reviewer-${code}` }),
    });
  }
  const anybody = new LedgerClient(url);
  return ({ kind, book }: Step) => {
    if (kind === 'book') return admin;
    if (kind === 'objection') return anybody;
    const own = byBook.get(book);
    if (own === undefined) throw new Error(`book ${book} is in no scenario`);
    return REVIEWED.has(kind) ? own.reviewer : own.clerk;
  };
}

async function report(
  all: Scenario[],
  books: BookRecord[],
  { answers, refused }: Played,
  auditor: LedgerClient,
): Promise<string> {
  const reconciled = reconcileAll(all, recordedAmounts(books.flatMap((book) => book.events)));
  const findings = integrityOf(books);
  const replayed = [...answers.values()].filter((answer) => answer.replayed).length;
  const text = [
    fundsByLevel(books),
    whereMoneyStands(books),
    ...reconciled.map(drawReconciliation),
    documentsOfSeveralLevels(books),
    remarks(books),
    await assetRegister(auditor, books),
    payoutsByPolicy(books),
    refusals(refused),
    drawIntegrity(findings),
    `  ${answers.size} 笔已记账,其中 ${replayed} 笔为重放 · ${answers.size} entries answered, ${replayed} of them replayed\n`,
  ].join('\n');
  const broken = findings.filter(({ contradictions }) => contradictions.length > 0).map(({ claim }) => claim.en);
  const unexpected = reconciled.flatMap(({ scenario, lines }) =>
    lines
      .filter(({ asExpected }) => !asExpected)
      .map(({ subject, stated, recorded }) => `${scenario.id}: ${subject.en}, stated ${stated}, recorded ${recorded}`),
  );
  if (broken.length + unexpected.length > 0) {
    throw new PlainError(`${text}\nThe demo did not go as expected:\n  ${[...broken, ...unexpected].join('\n  ')}`);
  }
  return text;
}

function whereNext(url: string, token: string): string {
  const get = (path: string): string => `  curl -s -H "Authorization: Bearer $TOKEN" '${url}${path}'`;
  return [
    '■ 接下来可以看',
    '  Where to look next',
    ...BOARD_PAGES.map(({ path, zh, en }) => `  ${url}${path}  ${zh} · ${en}`),
    `  ${url}/docs`,
    `  export TOKEN=${token}`,
    get('/v1/books'),
    get('/v1/books/640121/balances?account=bureau'),
    get('/v1/books/620503/assets'),
    get('/v1/books/620503/projects/P-INFRA'),
    get('/v1/books/620503/balances?effectiveOn=2021-06-30'),
    get('/v1/books/640100/events?from=0&limit=3'),
  ].join('\n');
}
