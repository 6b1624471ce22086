import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { tilePath } from '../../src/log/tile-path.js';
import { startApp } from '../support/app.js';
import { bytesOf } from '../support/bytes.js';

// Where the Debian package golang-golang-x-mod-dev puts the packages.
const PACKAGES = '/usr/share/gocode';
const isThere =
  existsSync(join(PACKAGES, 'src/golang.org/x/mod/sumdb/tlog')) && spawnSync('go', ['version']).status === 0;
if (!isThere) console.warn('Go and golang.org/x/mod are not installed: no verifier of others’ making reads the log.');

const EARLIER = 90;
const SIZE = 530;
const book = { id: '640121', name: '永宁县财政局', level: 'county' };
const fund = { name: '资金', level: 'county', nature: 'special', fiscalYear: 2016, amount: '1.00' };

let mirror: string;
beforeEach(() => {
  mirror = mkdtempSync(join(tmpdir(), 'mingzhang-mirror-'));
});
afterEach(() => rmSync(mirror, { recursive: true, force: true }));

function keep(path: string, data: string | Buffer): void {
  mkdirSync(dirname(join(mirror, path)), { recursive: true });
  writeFileSync(join(mirror, path), data);
}

/** Each tile of a log of this size, full ones and the last one of each level. */
function tilesOf(size: number): string[] {
  const tiles: string[] = [];
  for (let level = 0, hashes = size; hashes > 0; level += 1, hashes = Math.floor(hashes / 256)) {
    for (let index = 0; index * 256 < hashes; index += 1) {
      const width = Math.min(256, hashes - index * 256);
      tiles.push(tilePath({ kind: 'hashes', level, index, width }));
      if (level === 0) tiles.push(tilePath({ kind: 'entries', level, index, width }));
    }
  }
  return tiles;
}

/** What it says, and of which fault. */
function goVerify(): [string, string] {
  const program = join(import.meta.dirname, 'foreign-verifier.go');
  const env = { ...process.env, GO111MODULE: 'off', GOPATH: PACKAGES, CGO_ENABLED: '0', GOFLAGS: '' };
  const { stdout, stderr } = spawnSync('go', ['run', program, mirror], { env, encoding: 'utf8' });
  return [stdout, stderr];
}

(isThere ? it : it.skip)(
  'is accepted by the packages of the Go checksum database: notes, tiles, entries and proofs',
  async () => {
    const service = await startApp();
    try {
      const [admin, clerk] = [await service.token('admin', ['6401']), await service.token('clerk', ['6401'])];
      await service.post('/v1/books', admin, book);
      const post = (count: number) =>
        Promise.all(Array.from({ length: count }, () => service.post('/v1/books/640121/funds', clerk, fund)));
      await post(EARLIER - 1);
      const get = async (path: string) => (await service.get(path).buffer(true).parse(bytesOf)).body as Buffer;
      keep('earlier-checkpoint', await get('/log/640121/checkpoint'));
      for (let posted = EARLIER; posted < SIZE; posted += 110) await post(110);
      keep('keys', await get('/log/keys'));
      keep('checkpoint', await get('/log/640121/checkpoint'));
      for (const tile of tilesOf(SIZE)) keep(`tile/${tile}`, await get(`/log/640121/tile/${tile}`));
      const proofAt = async (path: string) =>
        JSON.parse(String(await get(`/v1/books/640121/${path}`))).proof.join('\n');
      keep('consistency', await proofAt(`consistency?from=${EARLIER}`));
      for (let seq = 0; seq < SIZE; seq += 1) keep(`proof/${seq}`, await proofAt(`events/${seq}/proof`));
    } finally {
      await service.close();
    }
    expect(goVerify()).toEqual([`1 keys, from ${EARLIER} to ${SIZE} entries`, '']);
    const bundle = join(mirror, 'tile/entries/001');
    writeFileSync(bundle, readFileSync(bundle, 'latin1').replace('1.00', '9.00'), 'latin1');
    expect(goVerify()).toEqual(['', expect.stringContaining('invalid')]);
  },
);
