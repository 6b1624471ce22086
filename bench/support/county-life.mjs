import { createHash, randomUUID } from 'node:crypto';

const VILLAGES = ['100201', '100202', '101203', '101204', '102205'];
const STAGES = ['approved', 'started', 'completed', 'accepted', 'settled'];
const POLICIES = ['交通补贴', '雨露计划', '公益岗位', '产业奖补'];

/**
 * What a county's bureau does over many years, without end: funds arrive and are pooled, projects are approved, paid, finished
 * and become assets, and every month most of the entries are subsidies to households. One entry of a hundred is taken back. Of
 * a hundred entries some 65 are payouts, 11 payments, 11 allocations, 4 enrolments, 7 projects and their stages, 1 an asset.
 *
 * Each `yield` gives a command and gets the event that came of it.
 *
 * @param {string} book division code of a county
 */
export function* countyLife(book) {
  yield { kind: 'book', body: { id: book, name: '永宁县财政局', level: 'county' } };
  const households = [];
  for (let year = 0; ; year += 1) {
    const funds = yield* receive(year);
    for (let month = 1; month <= 12; month += 1) yield* live(book, `${year}-${month}`, funds, households);
  }
}

function* receive(year) {
  const funds = [];
  for (let n = 1; n <= 6; n += 1) {
    const facts = { level: n < 3 ? 'central' : 'county', nature: 'special', fiscalYear: 2016, amount: '9000000000.00' };
    const id = `F-${year}-${n}`;
    yield { kind: 'fund', body: { id, name: `第${year}年专项资金${n}`, ...facts } };
    funds.push(id);
  }
  const lines = funds.slice(0, 3).map((fund) => ({ fund, amount: '4000000000.00' }));
  yield { kind: 'integration', body: { pool: `pool-${year}`, lines } };
  yield { kind: 'adjustment', body: { fund: funds[4], amount: '-1000000.00' } };
  return funds;
}

function* live(book, month, funds, households) {
  const place = (n) => ({ division: `${book}${VILLAGES[n % VILLAGES.length]}` });
  for (let n = 0; n < 4; n += 1) {
    const commitment = createHash('sha256').update(`${month}/${n}`).digest('hex');
    const id = randomUUID();
    yield { kind: 'beneficiary', body: { id, commitment, categories: ['脱贫户'], ...place(n) } };
    households.push(id);
  }
  yield* build(`P-${month}`, month, funds, place(households.length));
  yield* payOut(month, funds, households);
}

function* build(project, month, funds, place) {
  const library = { category: '产业发展', responsibleUnit: '农业农村局', plannedAmount: '300000.00', ...place };
  yield { kind: 'project', body: { id: project, name: `第${month}月产业项目`, ...library } };
  const [first, second] = [funds[3], funds[4]].map((fund, n) => ({ fund, amount: `${90_000 + n * 7_000}.5${n}` }));
  const documents = [`永财农〔2016〕${month}号`];
  for (const stage of STAGES) {
    yield { kind: 'stage', body: { project, stage } };
    yield { kind: 'allocation', body: { to: `project:${project}`, lines: [first, second], documents } };
    const payment = { project, kind: 'capital', payee: '宁夏某建设有限公司', documents };
    yield { kind: 'payment', body: { ...payment, lines: [first] } };
    yield { kind: 'payment', body: { ...payment, amount: second.amount } };
    yield {
      kind: 'allocation',
      body: { from: `pool:pool-${month.split('-')[0]}`, to: 'department:nmj', amount: '1200.00' },
    };
  }
  const owners = [{ kind: 'village', id: place.division, name: '杨和村股份经济合作社', share: '1' }];
  const asset = { name: '蔬菜大棚', class: 'public', category: '农业设施', ...place };
  yield { kind: 'asset', body: { id: `AS-${month}`, project, amount: '900000.00', owners, ...asset, documents } };
}

/** To 60 households a month, each in its turn; one of the payouts is a mistake. */
function* payOut(month, funds, households) {
  for (let n = 0; n < 60; n += 1) {
    const beneficiary = households[(households.length * 31 + n) % households.length];
    const policy = POLICIES[n % POLICIES.length];
    const lines = [{ fund: funds[n % 2 === 0 ? 4 : 5], amount: `${50 + n}.00` }];
    const payout = { policy, period: `${month}-${Math.floor(n / households.length)}`, beneficiary, lines };
    const { seq, ...entry } = yield { kind: 'payout', body: payout };
    if (n === 30) yield { kind: 'reversal', body: { seq, reason: '重复录入' }, evidence: { entry: { seq, ...entry } } };
  }
}
