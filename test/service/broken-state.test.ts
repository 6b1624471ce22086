import { spawn } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { cloneDatabase } from '../support/database.js';
import { ServiceProcess } from '../support/service-process.js';

const cli = join(import.meta.dirname, '../../dist/cli.js');
let used: string;
let dataDir: string;

beforeAll(async () => {
  used = newFolder();
  const service = await ServiceProcess.on(used);
  await service.start();
  await service.stop();
});
afterAll(() => rmSync(used, { recursive: true, force: true }));

beforeEach(() => {
  dataDir = newFolder();
  cpSync(used, dataDir, { recursive: true });
});
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'mingzhang-broken-'));
  chmodSync(folder, 0o755);
  return folder;
}

/** What a program says that is to end by itself, and its exit status. */
async function run(args: string[], settings: Record<string, string> = {}): Promise<{ status: number; said: string }> {
  const env = { PATH: process.env.PATH, PORT: '0', DATA_DIR: dataDir, ...settings };
  const child = spawn(process.execPath, [cli, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data: Buffer) => (said += data.toString()));
  const status = await new Promise<number>((resolve) => child.once('close', resolve));
  return { status, said };
}

/** In words, on lines that name a setting: without a stack, and before anything is served. */
async function refusal(settings: Record<string, string> = {}): Promise<string> {
  const { status, said } = await run(['serve'], settings);
  expect(status).toBe(1);
  expect(said).not.toMatch(/listens on|^\s+at |"stack"/m);
  return said;
}

describe('a start on what is broken', () => {
  it.each([
    ['log.key', 'LOG_KEY_FILE'],
    ['vault.key', 'VAULT_KEY_FILE'],
    ['token.key', 'TOKEN_KEY_FILE'],
  ])('names the setting of a %s that is empty or cut short, and leaves the file as it is', async (name, setting) => {
    const file = join(dataDir, name);
    for (const content of ['', readFileSync(join(used, name), 'utf8').slice(0, 30)]) {
      writeFileSync(file, content);
      expect(await refusal()).toMatch(new RegExp(`^${setting} ${file} 中没有.*密钥|^${setting} ${file} 中没有.*私钥`));
      expect(readFileSync(file, 'utf8')).toBe(content);
    }
  });

  it('makes no other key where the log or personal data have one whose file is lost', async () => {
    for (const name of ['log.key', 'vault.key']) rmSync(join(dataDir, name));
    const before = readdirSync(dataDir).sort();
    const said = await refusal();
    expect(said).toContain(`LOG_KEY_FILE ${join(dataDir, 'log.key')} 不存在,而本库的日志已由此公钥签名 is not there`);
    expect(said).toContain(`VAULT_KEY_FILE ${join(dataDir, 'vault.key')} 不存在`);
    expect(readdirSync(dataDir).sort()).toEqual(before);
  });

  it('signs with another key of the same name once the operator says that the old one is lost', async () => {
    rmSync(join(dataDir, 'log.key'));
    const [, name = ''] = /log-key rotate --lost (\S+)`/.exec(await refusal()) ?? [];
    expect(name).toMatch(/\/log$/);
    expect((await run(['log-key', 'rotate', '--lost', name])).status).toBe(0);
    const again = await run(['log-key', 'rotate', '--lost', name]);
    expect([again.status, again.said]).toEqual([1, expect.stringContaining('is not lost')]);
    const service = await ServiceProcess.on(dataDir);
    await service.start();
    const keys = (await (await fetch(`${service.url}/log/keys`)).text()).trim().split('\n');
    await service.stop();
    expect(keys.map((key) => key.split('+')[0])).toEqual([name, name]);
    expect(new Set(keys).size).toBe(2);
  });

  it.each(['data', 'data/below'])('says in words that DATA_DIR is no folder: %s', async (name) => {
    const folder = newFolder();
    writeFileSync(join(folder, 'data'), 'a file');
    const said = await refusal({ DATA_DIR: join(folder, name) });
    rmSync(folder, { recursive: true });
    expect(said).toMatch(new RegExp(`^DATA_DIR ${join(folder, name)} 不可用 cannot be used: E\\w+: .*可用 allowed: `));
  });

  it('says in words that a key cannot be made, and leaves no half of one', async () => {
    const folder = newFolder();
    mkdirSync(join(folder, 'keys'));
    const file = join(folder, 'keys', 'k'.repeat(250));
    const said = await refusal({ TOKEN_KEY_FILE: file });
    expect(said).toContain(`TOKEN_KEY_FILE ${file} 无法写入 cannot be made: ENAMETOOLONG`);
    expect(readdirSync(join(folder, 'keys'))).toEqual([]);
    rmSync(folder, { recursive: true });
  });
});

describe('a command that reads', () => {
  const reading = [['processes'], ['replay', '--book', '640121'], ['views', 'rebuild', 'all'], ['views', 'follow']];

  it.each(reading)('makes no database where there is none: %s %s %s', async (...args) => {
    const none = join(dataDir, 'none');
    const { status, said } = await run(args, { DATA_DIR: none });
    expect([status, said]).toEqual([1, expect.stringContaining(`DATA_DIR ${none} 中还没有数据库`)]);
    expect(existsSync(none)).toBe(false);
  });

  it('makes no tables in a database that is not a ledger; migrate does', async () => {
    const database = await cloneDatabase();
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    try {
      const { rows } = await client.query<{ nspname: string }>(
        `select nspname from pg_namespace where nspname !~ '^pg_' and nspname <> 'information_schema'`,
      );
      for (const { nspname } of rows) await client.query(`drop schema ${nspname} cascade`);
      await client.query('create schema public');
      const settings = { DATABASE_URL: database.url };
      const { status, said } = await run(['processes'], settings);
      expect([status, said]).toEqual([1, expect.stringContaining('holds no ledger')]);
      expect((await client.query(`select from pg_tables where schemaname = 'public'`)).rowCount).toBe(0);
      expect((await run(['migrate'], settings)).status).toBe(0);
      expect((await run(['processes'], settings)).said).toContain('Nobody is there');
    } finally {
      await client.end();
      await database.drop();
    }
  });
});
