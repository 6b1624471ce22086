import type { TestApp } from './app.js';
import { noticeBody } from './notices.js';

/** A book in which money went to a project and to a household, with a notice of each kind of row. */
export async function postNotices(app: TestApp) {
  const [clerk, admin] = [await app.token('clerk', ['640121']), await app.token('admin', ['640121'])];
  const county = '/v1/books/640121';
  const post = async (path: string, body: object) => {
    const { body: answer, status } = await app.post(`${county}${path}`, clerk, body);
    if (status !== 201) throw new Error(`${path}: ${JSON.stringify(answer)}`);
    return answer as { id: string; seq: number };
  };
  await app.post('/v1/books', admin, { id: '640121', name: '永宁县财政局', level: 'county' }).expect(201);
  const facts = { name: '扶贫专项资金', level: 'central', nature: 'special', fiscalYear: 2016 };
  await post('/funds', { id: 'F-1', ...facts, amount: '1234567.89', documents: ['宁财农〔2016〕12号'] });
  await post('/allocations', { id: 'A-1', to: 'department:05', amount: '60.00' });
  await post('/allocations', { id: 'A-2', to: 'department:06', amount: '105000.05' });
  const person = { name: '测试人甲', idNumber: '11010519491231002X', division: '640121100201', categories: ['脱贫户'] };
  const { id: beneficiary } = await post('/beneficiaries', person);
  const subsidy = { policy: 'education', period: '2016-H1', beneficiary, amount: '1500.00', from: 'bureau' };
  await post('/payouts', subsidy);
  const county_ = { level: 'county', division: '640121' } as const;
  const result = noticeBody(
    'allocation_result',
    { entries: [1, 2, 3] },
    { ...county_, title: '资金分配结果公告', fields: { basis: '见附件' } },
  );
  await post('/notices', { ...result, id: 'N-1' });
  const paid = noticeBody(
    'household_subsidy',
    { policy: 'education', period: '2016-H1' },
    {
      title: '到户补助公示',
      publicFrom: '2026-07-14',
      fields: { subsidyStandard: '每户一千五百元', paymentMethod: '一卡通' },
    },
  );
  await post('/notices', { ...paid, id: 'N-2', days: 3 });
  return { clerk, post, county_ };
}
