import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { LedgerClient, ProblemAnswer } from '../../src/demo/player/ledger-client.js';
import { type Answered, crawl } from '../support/crawl.js';
import { noticeBody } from '../support/notices.js';
import { ServiceProcess } from '../support/service-process.js';

const BOOK = '640121';
const VILLAGE = '640121104201';
const county = `/v1/books/${BOOK}`;

/** Nobody: what must not be seen of them is unlike anything else that is answered. */
const PEOPLE = [
  { name: '欧阳密语甲', idNumber: '640121198703178829', bankAccount: '6217998877665544332' },
  { name: '欧阳密语乙', idNumber: '640121197911237745', bankAccount: '6217991122334455667' },
];
const OBJECTOR = {
  name: '司徒密语丙',
  phone: '0951-73917391',
  text: '密语丁:本户没有收到这笔钱,请与本人联系。',
};

/** What no answer may hold: whole numbers, the days of birth in their middle, cards, all of an objection. */
const SECRETS = [
  ...PEOPLE.flatMap(({ idNumber, bankAccount }) => [
    idNumber,
    idNumber.slice(6, 14),
    bankAccount,
    bankAccount.slice(6, -4),
  ]),
  OBJECTOR.name,
  OBJECTOR.phone,
  '密语丁',
];
/** Shown on pages and in lists; they stand in no entry, header or log. */
const NAMES = PEOPLE.map(({ name }) => name);

let dataDir: string;
let service: ServiceProcess;
let answers: Answered[];
/** What was answered to those who file objections and post nonsense. */
let told: string[];

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'mingzhang-public-'));
  chmodSync(dataDir, 0o755);
  service = await ServiceProcess.on(dataDir, { LOG_LEVEL: 'debug' });
  await service.start();
  told = await fill();
  await untilShown();
  answers = await crawl(service.url, SEEDS, isWanted);
}, 180_000);

afterAll(async () => {
  await service?.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

const SEEDS = [
  `/board/${BOOK}`,
  `/board/${VILLAGE}`,
  `/board/${VILLAGE}?kiosk=1`,
  `/v1/disclosure/divisions/${BOOK}`,
  ...['funds', 'allocations', 'integrations', 'projects', 'payouts', 'assets', 'income', 'notices'].flatMap((list) =>
    ['', '?format=csv', '?format=xlsx'].map((query) => `/v1/disclosure/divisions/${BOOK}/${list}${query}`),
  ),
  ...['N-SUBSIDY', 'N-WHO'].map((notice) => `/v1/disclosure/books/${BOOK}/notices/${notice}`),
  `/log/${BOOK}/checkpoint`,
  ...Array.from({ length: 12 }, (_, seq) => `/log/${BOOK}/proof/${seq}.tlog-proof`),
  ...Array.from({ length: 12 }, (_, seq) => `/verify/${BOOK}/${seq}`),
  ...Array.from({ length: 12 }, (_, index) => `/log/${BOOK}/tile/entries/000.p/${index + 1}`),
  '/log/keys',
  '/metrics',
  '/health/ready',
  '/docs/openapi.json',
];

/** Ways of asking for the same lines again; each has its page once without them. */
const FILTERS = /[?&](?:sort|asOf|year|level|category|owner|stage|status|book|within|q)=/;

/** Whatever is of the village and of the divisions that it lies in, or of none: the others have nothing. */
function isWanted(path: string): boolean {
  const [division] = /\/\d{2,12}(?=\/|$|[?.])/.exec(path) ?? [];
  const isOurs = division === undefined || VILLAGE.startsWith(division.slice(1));
  return isOurs && !path.startsWith('/docs') && !FILTERS.test(path);
}

async function fill(): Promise<string[]> {
  const clerk = new LedgerClient(service.url, service.token('clerk', BOOK));
  const admin = new LedgerClient(service.url, service.token('admin', BOOK));
  const anybody = new LedgerClient(service.url);
  let keys = 0;
  const post = (path: string, body: object) => clerk.post(path, `key-${++keys}`, body);
  await admin.post('/v1/books', 'open', { id: BOOK, name: '永宁县财政局', level: 'county' });
  const fund = { name: '扶贫专项资金', level: 'county', nature: 'special', fiscalYear: 2016, amount: '5000.00' };
  await post(`${county}/funds`, { id: 'F-1', ...fund });
  const ids: string[] = [];
  for (const person of PEOPLE) {
    const enrolment = { ...person, division: VILLAGE, categories: ['脱贫户'] };
    const { id } = await post(`${county}/beneficiaries`, enrolment);
    ids.push(id);
    const payout = { policy: '交通补贴', period: '2016', beneficiary: id, amount: '1000.00' };
    await post(`${county}/payouts`, payout);
  }
  await post(`${county}/assets`, {
    id: 'AS-1',
    name: '养殖圈舍',
    class: 'household',
    category: '养殖设施',
    division: VILLAGE,
    opening: [{ level: 'county', nature: 'special', amount: '800.00' }],
    owners: ids.map((id) => ({ kind: 'household', id, share: '1/2' })),
  });
  const subsidy = noticeBody('household_subsidy', { policy: '交通补贴', period: '2016' }, { division: VILLAGE });
  await post(`${county}/notices`, { ...subsidy, id: 'N-SUBSIDY' });
  await post(`${county}/notices`, { ...noticeBody('identification', {}, { division: VILLAGE }), id: 'N-WHO' });
  const filed = await fetch(`${service.url}/v1/disclosure/books/${BOOK}/objections`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': OBJECTOR.name.length.toString() },
    body: JSON.stringify({ kind: 'objection', notice: 'N-SUBSIDY', row: 1, ...OBJECTOR }),
  });
  const { code } = (await filed.json()) as { code: string };
  const nonsense = await Promise.all([
    refusal(clerk.post(`${county}/beneficiaries`, 'bad-1', { ...PEOPLE[0], categories: [], division: '1' })),
    refusal(clerk.post(`${county}/allocations`, 'bad-2', { to: 'bureau', note: PEOPLE[0]?.idNumber, amount: '1.00' })),
    refusal(anybody.post(`/v1/disclosure/books/${BOOK}/objections`, 'bad-3', { kind: 'objection', ...OBJECTOR })),
  ]);
  // Those who ask for a person by name or number get no more of him; what they asked must not come into the log.
  for (const { name, idNumber } of PEOPLE) {
    for (const q of [name, idNumber]) await fetch(`${service.url}/board/${BOOK}/payouts?${new URLSearchParams({ q })}`);
  }
  return [JSON.stringify([...filed.headers]), await anybody.getText(`/v1/disclosure/objections/${code}`), ...nonsense];
}

async function refusal(posting: Promise<unknown>): Promise<string> {
  const problem = await posting.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (problem instanceof ProblemAnswer) return `${problem.code} ${problem.message}`;
  throw problem ?? new Error('what was posted must be refused');
}

/** The lists come out of a view, which follows in a moment. */
async function untilShown(): Promise<void> {
  for (;;) {
    const text = await (await fetch(`${service.url}/board/${VILLAGE}/notices`)).text();
    if (text.includes('N-WHO') && text.includes('N-SUBSIDY')) return;
    await sleep(50);
  }
}

function finds(texts: readonly [where: string, text: string][], secrets: readonly string[]): string[] {
  return texts.flatMap(([where, text]) =>
    secrets.filter((secret) => text.includes(secret)).map((secret) => `${where}: ${secret}`),
  );
}

it('reaches pages, lists, files and the log', () => {
  const served = answers.filter(({ status }) => status === 200).map(({ path }) => path);
  expect(served.length).toBeGreaterThan(30);
  for (const kind of [/^\/board\//, /^\/v1\/disclosure\/books\//, /^\/log\/.*tile/])
    expect(served.filter((path) => kind.test(path)).length).toBeGreaterThan(0);
  expect(answers.filter(({ status }) => status >= 500)).toEqual([]);
});

it('answers no number, card, telephone or objection to anybody', () => {
  const texts = answers.flatMap(({ path, headers, body }): [string, string][] => [
    [path, body],
    [`headers of ${path}`, headers],
  ]);
  expect(finds([...texts, ['told', told.join('\n')]], SECRETS)).toEqual([]);
});

it('shows the masked form of those who were paid, in lists and files', () => {
  const masked = PEOPLE.map(({ idNumber }) => `${idNumber.slice(0, 6)}**********${idNumber.slice(-2)}`);
  const showing = answers.filter(({ body }) => [...masked, ...NAMES].every((form) => body.includes(form)));
  const kinds = [/^\/v1.*payouts$/, /payouts\?format=csv$/, /payouts\?format=xlsx$/];
  for (const kind of kinds) expect(showing.some(({ path }) => kind.test(path))).toBe(true);
});

it('has no name in headers, entries or proofs', () => {
  const texts = answers.flatMap(({ path, headers, body }): [string, string][] => [
    [`headers of ${path}`, headers],
    ...(path.startsWith('/log/') || path === '/metrics' ? [[path, body] as [string, string]] : []),
  ]);
  expect(finds(texts, NAMES)).toEqual([]);
});

it('writes none of it to the log of the service', async () => {
  await sleep(200);
  const log = service.log();
  expect(log).toContain('"/board/:division/:tab"');
  const encoded = [...SECRETS, ...NAMES].map((secret) => encodeURIComponent(secret));
  expect(finds([['log', log]], [...SECRETS, ...NAMES, ...encoded])).toEqual([]);
});
