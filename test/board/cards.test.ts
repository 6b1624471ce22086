import { startApp, type TestApp } from '../support/app.js';
import { BoardOfBook, words } from '../support/board.js';

const BOOK = '640122';
const VILLAGE = '640122101201';
const AT = `/board/${BOOK}`;

let app: TestApp;
let board: BoardOfBook;
let post: BoardOfBook['post'];
let page: BoardOfBook['page'];
let poor: string;
let erased: string;

beforeAll(async () => {
  app = await startApp();
  board = await BoardOfBook.open(app, BOOK, '贺兰县财政局');
  post = board.post.bind(board);
  page = board.page.bind(board);
  const fund = {
    name: '中央专项',
    level: 'central',
    nature: 'special',
    fiscalYear: 2016,
    documents: ['宁财农〔2016〕12号'],
  };
  await post('funds', { id: 'F-1', ...fund, amount: '1000000.00', restrictions: ['no_dispatch'] });
  const project = { name: '肉牛养殖', category: '产业扶持', division: VILLAGE, responsibleUnit: '农业局' };
  await post('projects', { id: 'P-1', ...project, plannedAmount: '900000.00', effectiveDate: '2016-03-01' });
  await post('projects/P-1/stages', { stage: 'approved', effectiveDate: '2016-04-01' });
  await post('allocations', { to: 'project:P-1', amount: '800000.00' });
  await post('payments', { project: 'P-1', kind: 'capital', payee: '建筑公司', amount: '600000.00' });
  const twice = await post('payments', { project: 'P-1', kind: 'expense', payee: '设计院', amount: '7.00' });
  await post('reversals', { seq: twice.seq, reason: '重复' });
  const person = { division: VILLAGE, categories: ['脱贫户'] };
  poor = (
    await post('beneficiaries', {
      name: '马小明',
      idNumber: '640121198001011231',
      bankAccount: '6217000010001234566',
      ...person,
    })
  ).id;
  erased = (await post('beneficiaries', { name: '王删除', idNumber: '640121198001011258', ...person })).id;
  const owners = [
    { kind: 'village', id: VILLAGE, name: '欣荣村', share: '1/2' },
    { kind: 'household', id: poor, share: '1/4' },
    { kind: 'household', id: erased, share: '1/4' },
  ];
  const asset = { name: '养殖园区', class: 'operating', category: '设施', division: VILLAGE, custodian: '村委会' };
  await post('assets', {
    id: 'AS-1',
    ...asset,
    project: 'P-1',
    amount: '600000.00',
    owners,
    effectiveDate: '2017-01-01',
  });
  const village = [{ kind: 'village', id: VILLAGE, name: '欣荣村', share: '1' }];
  await post('assets/AS-1/ownership-changes', { owners: village, reason: '回购', effectiveDate: '2019-06-01' });
  for (const [beneficiary, period] of [
    [poor, '2016'],
    [poor, '2017'],
    [erased, '2016'],
  ])
    await post('payouts', { policy: '务工补贴', period, beneficiary, amount: '100.50' });
  await app.app.get((await import('../../src/vault/vault.js')).Vault).erase(BOOK, erased, 'admin-1');
  await board.settled();
});
afterAll(() => app.close());

it('tells of a fund what its REST detail tells, and draws where it went', async () => {
  const auditor = await app.token('auditor', [BOOK]);
  const { body } = await app.get(`/v1/books/${BOOK}/funds/F-1`, auditor).expect(200);
  const text = words(await page(`${AT}/funds/${BOOK}/F-1`));
  for (const said of ['1,000,000.00 元', '中央', '宁财农〔2016〕12号', '不得下达下级']) expect(text).toContain(said);
  for (const { account, amount } of body.places as { account: string; amount: string }[]) {
    if (!account.startsWith('source:')) expect(text).toContain(amount.replace(/\B(?=(\d{3})+\.)/g, ','));
  }
  const drawing = await app.get(`${AT}/funds/${BOOK}/F-1/flow.svg`).expect(200);
  expect(drawing.headers['content-type']).toBe('image/svg+xml; charset=utf-8');
});

it('tells the life of a project: stages reached and to come, money in, payments without those taken back, assets', async () => {
  const html = await page(`${AT}/projects/${BOOK}/P-1`);
  const text = words(html);
  expect(text).toContain('入库 2016-03-01');
  expect(text).toContain('批复 2016-04-01');
  expect(text).toContain('开工 尚未到');
  expect(text).toContain('建筑公司 建设');
  expect(html).toMatch(/class="gone".*设计院/s);
  expect(text).toMatch(/付给了谁.*合计 600,000.00/);
  expect(html).toContain(`${AT}/assets/${BOOK}/AS-1`);
  expect(html).toContain(`${AT}/funds/${BOOK}/F-1`);
});

it('shows whose an asset is now and on any day, households by name and masked number', async () => {
  const now = words(await page(`${AT}/assets/${BOOK}/AS-1`));
  expect(now).toMatch(/所有权人 村集体 欣荣村 全部/);
  expect(now).toContain('管护人 村委会');
  const then = words(await page(`${AT}/assets/${BOOK}/AS-1?on=2018-01-01`));
  expect(then).toMatch(/所有权人 (?:.*)农户 马小明 640121\*{8,}\d{1,4} 1\/4/);
  expect(then).toContain('农户 （个人信息已删除） 1/4');
  expect(words(await page(`${AT}/assets/${BOOK}/AS-1?on=2010-01-01`))).toContain('还没有这项资产');
});

it('shows no more of persons than boards do, and nothing of those who were erased', async () => {
  for (const path of [
    `${AT}/payouts`,
    `${AT}/payouts?category=${encodeURIComponent('务工补贴')}`,
    `${AT}/assets/${BOOK}/AS-1`,
    AT,
  ]) {
    const html = await page(path);
    for (const secret of ['640121198001011231', '640121198001011258', '19800101', '6217000010001234566', '王删除'])
      expect([path, html.includes(secret)]).toEqual([path, false]);
  }
  const text = words(await page(`${AT}/payouts`));
  expect(text).toContain('马小明');
  expect(text).toContain('（个人信息已删除）');
});

it('stops showing a person at once when the data is erased, though no book has moved', async () => {
  const other = await post('beneficiaries', {
    name: '张即删',
    idNumber: '64012119800101124X',
    division: VILLAGE,
    categories: ['x'],
  });
  await post('payouts', { policy: '即删', period: '2016', beneficiary: other.id, amount: '1.00' });
  await board.settled();
  expect(await page(`${AT}/payouts`)).toContain('张即删');
  await app.app.get((await import('../../src/vault/vault.js')).Vault).erase(BOOK, other.id, 'admin-1');
  expect(await page(`${AT}/payouts`)).not.toContain('张即删');
});

it('sums payouts by policy, and those of a policy by period', async () => {
  expect(words(await page(`${AT}/payouts`))).toContain('务工补贴 3 301.50');
  const text = words(await page(`${AT}/payouts?category=${encodeURIComponent('务工补贴')}`));
  expect(text).toContain('2017年 1 100.50 2016年 2 201.00');
});

it('gives the register of assets totals by class, by owner and by place that agree', async () => {
  const text = words(await page(`${AT}/assets`));
  expect(text).toContain('贺兰县 总台账');
  expect(text).toContain('合计 1 600,000.00');
  expect(text).toContain('村集体 1 600,000.00');
  expect(text).toMatch(/立岗镇|洪广镇|习岗镇|金贵镇/);
  expect(words(await page(`/board/${VILLAGE}/assets`))).toContain('分台账');
});

it('answers an unknown thing, and a book that has nothing to do with the division, with a page', async () => {
  for (const path of [
    `${AT}/funds/${BOOK}/F-9`,
    `${AT}/projects/${BOOK}/%00`,
    `${AT}/assets/640121/AS-1`,
    `/board/620503/funds/${BOOK}/F-1`,
    `${AT}/funds/${BOOK}/F-9/flow.svg`,
    `${AT}/constructor/${BOOK}/F-1/flow.svg`,
  ]) {
    const { status, headers } = await app.get(path);
    expect([path, status, headers['content-type']]).toEqual([path, 404, 'text/html; charset=utf-8']);
  }
});

it('shows a card as it stood before', async () => {
  const auditor = await app.token('auditor', [BOOK]);
  const { body } = await app.get(`/v1/books/${BOOK}/projects/P-1`, auditor).expect(200);
  const before = new Date(Date.parse(body.entry.recordedAt)).toISOString();
  const text = words(await page(`${AT}/projects/${BOOK}/P-1?asOf=${before}`));
  expect(text).toContain('批复 尚未到');
  expect(text).toContain('还没有形成资产');
});

it('sums all income of an asset, says where not all of it is listed, and takes nothing of another of a like name', async () => {
  const card = `${AT}/assets/${BOOK}/AS-2`;
  const asset = {
    class: 'operating',
    category: '设施',
    division: VILLAGE,
    opening: [{ level: 'county', nature: 'stock', amount: '1.00' }],
  };
  const owners = [{ kind: 'village', id: VILLAGE, name: '欣荣村', share: '1' }];
  await post('assets', { id: 'AS-2', name: '冷库', ...asset, owners });
  await post('assets', { id: 'AS-3', name: '冷库二期', ...asset, owners });
  await board.settled();
  expect(words(await page(card))).toContain('还没有收益记录');
  const income = { period: '2020', payerKind: 'cooperative', effectiveDate: '2020-01-01' };
  await post('assets/AS-2/incomes', { id: 'IN-1', ...income, amount: '30000.00' });
  await post('assets/AS-3/incomes', { id: 'IN-2', ...income, amount: '999.00' });
  const share = { from: 'income:AS-2', to: `collective:${VILLAGE}`, effectiveDate: '2020-06-01' };
  for (let count = 0; count < 201; count += 1) await post('allocations', { ...share, amount: '100.00' });
  const { seq } = await post('allocations', { ...share, amount: '5000.00' });
  await post('reversals', { seq, reason: '重复' });
  await board.settled();
  const html = await page(card);
  expect(words(html)).toContain('累计收入 30,000.00 已分配 20,100.00 待分配 9,900.00 元');
  expect(words(html)).toContain('这里列出最近的 200 条，上面的合计是全部。');
  const text = words(await page(`${AT}/assets/${BOOK}/AS-3`));
  expect(text).toContain('累计收入 999.00 已分配 0.00 待分配 999.00 元');
  expect(text).not.toContain('这里列出最近的');
});

it('sums all payments of a project below the first of them', async () => {
  const project = { name: '道路', category: '基础设施', division: VILLAGE, responsibleUnit: '交通局' };
  await post('projects', { id: 'P-2', ...project, plannedAmount: '60.00' });
  await post('allocations', { to: 'project:P-2', amount: '60.00' });
  const payment = { project: 'P-2', kind: 'expense', payee: '施工队', amount: '1.00' };
  for (let count = 0; count < 50; count += 1) await post('payments', payment);
  await board.settled();
  const path = `${AT}/projects/${BOOK}/P-2`;
  expect(words(await page(path))).toMatch(/付给了谁(?!.*这里列出).*合计 50\.00/);
  for (let count = 0; count < 3; count += 1) await post('payments', payment);
  await board.settled();
  expect(words(await page(path))).toMatch(/付给了谁.*合计 53\.00 这里列出最早的 50 笔，合计是全部支付。/);
});
