import { startApp, type TestApp } from '../support/app.js';
import { BoardOfBook, readPage, words } from '../support/board.js';

// A city whose money goes to a county, which makes something of it: the city's own book knows of no asset.
const [CITY, COUNTY, TOWN] = ['640100', '640121', '640121100'];

let app: TestApp;
let county: BoardOfBook;

beforeAll(async () => {
  app = await startApp();
  const city = await BoardOfBook.open(app, CITY, '银川市财政局');
  county = await BoardOfBook.open(app, COUNTY, '永宁县财政局');
  const facts = { name: '衔接资金', nature: 'special', fiscalYear: 2016 };
  await city.post('funds', { id: 'F-1', level: 'city', amount: '50000.00', ...facts });
  await city.post('dispatches', { id: 'D-1', toBook: COUNTY, lines: [{ fund: 'F-1', amount: '30000.00' }] });
  await county.post('arrivals', { id: 'A-1', fromBook: CITY, dispatch: 'D-1' });
  await county.post('funds', { id: 'F-2', level: 'county', amount: '7000.00', ...facts });
  const project = { category: '产业', division: TOWN, responsibleUnit: '农业局', plannedAmount: '20000.00' };
  await county.post('projects', { id: 'P-1', name: '圈棚', ...project });
  await county.post('allocations', { to: 'project:P-1', lines: [{ fund: 'A-1.1', amount: '20000.00' }] });
  await county.post('payments', { project: 'P-1', kind: 'capital', payee: '建筑公司', amount: '12000.00' });
  const owners = [{ kind: 'village', id: TOWN, name: '村集体', share: '1' }];
  const asset = { class: 'operating', category: '设施', division: TOWN, owners, project: 'P-1', amount: '12000.00' };
  await county.post('assets', { id: 'AS-1', name: '圈棚', ...asset });
  const person = { name: '演示人', idNumber: '11010519491231002X', division: `${TOWN}201`, categories: ['脱贫户'] };
  const { id } = await county.post('beneficiaries', person);
  const payout = { policy: '产业奖补', period: '2016', beneficiary: id, from: 'bureau' };
  await county.post('payouts', { ...payout, lines: [{ fund: 'F-2', amount: '800.00' }] });
  await Promise.all([city.settled(), county.settled()]);
});
afterAll(() => app.close());

const read = async (path: string) => words(await readPage(app, path));

it('tells of a city all that came into it, each yuan once, and then what its own book says', async () => {
  const home = await read(`/board/${CITY}`);
  expect(home).toContain('银川市合计 本级和下级共 2 个账套；上级下达、下级到账的同一笔钱只算一次 收到资金 5.7 万元');
  expect(home).toContain('安排使用 2.08 万元 20,800.00 元 形成资产 1.2 万元 12,000.00 元 补贴到户 1 户 800.00 元');
  expect(home).toContain('其中：银川市本级');
  expect(home).toContain('收到资金 5 万元 50,000.00 元 下达下级 3 万元 30,000.00 元 安排使用 0 万元');
  expect(home).toContain('经营性资产 1 12,000.00');
  expect(home).toMatch(/下级区划 收到资金，元 永宁县 37,000.00/);
});

it('tells of a place that has no book of its own the whole alone', async () => {
  const home = await read('/board/640000');
  expect(home).toContain('宁夏回族自治区合计');
  expect(home).not.toContain('其中：');
  expect(home).toMatch(/下级区划 收到资金，元 银川市 57,000.00/);
  expect(await read(`/board/${COUNTY}`)).not.toContain('合计 本级和下级');
});

it('draws, sums and offers to choose from what its lists hold', async () => {
  expect(await read(`/board/${CITY}/assets`)).toMatch(
    /银川市 台账汇总 .*经营性资产 1 12,000.00 .*合计 1 12,000.00 归谁所有 .*合计 1 12,000.00 下级台账 .*永宁县 12,000.00/,
  );
  expect(await read(`/board/${CITY}/payouts`)).toContain('按补贴政策 补贴政策 笔数 金额（元） 产业奖补 1 800.00');
  expect(await readPage(app, `/board/${CITY}/projects`)).toContain('<option value="产业">');
  const { body } = await app.get(`/board/${CITY}/money.svg`).buffer(true).parse(asText).expect(200);
  expect(body).toContain('12,000.00');
});

it('says of each class what a place holds itself, so that each column of the ledgers below adds up', async () => {
  await county.post('payments', { project: 'P-1', kind: 'capital', payee: '路桥公司', amount: '3000.00' });
  const owners = [{ kind: 'county', id: COUNTY, name: '县交通局', share: '1' }];
  const road = { class: 'public', category: '道路', division: COUNTY, owners, project: 'P-1', amount: '3000.00' };
  await county.post('assets', { id: 'AS-2', name: '硬化路', ...road });
  await county.settled();
  const [, ledgers] = /下级台账 (.*) 明细/.exec(await read(`/board/${COUNTY}/assets`)) ?? [];
  expect(ledgers).toMatch(
    /数量 原值（元） \S+ 12,000.00 0.00 0.00 1 12,000.00 本级直接管理 0.00 3,000.00 0.00 1 3,000.00$/,
  );
});

type Parser = Parameters<ReturnType<TestApp['get']>['parse']>[0];
const asText: Parser = (response, done) => {
  let text = '';
  response.setEncoding('utf8');
  response.on('data', (part: string) => {
    text += part;
  });
  response.on('end', () => done(null, text));
};
