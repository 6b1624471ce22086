import pg from 'pg';
import supertest from 'supertest';
import { LIST_OF, type LineKind } from '../../src/disclosure/lines.js';
import { startApp, type TestApp } from '../support/app.js';
import { noticeBody } from '../support/notices.js';
import { recordStatements } from '../support/recorded-statements.js';

const county = '/v1/books/640121';
const [village, town] = ['640121100201', '640121100'];
const NUMBER = '宁财农〔2016〕12号';
const people = [
  { name: '测试人甲', idNumber: '11010519491231002X', bankAccount: '62220200001234567' },
  { name: '测试人乙', idNumber: '440308199901101512', bankAccount: '6222020200112230' },
] as const;

let app: TestApp;
let clerk: string;

async function post(path: string, body: object): Promise<{ id: string; seq: number }> {
  const { body: answer, status } = await app.post(path, clerk, body);
  if (status !== 201) throw new Error(`${path}: ${JSON.stringify(answer)}`);
  return answer;
}

async function imported(commands: readonly object[]): Promise<void> {
  const { text } = await app
    .post(`${county}/imports`, clerk)
    .set('content-type', 'application/x-ndjson')
    .send(commands.map((command) => `${JSON.stringify(command)}\n`).join(''))
    .expect(200);
  if (/"code"/.test(text)) throw new Error(text);
}

/** Ids of the lines that the words find, the first entered first. */
async function found(kind: LineKind, q: string, division = '640121', more = ''): Promise<string[]> {
  const query = `q=${encodeURIComponent(q)}&order=asc${more}`;
  const { body } = await app.get(`/v1/disclosure/divisions/${division}/${LIST_OF[kind]}?${query}`).expect(200);
  return body.items.map(({ id }: { id: string }) => id);
}

beforeAll(async () => {
  app = await startApp();
  clerk = await app.token('clerk', ['6401']);
  const admin = await app.token('admin', ['6401']);
  await app.post('/v1/books', admin, { id: '640121', name: '永宁县财政局', level: 'county' }).expect(201);
  const facts = { level: 'central', nature: 'special', fiscalYear: 2016, amount: '900.00' };
  await post(`${county}/funds`, { id: 'F-1', name: '扶贫专项资金', ...facts, documents: [NUMBER] });
  await post(`${county}/funds`, { id: 'F-2', name: '水利建设资金', ...facts });
  const project = { category: '产业', responsibleUnit: '农业局', plannedAmount: '250.00' };
  await post(`${county}/projects`, { id: 'P-1', name: '村组道路硬化', division: village, ...project });
  await post(`${county}/projects`, { id: 'P-2', name: 'G308 线绿化', division: '640121', ...project });
  const lines = [{ fund: 'F-1', amount: '200.00' }];
  await post(`${county}/allocations`, { id: 'A-1', to: 'project:P-1', lines, documents: [NUMBER] });
  await post(`${county}/allocations`, { to: 'department:nmj', lines: [{ fund: 'F-2', amount: '9.00' }] });
  await post(`${county}/integrations`, { pool: '2016', lines: [{ fund: 'F-2', amount: '50.00' }] });
  await post(`${county}/payments`, { project: 'P-1', kind: 'capital', payee: '建筑公司', amount: '150.00' });
  const owners = [{ kind: 'village', id: village, name: '永清村', share: '1' }];
  const asset = { name: '圈棚', class: 'operating', category: '设施', division: village, project: 'P-1', owners };
  await post(`${county}/assets`, { id: 'AS-1', ...asset, amount: '120.00' });
  await post(`${county}/assets/AS-1/incomes`, { id: 'I-1', period: '2016', amount: '30.00', payerKind: 'enterprise' });
  for (const [index, person] of people.entries()) {
    const { id } = await post(`${county}/beneficiaries`, { ...person, division: village, categories: ['脱贫户'] });
    const facts = { policy: index === 0 ? '交通补贴' : '耕地地力保护补贴', period: '2016', amount: '40.00' };
    await post(`${county}/payouts`, { id: `PO-${index + 1}`, beneficiary: id, ...facts });
  }
  await post(`${county}/notices`, { ...noticeBody('loans', {}), id: 'N-1', title: '贷款公示' });
  const countys = { level: 'county', division: '640121', title: '资金分配结果公告' } as const;
  await post(`${county}/notices`, { ...noticeBody('allocation_result', { entries: [1] }, countys), id: 'N-2' });
  const minSeq = await app.revision('640121');
  await app.get(`/v1/disclosure/divisions/640121/funds?book=640121&minSeq=${minSeq}`).expect(200);
});
afterAll(() => app.close());

it('finds things by any part of their names, also one character', async () => {
  expect(await found('fund', '专项')).toEqual(['F-1']);
  expect(await found('fund', '资')).toEqual(['F-1', 'F-2', 'I-1.1']);
  expect(await found('project', '组道路')).toEqual(['P-1']);
  expect(await found('project', 'G308 线')).toEqual(['P-2']);
  expect(await found('project', '路道')).toEqual([]);
  expect(await found('project', '100%_')).toEqual([]);
  expect(await found('notice', '分配')).toEqual(['N-2']);
});

it('finds what speaks of a thing by the name of the thing', async () => {
  expect(await found('allocation', '扶贫专项')).toEqual(['5.F-1']);
  expect(await found('allocation', '道路')).toEqual(['5.F-1']);
  expect(await found('integration', '水利')).toEqual(['7.F-2']);
  expect(await found('asset', '道路硬化')).toEqual(['AS-1']);
  expect(await found('income', '圈棚')).toEqual(['I-1']);
  expect(await found('payout', '耕地')).toEqual(['PO-2']);
});

it('finds moves by a word that very many things have', async () => {
  const more = Array.from({ length: 210 }, (_, n) => {
    const facts = { level: 'county', nature: 'special', fiscalYear: 2015, amount: '1.00' };
    return { kind: 'fund', key: `f-${n}`, id: `Z-${n}`, name: `配套资金${n}`, ...facts };
  });
  await imported(more);
  await post(`${county}/allocations`, { to: 'department:nmj', lines: [{ fund: 'Z-209', amount: '1.00' }] });
  const minSeq = await app.revision('640121');
  await app.get(`/v1/disclosure/divisions/640121/funds?book=640121&minSeq=${minSeq}`).expect(200);
  expect(await found('allocation', '配套资金')).toEqual([`${minSeq}.Z-209`]);
  expect(await found('allocation', '配套资金209')).toEqual([`${minSeq}.Z-209`]);
  expect(await found('fund', '配套资金20', '640121', '&limit=500')).toHaveLength(11);
});

it('finds moves to a project by a word that very many projects have', async () => {
  const facts = { category: '水利', responsibleUnit: '水务局', plannedAmount: '9.00', division: '640121' };
  const projects = Array.from({ length: 230 }, (_, n) => {
    return { kind: 'project', key: `w-${n}`, id: `W-${n}`, name: `水渠衬砌${n}`, ...facts };
  });
  const approved = { kind: 'stage', key: 'w-approved', project: 'W-229', stage: 'approved' };
  await imported([...projects, approved]);
  const { seq } = await post(`${county}/allocations`, {
    to: 'project:W-229',
    lines: [{ fund: 'F-2', amount: '1.00' }],
  });
  await app.get(`/v1/disclosure/divisions/640121/funds?book=640121&minSeq=${seq}`).expect(200);
  expect(await found('project', '衬砌', '640121', '&limit=500')).toHaveLength(230);
  expect(await found('allocation', '衬砌')).toEqual([`${seq}.F-2`]);
});

it('reads whole only the lines of the page, whatever else the words find', async () => {
  const recording = recordStatements();
  try {
    expect(await found('allocation', '衬砌')).toHaveLength(1);
    expect(await found('project', '衬砌', '640121', '&limit=1')).toHaveLength(1);
  } finally {
    recording.stop();
  }
  const asked = recording.statements().filter(({ text }) => text.includes('from views.disclosure_lines'));
  // The page and one more, which tells that there is a next.
  const whole = asked.filter(({ text }) => text.includes('facts'));
  expect(whole.map(({ text }) => text.includes('id = any'))).toEqual([true]);
  expect(whole.map(({ values }) => values.find(Array.isArray)?.length)).toEqual([2]);
  expect(asked.length).toBeGreaterThan(2);
});

it('finds what rests on a document by its number, whatever brackets it is written with', async () => {
  expect(await found('fund', NUMBER)).toEqual(['F-1']);
  expect(await found('allocation', '宁财农[2016]12号')).toEqual(['5.F-1']);
});

it('finds what lies in a place by its name, in the division that is looked at', async () => {
  expect(await found('project', '惠丰村')).toEqual(['P-1']);
  expect(await found('payout', '惠丰')).toEqual(['PO-1', 'PO-2']);
  expect(await found('payout', '惠丰', town)).toEqual(['PO-1', 'PO-2']);
  expect(await found('project', '惠丰村', '640121101')).toEqual([]);
});

it('finds a payout by the name that it shows, and no longer once that is erased', async () => {
  expect(await found('payout', ' 测试人甲 ')).toEqual(['PO-1']);
  expect(await found('payout', '测试人乙', village)).toEqual(['PO-2']);
  expect(await found('payout', '测试人')).toEqual([]);
  const html = await app.get(`/board/${village}/payouts?q=${encodeURIComponent('测试人乙')}`).expect(200);
  expect([html.text.includes('测试人乙'), html.text.includes('测试人甲')]).toEqual([true, false]);
  const { body } = await app.get(`/v1/disclosure/books/640121/lines/payout/PO-2`).expect(200);
  await supertest(app.app.getHttpServer())
    .delete(`${county}/beneficiaries/${body.facts.beneficiary}/personal-data`)
    .auth(await app.token('admin', ['6401']), { type: 'bearer' })
    .expect(200);
  expect(await found('payout', '测试人乙')).toEqual([]);
  expect(await found('payout', '测试人甲')).toEqual(['PO-1']);
});

it('looks for no number of a person anywhere', async () => {
  const recording = recordStatements();
  for (const { idNumber, bankAccount } of people) {
    for (const number of [idNumber, bankAccount, idNumber.toLowerCase(), `　${idNumber} `]) {
      expect(await found('payout', number)).toEqual([]);
      expect(await found('project', number)).toEqual([]);
    }
  }
  recording.stop();
  const asked = JSON.stringify(recording.statements());
  for (const { idNumber, bankAccount } of people) {
    for (const number of [idNumber, bankAccount]) expect(asked).not.toContain(number);
  }
});

it('keeps nothing by which a name could be read', async () => {
  const client = new pg.Client({ connectionString: app.databaseUrl });
  await client.connect();
  const { rows } = await client.query<{ row: string }>(
    'select vault_seals::text as row from vault_seals union all select terms from views.disclosure_lines',
  );
  await client.end();
  const text = rows.map(({ row }) => row).join();
  for (const { name } of people) {
    expect(text).not.toContain(name);
    // As PostgreSQL prints bytes.
    expect(text).not.toContain(Buffer.from(name).toString('hex'));
  }
});

it('lists the notices of a level, in every format and on the page', async () => {
  const ofLevel = async (level: string) => {
    const address = `/v1/disclosure/divisions/640121/notices?order=asc&level=${level}`;
    const { body } = await app.get(address).expect(200);
    const { text } = await app.get(`${address}&format=csv`).expect(200);
    const { text: html } = await app.get(`/board/640121/notices?level=${level}`).expect(200);
    return ['N-1', 'N-2'].filter((id) => {
      const told = body.items.some((line: { id: string }) => line.id === id);
      expect([text.includes(id), html.includes(`/640121/${id}"`)]).toEqual([told, told]);
      return told;
    });
  };
  expect(await ofLevel('village')).toEqual(['N-1']);
  expect(await ofLevel('county')).toEqual(['N-2']);
  expect(await ofLevel('town')).toEqual([]);
  await app.get('/v1/disclosure/divisions/640121/notices?level=central').expect(400);
  await app.get('/board/640121/notices?level=central').expect(400);
  const { text } = await app.get('/v1/disclosure/divisions/640121/notices?format=csv&order=asc').expect(200);
  expect(text.split('\r\n').map((line) => line.split(',')[5])).toEqual(['公示层级', '村', '县区', undefined]);
});
