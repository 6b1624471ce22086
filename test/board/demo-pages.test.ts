import { readPage, words } from '../support/board.js';
import { type DemoBoard, startDemoBoard } from '../support/demo-board.js';

let demo: DemoBoard;

beforeAll(async () => {
  demo = await startDemoBoard(['beita-2020', 'moudi-2022', 'houjialou-2019', 'bazhong-2019']);
});
afterAll(() => demo?.app.close());

const read = async (path: string) => words(await readPage(demo.app, path));

/** The entry that the only line of the page is about: its number is of the order in which the demo came in. */
async function seqOn(division: string): Promise<number> {
  const { body } = await demo.app.get(`/v1/disclosure/divisions/${division}/compliance`).expect(200);
  expect(body.items).toHaveLength(1);
  return body.items[0].seq;
}

it('shows on the page of compliance just what was too short and what came too late', async () => {
  const late = await read('/board/430511/compliance');
  expect(late).toContain('应公开未公开 0 件 逾期公开 1 件 公示期不足 0 件 无张贴照片 0 件 异议逾期未答复 0 件');
  expect(late).toContain(
    `2020年第一批中央财政专项扶贫资金 资金分配结果 北塔区 2019-12-27 2020-02-03 112 第 ${await seqOn('430511')} 号记录 下载`,
  );
  const short = await read('/board/532323101/compliance');
  expect(short).toContain('应公开未公开 0 件 逾期公开 0 件 公示期不足 1 件 无张贴照片 0 件 异议逾期未答复 0 件');
  expect(short).toContain(
    `共和镇项目实施前公示 项目实施前 共和镇 2022-01-31 2022-02-09 3 第 ${await seqOn('532323101')} 号记录 下载`,
  );
  expect(await read('/board/141034100216/compliance')).toContain('没有发现问题');
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

it('shows a screen on a wall no list that would have to be unfolded', async () => {
  // A town with money of its own, above villages without any.
  expect(await read('/board/532323101')).toContain('下级区划');
  expect(await read('/board/532323101?kiosk=1')).not.toContain('下级区划');
  expect(await read('/board/532323?kiosk=1')).toContain('下级区划');
});
