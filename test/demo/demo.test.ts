import { Writable } from 'node:stream';
import { runDemo } from '../../src/demo/demo.js';
import { startApp, type TestApp } from '../support/app.js';

let service: TestApp;

beforeEach(async () => {
  service = await startApp();
  await service.app.listen(0, '127.0.0.1');
});

afterEach(() => service.close());

async function demonstrate(): Promise<string> {
  let text = '';
  const output = new Writable({
    write(chunk: Buffer, _, done) {
      text += chunk.toString();
      done();
    },
  });
  const sign: Parameters<typeof runDemo>[0]['sign'] = ({ role, divisions, subject }) =>
    service.token(role, divisions, subject);
  await runDemo({ url: await service.app.getUrl(), sign, output });
  return text;
}

describe('the demo', () => {
  test('plays on the real service and shows what does not add up', async () => {
    const text = await demonstrate();
    expect(text).toMatch(/温室大棚结余 .*4\.07 万元 .*4\.06 .*-0\.01 .*不符/);
    expect(text).toMatch(/七大类合计 .*289\.31 亿元 .*289\.30 .*-0\.01 .*不符/);
    expect(text).toMatch(/产业扶贫项目 .*724\.712484 万元 .*724\.712484 .*一致/);
    expect(text).toMatch(/620503 +entry_built_upon /);
    expect(text).toMatch(/公告已更正 .*\/board\/230382208207\/compliance$/m);
    expect(text.match(/\/compliance$/gm)).toHaveLength(5);
    expect(text.match(/^ {2}✓ /gm)).toHaveLength(5);
    expect(text).not.toMatch(/^ {2}✗ /m);
    expect(text).toMatch(/, 0 of them replayed/);
  });

  test('says plainly that the data are not its own', async () => {
    const admin = await service.token('admin', ['64']);
    const opened = await service.post('/v1/books', admin, { id: '640100', name: '别的账套', level: 'city' });
    expect(opened.status).toBe(201);
    await expect(demonstrate()).rejects.toThrow(/422 book_exists.*name an empty one by DATA_DIR or DATABASE_URL/s);
  });
});
