import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeBundle } from '../../src/audit/bundle/write-bundle.js';
import { report } from '../../src/commands/verify-report.js';
import { openPool } from '../../src/database/pool.js';
import { scenarios } from '../../src/demo/fixtures/scenarios.js';
import type { Finding } from '../../src/disclosure/compliance/finding.js';
import { auditBundle } from '../support/audit-bundle.js';
import { readPage, words } from '../support/board.js';
import { type DemoBoard, startDemoBoard } from '../support/demo-board.js';

let demo: DemoBoard;
const todayInShanghai = () => new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 10);

beforeAll(async () => {
  demo = await startDemoBoard(scenarios(todayInShanghai()).map(({ id }) => id));
});
afterAll(() => demo?.app.close());

const read = async (path: string) => words(await readPage(demo.app, path));

/** In the order of the page, of all places of the demo. */
const FOUND = [
  ['late', true, '430511', 'N-RESULT-2019-12-27-LATE'],
  ['too_short', true, '532323101', 'N-GONGHE-ROAD'],
  ['corrected', false, '230382208207', 'N-GREENHOUSE-2'],
  ['objection_open', false, '640121104201', 'N-WORKER-2018-640121104201'],
  ['objection_answered', false, '141034100216', 'N-PV-CARE-2019-H1-141034100216'],
] as const;

/** But that the demo records today what was public years ago. */
async function findings(division: string): Promise<(Finding & { shortcoming: boolean })[]> {
  const { items } = (await demo.app.get(`/v1/disclosure/divisions/${division}/compliance`).expect(200)).body;
  return items.filter(({ kind }: Finding) => kind !== 'recorded_late');
}

it('finds in the whole demo one notice too late, one too short, one corrected, one objection open and one answered, and no more', async () => {
  const books = scenarios(todayInShanghai()).flatMap(({ books: all }) => all.map(({ code }) => code));
  const provinces = [...new Set(books.map((code) => `${code.slice(0, 2)}0000`))];
  const all = (await Promise.all(provinces.map(findings))).flat();
  expect(all).toHaveLength(FOUND.length);
  for (const [kind, shortcoming, division, notice] of FOUND)
    expect(all).toContainEqual(expect.objectContaining({ kind, shortcoming, division, notice }));
  for (const [kind, , division, notice] of FOUND) {
    const page = await readPage(demo.app, `/board/${division}/compliance`);
    expect(page.match(/href="[^"]*\/notices\/\d+\/N-[^"]*"/g)?.[0]).toContain(notice);
    expect(
      words(page)
        .replace(/公告补录 \d+ 件/, '')
        .match(/ [1-9]\d* 件/g),
    ).toEqual([' 1 件']);
    expect((await findings(division)).map((one) => one.kind)).toEqual([kind]);
  }
});

it('says of each when, why and whether in time, on the page', async () => {
  const seqOn = async (division: string) => (await findings(division))[0]?.seq;
  const late = await read('/board/430511/compliance');
  expect(late).toContain('应公开未公开 0 件 逾期公开 1 件 公示期不足 0 件 无张贴照片 0 件 异议逾期未答复 0 件');
  expect(late).toContain(
    `2020年第一批中央财政专项扶贫资金 资金分配结果 北塔区 2019-12-27 2020-02-03 2020-05-25 112 第 ${await seqOn('430511')} 号记录 备查`,
  );
  const short = await read('/board/532323101/compliance');
  expect(short).toContain('应公开未公开 0 件 逾期公开 0 件 公示期不足 1 件 无张贴照片 0 件 异议逾期未答复 0 件');
  expect(short).toContain(
    `共和镇项目实施前公示 项目实施前 共和镇 2022-01-31 2022-02-09 3 第 ${await seqOn('532323101')} 号记录 备查`,
  );
  const corrected = await read('/board/230382208207/compliance');
  expect(corrected).toContain('没有发现问题');
  expect(corrected).toContain('公告已更正 1 件 公告已撤回 0 件 异议待答复 0 件 异议已答复 0 件 公告补录 3 件');
  expect(corrected).toContain('2025-10-15 2025-10-28 原公示结余4.07万元有误,按计划、结算与费用计算应为4.06万元');
  const [open] = await findings('640121104201');
  expect(await read('/board/640121104201/compliance')).toContain(
    `异议 木兰村 ${open?.since} ${open?.dueOn} ${open?.days} 第`,
  );
  const [answered] = await findings('141034100216');
  expect(await read('/board/141034100216/compliance')).toContain(
    `${answered?.since} ${answered?.dueOn} ${answered?.doneOn} 期限内 不成立 第`,
  );
});

it('sums income and its sharing apart, and no fund together with what was dispatched of it', async () => {
  expect(await read('/board/141034100216/income')).toContain('收入 41,500.00 分配 41,500.00');
  const funds = await read('/board/510000/funds');
  expect(funds).toContain('264,280,000.00');
  expect(funds).not.toContain('合计');
  const home = await read('/board/511900');
  expect(home).toContain('巴中市合计 本级和下级共 6 个账套');
  expect(home).toContain('其中：巴中市本级');
  expect(home).toMatch(/下级区划 收到资金，元 .*平昌县 92,080,000.00/);
});

it('calls policies by their names, and the words of a notice in English what they are', async () => {
  const payouts = await read('/board/141034100216/payouts');
  expect(payouts).toContain('敬老护理公益岗位 3 14,500.00');
  expect(payouts).not.toContain('PV-CARE');
  expect(payouts).toContain('2019年上半年');
  expect(payouts).not.toContain('2019-H1');
  const income = '/board/141034100216/notices/141034100216/N-INCOME-2019-H1';
  expect(await read(income)).toContain('收益分配方案 全部用于');
  expect(await read(`${income}?lang=en`)).toContain('Plan of sharing the income 全部用于');
});

it('tells of each photo of a notice where and when it was taken, and of the entry that says so', async () => {
  const id = 'N-PV-CARE-2019-H1-141034100216';
  const { body } = await demo.app.get(`/v1/disclosure/books/141034100216/notices/${id}`).expect(200);
  const place = '后加楼村村务公开栏';
  expect(body.photos).toMatchObject([{ takenAt: '2019-07-05T01:30:00.000Z', place }]);
  const [{ seq, sha256 }] = body.photos;
  const path = `/board/141034100216/notices/141034100216/${id}`;
  expect(await read(path)).toContain(`张贴照片 ${place} 拍摄于 2019-07-05 09:30 （北京时间） 第 ${seq} 号记录`);
  const english = await readPage(demo.app, `${path}?lang=en`);
  expect(words(english)).toContain(`Taken at 2019-07-05 09:30 (Beijing time) entry ${seq}`);
  expect(english).toContain(`/photos/${sha256}"`);
  // What the page showed before the photo was there.
  const before = new Date(Date.parse(body.recordedAt) - 1).toISOString();
  await demo.app.get(`${path}?asOf=${before}`).expect(404);
  const then = await demo.app.get(`${path}?asOf=${body.recordedAt}`).expect(200);
  expect(then.text).not.toContain('拍摄于');
});

it('names in the ledger of assets, as a file, the levels that the money came from', async () => {
  const { body } = await demo.app.get('/v1/disclosure/books/620503/lines/asset/AS-ROAD').expect(200);
  expect(body.levels).toEqual(['central', 'province', 'city', 'county', 'mixed']);
  const { text } = await demo.app.get('/v1/disclosure/divisions/620503/assets?format=csv').expect(200);
  const [head = '', ...rows] = text.split(/\r?\n/).map((row) => row.split(','));
  const at = head.indexOf('资金来源');
  expect(rows.find(([id]) => id === 'AS-ROAD')?.[at]).toBe('中央、省级、市级、县级、未分层级');
});

it('shows a screen on a wall no list that would have to be unfolded', async () => {
  // A town with money of its own, above villages without any.
  expect(await read('/board/532323101')).toContain('下级区划');
  expect(await read('/board/532323101?kiosk=1')).not.toContain('下级区划');
  expect(await read('/board/532323?kiosk=1')).toContain('下级区划');
});

/** The answer about it stands in the docs. */
const SHOWN = '620503';
const docsOfVerify = ofEachRun(readFileSync('docs/verify.md', 'utf8'));

/** Without what is another in each run of the demo, or on another day: on the first of a month a photo is still to be taken. */
function ofEachRun(text: string): string {
  return text.replace(
    /(?<=记录 entries +)\d+|(?<=\n +)\d+(?=, without a gap)|(?<=树根 root +)\S+|(?<=检查点 checkpoints +)\d+|(?<=签名 signed by )\S+/g,
    '…',
  );
}

it('has books of which each is whole as a bundle, with all that its notices say', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'mingzhang-demo-'));
  const pool = openPool(demo.app.databaseUrl, 2, () => undefined);
  let rows = 0;
  for (const { code } of scenarios(todayInShanghai()).flatMap(({ books }) => books)) {
    const file = join(folder, code);
    await writeBundle(pool, { book: code, file });
    const whole = await auditBundle(file, { keys: [], book: code });
    const { size, published } = whole;
    expect([code, size]).toEqual([code, (await demo.app.revision(code)) + 1]);
    if (code === SHOWN) expect(docsOfVerify).toContain(ofEachRun(report(whole, true, undefined)));
    rows += published?.notice_rows ?? 0;
  }
  expect(rows).toBeGreaterThan(100);
  await pool.end();
  rmSync(folder, { recursive: true });
});
