import supertest from 'supertest';
import { inCapitals } from '../../src/board/capitals.js';
import { startApp, type TestApp } from '../support/app.js';
import { pdfText } from '../support/pdf-text.js';
import { postNotices } from '../support/posted-notice.js';

const board = '/board/640121/notices';
const facts = {
  fields: { basis: '见附件' },
  publicFrom: '2016-07-14',
  days: 10,
  dayKind: 'natural',
  place: '政府网站',
  contact: '财政局',
  phone: '0951-8011234',
};

let app: TestApp;
let posted: Awaited<ReturnType<typeof postNotices>>;

beforeAll(async () => {
  app = await startApp();
  posted = await postNotices(app);
});
afterAll(() => app.close());

const page = async (path: string) => (await app.get(path).expect(200)).text;

async function paper(path: string): Promise<string[]> {
  const { body } = await app.get(path).buffer(true).parse(binary).expect(200).expect('content-type', 'application/pdf');
  return pdfText(body as Buffer);
}

/** For superagent, which else reads what is no text as text. */
function binary(response: supertest.Response, done: (error: Error | null, body: Buffer) => void): void {
  const answer = response as unknown as NodeJS.ReadableStream;
  const chunks: Buffer[] = [];
  answer.on('data', (chunk: Buffer) => chunks.push(chunk));
  answer.on('end', () => done(null, Buffer.concat(chunks)));
}

it('lists notices with how each stands', async () => {
  // A notice is read as of its own entry; the list shows what the view has taken in by then.
  await page(`${board}/640121/N-2`);
  const list = await page(board);
  expect(list).toContain('资金分配结果公告');
  expect(list).toContain('公示期满，无异议');
  expect(await page('/board/640121100201/notices')).not.toContain('资金分配结果公告');
  await app.get('/board/999999/notices').expect(404);
});

it('narrows the notices by type, by how they stand, by year and by words, the files alike', async () => {
  await page(`${board}/640121/N-2`);
  const narrowed = async (query: string) => {
    const html = await page(`${board}?${query}`);
    return ['N-1', 'N-2'].filter((id) => html.includes(`href="${board}/640121/${id}"`));
  };
  expect(await narrowed('')).toEqual(['N-1', 'N-2']);
  expect(await narrowed('category=household_subsidy')).toEqual(['N-2']);
  expect(await narrowed('state=closed')).toEqual(['N-1', 'N-2']);
  expect(await narrowed('state=standing')).toEqual([]);
  expect(await narrowed('year=2010')).toEqual([]);
  expect(await narrowed(`q=${encodeURIComponent('资金分配')}`)).toEqual(['N-1']);
  const html = (await page(`${board}?category=household_subsidy&state=closed`)).replaceAll('&amp;', '&');
  const [, csv = ''] = /href="(\/v1\/disclosure[^"]*format=csv)"/.exec(html) ?? [];
  const { text } = await app.get(csv).expect(200);
  expect([text.includes('N-2'), text.includes('N-1')]).toEqual([true, false]);
  await app.get(`${board}?state=gone`).expect(400);
});

it('shows the rows with their sums in figures and in words, and persons masked', async () => {
  const shown = await page(`${board}/640121/N-1`);
  for (const text of ['1,234,567.89', '60.00', '105,000.05', '12317', '宁财农〔2016〕12号', '见附件'])
    expect(shown).toContain(text);
  // What came to the bureau went on from there: a sum would count it twice.
  expect(shown).not.toContain('合计');
  const household = await page(`${board}/640121/N-2`);
  expect(household).toContain('测试人甲 110105**********2X');
  expect(household).not.toContain('11010519491231002X');
  expect(household).toContain(inCapitals('1500.00'));
  expect(household).toContain('公示期只有 3 天，按规定不得少于 10 天。');
  // A notice stands on the board of its division and of those above, and on no other.
  await app.get('/board/640100/notices/640121/N-1').expect(200);
  await app.get('/board/640122/notices/640121/N-1').expect(404);
  await app.get(`${board}/640121/N-9`).expect(404);
});

it('prints every row on A4, the head again on each page, amounts in words, and the same bytes to whoever asks again', async () => {
  const [first = '', ...more] = await paper(`${board}/640121/N-1.pdf`);
  expect(more).toEqual([]);
  const text = first.replaceAll('\n', '');
  for (const part of ['资金分配结果公告', '1,234,567.89', '105,000.05', '第 1 页，共 1 页', '12317'])
    expect(text).toContain(part);
  const { etag } = (await app.get(`${board}/640121/N-1.pdf`)).headers;
  const again = supertest(app.app.getHttpServer()).get(`${board}/640121/N-1.pdf`).set('if-none-match', String(etag));
  await again.expect(304);
  const household = (await paper(`${board}/640121/N-2.pdf`)).join('').replaceAll('\n', '');
  expect(household).toContain('测试人甲');
  expect(household).toContain(inCapitals('1500.00'));
  expect(household).not.toContain('11010519491231002X');

  const amounts = Array.from({ length: 120 }, (_, index) => `${index + 1}.${String(index % 100).padStart(2, '0')}`);
  const seqs: number[] = [];
  for (const [index, amount] of amounts.entries())
    seqs.push((await posted.post('/allocations', { id: `L-${index}`, to: 'department:07', amount })).seq);
  const long = { type: 'allocation_result', ...posted.county_, title: '多页公告', covers: { entries: seqs } };
  await posted.post('/notices', { id: 'N-long', ...long, ...facts });
  const pages = await paper(`${board}/640121/N-long.pdf`);
  expect(pages.length).toBeGreaterThan(3);
  for (const sheet of pages.slice(0, -1)) expect(sheet.replaceAll('\n', '')).toContain('序号资金名称金额');
  expect(pages.at(-1)?.replaceAll('\n', '')).toContain(`第 ${pages.length} 页，共 ${pages.length} 页`);
  // 1 + 2 + … + 120 yuan, and what stands behind the points.
  expect(pages.join('').replaceAll('\n', '')).toContain(inCapitals('7311.40'));
  const words = new Set(pages.flatMap((sheet) => sheet.split('\n')));
  expect(amounts.filter((amount) => !words.has(amount))).toEqual([]);
});

it('shows a correction beside what it corrects', async () => {
  const correction = { type: 'allocation_result', ...posted.county_, title: '更正公告', covers: { entries: [1, 2] } };
  const reason = { replaces: 'N-1', reason: '多列了一行' };
  const before = new Date().toISOString();
  await new Promise((resolve) => setTimeout(resolve, 5));
  const { seq } = await posted.post('/notices', { id: 'N-3', ...correction, ...facts, ...reason });
  const shown = await page(`${board}/640121/N-3`);
  for (const text of ['更正后', '更正前', '多列了一行', '105,000.05', '1,234,567.89']) expect(shown).toContain(text);
  expect(shown).toContain(`这是更正公告，<a href="${board}/640121/N-1">看原公告</a>`);
  expect(await page(`${board}/640121/N-1`)).toMatch(
    new RegExp(
      `这份公告已于 \\d{4}-\\d\\d-\\d\\d 由新的公告更正：<a href="${board}/640121/N-3">看更正后的公告</a>。更正原因：多列了一行`,
    ),
  );
  expect(await page(board)).toContain(`<a href="${board}/640121/N-1">更正了原来的公告</a>`);
  const sheet = (await paper(`${board}/640121/N-1.pdf`)).join('').replaceAll('\n', '');
  expect(sheet).toMatch(/本公告已于.+由《更正公告》（N-3）更正。更正原因：多列了一行/);
  // The row that was left out, and none of those that stayed.
  expect(shown.match(/class="[^"]*\bwas\b[^"]*"[^>]*>[^<]*/g)?.some((cell) => cell.endsWith('105,000.05'))).toBe(true);
  expect(shown).not.toMatch(/\bwas\b[^>]*>60\.00/);

  const then = await page(`${board}/640121/N-1?asOf=${before}`);
  expect(then).not.toContain('更正');
  expect(then).toContain(`这是本页在 ${before.replace('T', ' ')} 的样子`);
  expect(then).toContain(`href="/verify/640121/notices/N-1?asOf=${encodeURIComponent(before)}"`);
  expect(await page(`/verify/640121/notices/N-1?asOf=${before}`)).toContain('记录从不改动');
  for (const path of [`${board}/640121/N-3`, '/verify/640121/notices/N-3', `/verify/640121/${seq}`])
    await app.get(`${path}?asOf=${before}`).expect(404);
  expect(await page(`/verify/640121/7?asOf=${before}`)).toContain(`href="/board/640121/funds?asOf=`);
});

it('says of a notice that was withdrawn when and why, on the page, the board, the paper and the proof', async () => {
  const told = { type: 'allocation_result', ...posted.county_, title: '误发的公告', covers: { entries: [1, 2] } };
  const today = new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 10);
  await posted.post('/notices', { id: 'N-4', ...told, ...facts, publicFrom: today });
  // The page of a notice waits for its entry, so what is read after it knows of the notice.
  expect(await page(`${board}/640121/N-4`)).toContain('公示中，还有 10 天');
  expect(await page('/board/640121')).toContain('误发的公告');
  const { seq } = await posted.post('/notices/N-4/withdrawals', { reason: '金额未经复核' });
  const shown = await page(`${board}/640121/N-4`);
  expect(shown).toContain(`这份公告已于 ${today} 撤回。撤回原因：金额未经复核`);
  expect(shown).toContain(`href="/verify/640121/${seq}"`);
  expect(await page(`${board}/640121/N-4?lang=en`)).toContain(`This was withdrawn on ${today}. Reason: `);
  expect(await page(board)).toContain('已撤回');
  expect(await page('/board/640121')).not.toContain('误发的公告');
  expect(await page('/board/640121?kiosk=1')).not.toContain('误发的公告');
  const sheet = (await paper(`${board}/640121/N-4.pdf`)).join('').replaceAll('\n', '');
  expect(sheet).toContain(`撤回。撤回原因：金额未经复核`);
  expect(await page(`/verify/640121/${seq}`)).toContain('<span data-path="data.reason">金额未经复核</span>');
  const { body } = await app.get('/v1/disclosure/books/640121/notices/N-4').expect(200);
  expect(body.withdrawal).toEqual({ seq, date: today, reason: '金额未经复核' });
});

it('proves an entry in words without scripts, and gives the bytes that are hashed', async () => {
  const shown = await page('/verify/640121/2');
  for (const text of ['资金分配', 'department:05', '60.00', '-60.00', 'npx mingzhang verify-receipt', 'type="module"'])
    expect(shown).toContain(text);
  const { text, headers } = await app.get('/verify/640121/2/entry').expect(200);
  expect(JSON.parse(text)).toMatchObject({ book: '640121', seq: 2 });
  expect(headers['cache-control']).toContain('immutable');
  const { headers: policy } = await app.get('/verify/640121/notices/N-2').expect(200);
  expect(policy['content-security-policy']).toContain("script-src 'self'");
  for (const path of ['/verify/640121/9999', '/verify/640199/0', '/verify/640121/x', '/verify/640121/notices/N-9'])
    await app.get(path).expect(404);
});
