import supertest from 'supertest';
import { startApp, type TestApp } from '../support/app.js';
import { postNotices } from '../support/posted-notice.js';

const form = '/board/640121/notices/640121/N-1/objection';
const SECRETS = ['这一行的钱没有发到', '测试人乙', '13995012345'];
const token = '0b9bd6d0-2f0f-4f1c-8c1c-5a1f0a7d2e11';
const whole = {
  token,
  kind: 'objection',
  row: '2',
  text: `${SECRETS[0]}\r\n请核实`,
  name: SECRETS[1],
  phone: SECRETS[2],
};

let app: TestApp;
let posted: Awaited<ReturnType<typeof postNotices>>;

beforeAll(async () => {
  app = await startApp();
  posted = await postNotices(app);
});
afterAll(() => app.close());

function send(path: string, fields: Record<string, string | undefined>, headers: Record<string, string> = {}) {
  return supertest(app.app.getHttpServer()).post(path).type('form').set(headers).send(fields);
}

const codeIn = (html: string) => /<code>([0-9a-z-]{39})<\/code>/.exec(html)?.[1] ?? '';

it('has a form that needs no script, with a token of its own each time', async () => {
  const [first, second] = [await app.get(form).expect(200), await app.get(form).expect(200)];
  expect(first.text).toContain('method="post"');
  expect(first.headers['cache-control']).toBe('no-store');
  expect(/name="token" value="([^"]+)"/.exec(first.text)?.[1]).not.toBe(
    /name="token" value="([^"]+)"/.exec(second.text)?.[1],
  );
});

it('shows what is wrong at its field, with all that was written', async () => {
  const before = await app.revision('640121');
  const { text } = await send(form, { ...whole, row: '4', phone: 'abc' }).expect(422);
  for (const part of ['电话只写数字', '测试人乙', '这一行的钱没有发到', 'value="abc"', 'id="phone-error"'])
    expect(text).toContain(part);
  const { text: noRow } = await send(form, { ...whole, row: '4' }).expect(422);
  expect(noRow).toContain('公告里没有这一行');
  const { text: empty } = await send(form, {}).expect(422);
  expect(empty).toContain('请写明哪里不对');
  expect(await app.revision('640121')).toBe(before);
});

it('files once, tells the code once, and shows the answer to whoever has it', async () => {
  const { text, headers } = await send(form, whole).expect(201);
  const code = codeIn(text);
  expect(code).not.toBe('');
  expect(headers['cache-control']).toBe('no-store');
  // The button pressed twice.
  expect(codeIn((await send(form, whole).expect(201)).text)).toBe(code);
  const { text: reused } = await send(form, { ...whole, text: '另一件事' }).expect(422);
  expect(reused).toContain('已经提交过一次');

  const { text: open } = await send('/board/objections', { code: ` ${code.toUpperCase()} ` }).expect(200);
  expect(open).toContain('等待答复');
  const { body } = await app.get(`/v1/disclosure/objections/${code}`).expect(200);
  await posted.post(`/objections/${body.objection}/answers`, { outcome: 'upheld', answer: '经核实已补发。' });
  expect((await send('/board/objections', { code }).expect(200)).text).toContain('经核实已补发。');
  const notice = (await app.get('/board/640121/notices/640121/N-1').expect(200)).text;
  for (const part of ['异议与答复', '经核实已补发。', '针对第 2 行']) expect(notice).toContain(part);
  for (const secret of SECRETS) expect(notice + open).not.toContain(secret);
  expect((await send('/board/objections', { code: 'no-such-code' }).expect(404)).text).toContain('没有这个查询码');
});

it('takes forms from its own pages only, and only there', async () => {
  const fields = { ...whole, token: '1b9bd6d0-2f0f-4f1c-8c1c-5a1f0a7d2e11' };
  await send(form, fields, { origin: 'https://elsewhere.example' }).expect(403);
  await send(form, fields, { 'sec-fetch-site': 'cross-site' }).expect(403);
  await send('/v1/disclosure/books/640121/objections', fields, { 'idempotency-key': 'k' }).expect(415);
  await supertest(app.app.getHttpServer()).post(form).type('text/plain').send('a').expect(415);
});

it('takes ten forms in a minute from one address', async () => {
  const limited = await startApp();
  try {
    await postNotices(limited);
    const http = supertest(limited.app.getHttpServer());
    for (let sent = 0; sent < 10; sent += 1) await http.post(form).type('form').send({}).expect(422);
    await http.post(form).type('form').send({}).expect(429);
  } finally {
    await limited.close();
  }
});
