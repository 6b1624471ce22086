import { execFile } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { joinDatabase } from '../../src/database/database.js';
import { makeDailyFiles } from '../../src/disclosure/daily/make-daily-files.js';
import { LIST_OF } from '../../src/disclosure/lines.js';
import { RouteTable } from '../../src/http/problems/route-table.js';
import { dateInShanghai } from '../../src/posting/decide-batch.js';
import { readSettings } from '../../src/settings.js';
import { startApp } from '../support/app.js';
import { type Answered, crawl, textOf } from '../support/crawl.js';
import { BOOK, liveThroughAll, NAMES, PEOPLE, SECRETS, VILLAGE } from '../support/marked-county.js';
import { ServiceProcess } from '../support/service-process.js';
import { until } from '../support/until.js';

const run = promisify(execFile);
const cli = join(import.meta.dirname, '../../dist/cli.js');
const ENTRIES = 20;

let dataDir: string;
let exported: string;
let service: ServiceProcess;
let answers: Answered[];
/** What was answered to those who file objections and post nonsense. */
let told: string[];
/** Every address of the service that is for reading, as Fastify knows it. */
let routes: string[];

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'mingzhang-public-'));
  exported = mkdtempSync(join(tmpdir(), 'mingzhang-exported-'));
  chmodSync(dataDir, 0o755);
  const known = await startApp();
  routes = known.app.get(RouteTable).pathsOf('GET');
  await known.close();
  service = await ServiceProcess.on(dataDir, { LOG_LEVEL: 'debug', DAILY_FILES: 'off', READS_PER_MINUTE: '100000' });
  await service.start();
  told = await liveThroughAll(service);
  await untilShown();
  await makeFiles();
  answers = await crawl(service.url, SEEDS, isWanted);
});

afterAll(async () => {
  await service?.stop();
  rmSync(dataDir, { recursive: true, force: true });
  rmSync(exported, { recursive: true, force: true });
});

const each = (path: (seq: number) => string) => Array.from({ length: ENTRIES }, (_, seq) => path(seq));
const SEEDS = [
  '/board',
  `/board/search?within=${BOOK}&q=${encodeURIComponent('补贴')}`,
  `/board/${BOOK}`,
  `/board/${VILLAGE}`,
  `/board/${VILLAGE}?kiosk=1`,
  '/board/kiosk-worker.js',
  `/board/${BOOK}/files`,
  `/board/${BOOK}/nothing`,
  ...['assets/AS-1', 'funds/F-1'].map((card) => {
    const [kind, id] = card.split('/');
    return `/board/${BOOK}/${kind}/${BOOK}/${id}/flow.svg`;
  }),
  `/v1/disclosure/divisions?within=${BOOK}`,
  `/v1/disclosure/divisions/${BOOK}`,
  ...[...Object.values(LIST_OF), 'compliance'].flatMap((list) =>
    ['', '?format=csv', '?format=xlsx'].map((query) => `/v1/disclosure/divisions/${BOOK}/${list}${query}`),
  ),
  ...['feed.json', 'feed.atom', 'files'].map((name) => `/v1/disclosure/divisions/${BOOK}/${name}`),
  ...['N-SUBSIDY', 'N-WHO'].map((notice) => `/v1/disclosure/books/${BOOK}/notices/${notice}`),
  `/board/${BOOK}/notices/${BOOK}/N-SUBSIDY.pdf`,
  ...['checkpoint', 'cosigned-checkpoint', 'keys'].map((name) => `/log/${BOOK}/${name}`),
  ...each((seq) => `/log/${BOOK}/proof/${seq}.tlog-proof`),
  ...each((seq) => `/verify/${BOOK}/${seq}`),
  ...each((seq) => `/verify/${BOOK}/${seq}/entry`),
  ...each((seq) => `/log/${BOOK}/tile/entries/000.p/${seq + 1}`),
  `/v1/books/${BOOK}/consistency?from=1`,
  '/log/keys',
  '/metrics',
  '/health/live',
  '/health/ready',
  '/docs/openapi.json',
  '/docs/openapi.yaml',
];

/** Ways of asking for the same lines again; each has its page once without them. */
const FILTERS = /[?&](?:sort|asOf|year|level|category|owner|stage|status|book|within|q)=/;

/** Whatever is of the village and of the divisions that it lies in, or of none: the others have nothing. */
function isWanted(path: string): boolean {
  const [division] = /\/\d{2,12}(?=\/|$|[?.])/.exec(path) ?? [];
  const isOurs = division === undefined || VILLAGE.startsWith(division.slice(1));
  return isOurs && !path.startsWith('/docs') && !FILTERS.test(path);
}

/** The lists come out of a view, which follows in a moment. */
async function untilShown(): Promise<void> {
  for (;;) {
    const text = await (await fetch(`${service.url}/board/${VILLAGE}/notices`)).text();
    if (text.includes('N-WHO') && text.includes('N-SUBSIDY')) return;
    await sleep(50);
  }
}

async function makeFiles(): Promise<void> {
  const database = await joinDatabase({ ...readSettings({ DATA_DIR: dataDir }), log: () => undefined });
  const work = { databaseUrl: database.url, choice: { eventStore: 'postgres' as const }, publicUrl: service.url };
  await makeDailyFiles(work, dateInShanghai(new Date().toISOString()), () => undefined);
  await database.close();
}

type Text = [where: string, text: string];

function finds(texts: readonly Text[], secrets: readonly string[]): string[] {
  return texts.flatMap(([where, text]) =>
    secrets.filter((secret) => text.includes(secret)).map((secret) => `${where}: ${secret}`),
  );
}

/** Once the log has a line of all that was asked before: it is written in order, a moment later. */
async function untilLogged(of: string): Promise<void> {
  const id = `last-of-${of}`;
  await fetch(`${service.url}/health/live`, { headers: { 'x-request-id': id } });
  await until(() => service.log().includes(id));
}

/** Which routes were asked, and answered with something, as the log of the service has it. */
function answeredRoutes(): Set<string> {
  const lines = service
    .log()
    .split('\n')
    .filter((line) => line.includes('"msg":"request"'));
  const requests = lines.map((line) => JSON.parse(line) as { method: string; route: string; status: number });
  return new Set(requests.filter(({ method, status }) => method === 'GET' && status === 200).map(({ route }) => route));
}

it('reaches every address that answers a stranger, whatever is added', async () => {
  await untilLogged('crawl');
  const asked = answeredRoutes();
  const unasked = routes.filter((route) => !asked.has(route) && !route.startsWith('/docs'));
  const open: string[] = [];
  for (const route of unasked) {
    const path = route.replace(':book', BOOK).replace(/:\w+/g, '1');
    const { status } = await fetch(service.url + path, { redirect: 'manual' });
    if (status !== 401) open.push(`${route} ${status}`);
  }
  // Nobody cosigns here; what no other route takes; and what only leads to the board.
  expect(open).toEqual(['/log/:book/cosigned-checkpoint 404', '/board/* 404', '/ 302']);
  expect(answers.filter(({ status }) => status >= 500)).toEqual([]);
});

it('answers no number, card, telephone or objection to anybody', () => {
  const texts = answers.flatMap(({ path, headers, body }): Text[] => [
    [path, body],
    [`headers of ${path}`, headers],
  ]);
  expect(finds([...texts, ['told', told.join('\n')]], SECRETS)).toEqual([]);
});

it('shows the masked form of those who were paid, in lists, files and on paper', () => {
  const masked = PEOPLE.map(({ idNumber }) => `${idNumber.slice(0, 6)}**********${idNumber.slice(-2)}`);
  const showing = answers.filter(({ body }) => [...masked, ...NAMES].every((form) => body.includes(form)));
  const kinds = [/^\/v1.*payouts$/, /payouts\?format=csv$/, /payouts\?format=xlsx$/, /^\/board.*payouts$/, /\.pdf$/];
  expect(kinds.filter((kind) => !showing.some(({ path }) => kind.test(path)))).toEqual([]);
});

/** Where a board shows who was paid, and whose an asset is. */
const NAMING = [
  /^\/board\/\d+\/(?:payouts|notices|assets)\b/,
  /^\/v1\/disclosure\/divisions\/\d+\/payouts\b/,
  /^\/v1\/disclosure\/books\/\d+\/(?:notices|lines\/payout)\//,
  /^\/verify\/\d+\/notices\//,
];

it('names a person in lists of payouts, notices and cards of assets, and nowhere else', () => {
  const texts = answers.flatMap(({ path, headers, body }): Text[] => [
    [`headers of ${path}`, headers],
    ...(NAMING.some((naming) => naming.test(path)) ? [] : [[path, body] as Text]),
  ]);
  for (const kind of [/\/files\/.*gz$/, /feed\.atom$/, /^\/log\/.*tile/, /money\.svg/, /flow\.svg/, /^\/metrics$/])
    expect([kind, texts.some(([where]) => kind.test(where))]).toEqual([kind, true]);
  expect(finds(texts, NAMES)).toEqual([]);
});

it('writes none of it to the log of the service', async () => {
  await untilLogged('all');
  const log = service.log();
  expect(log).toContain('"/board/:division/:tab"');
  const encoded = [...SECRETS, ...NAMES].map((secret) => encodeURIComponent(secret));
  expect(finds([['log', log]], [...SECRETS, ...NAMES, ...encoded])).toEqual([]);
});

it('takes none of it along in a bundle, a journal or a table', async () => {
  const environment = { ...process.env, DATA_DIR: dataDir };
  const write = (...args: string[]) =>
    run(process.execPath, [cli, 'export', ...args, '--book', BOOK], { env: environment });
  await write('bundle', '-o', join(exported, 'bundle'));
  await write('csv', '-o', join(exported, 'tables'));
  await write('xlsx', '-o', join(exported, 'book.xlsx'));
  for (const format of ['ledger', 'hledger', 'beancount'])
    await write('journal', '--format', format, '-o', join(exported, format));
  const files = filesIn(exported);
  expect(files.length).toBeGreaterThan(6);
  const texts = files.map((file): Text => [file, textOf(readFileSync(file))]);
  expect(finds(texts, [...SECRETS, ...NAMES])).toEqual([]);
});

it('keeps none of it in plain on its disk, in tables, log and files', async () => {
  // Stopped, so that all is written and no file goes while it is read.
  await service.stop();
  const files = filesIn(dataDir);
  // What is public does stand there, so what is sought would be found.
  expect(files.some((file) => file.includes('pg_wal') && readFileSync(file).includes('养殖圈舍'))).toBe(true);
  const whole = [...SECRETS, ...NAMES].filter((secret) => secret.length > 8 || !/^\d+$/.test(secret));
  const found = files.flatMap((file) => {
    const bytes = readFileSync(file);
    return whole.filter((secret) => bytes.includes(secret)).map((secret) => `${file}: ${secret}`);
  });
  expect(found).toEqual([]);
});

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}
