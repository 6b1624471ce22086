import { spawn, spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { holdFolder } from '../../src/witness/hold-folder.js';
import { until } from '../support/until.js';

const PROGRAM = join(import.meta.dirname, '../../dist/witness/hold-folder.js');
const IN_USE = /is in use by the process/;

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mingzhang-hold-'));
  file = join(folder, 'pid');
});
afterEach(() => rmSync(folder, { recursive: true }));

const hold = (lost: () => void = () => undefined) => holdFolder(folder, lost, 20);

/** The file of a holder that was killed. */
function leaveStale(): void {
  const letGo = hold();
  const [, ...rest] = readFileSync(file, 'utf8').split(' ');
  letGo();
  const { pid } = spawnSync(process.execPath, ['--version']);
  writeFileSync(file, [pid, ...rest].join(' '));
}

it('holds a folder until it lets it go, and takes over that of a killed process', () => {
  leaveStale();
  const letGo = hold();
  expect(readFileSync(file, 'utf8')).toMatch(new RegExp(`^${process.pid} `));
  letGo();
  expect(readdirSync(folder)).toEqual([]);
});

it('leaves a folder to a living process of another container that has the same number', () => {
  writeFileSync(file, `${process.pid} boot pid:[1] token\n`);
  expect(() => hold()).toThrow(IN_USE);
  const before = new Date(Date.now() - 16_000);
  utimesSync(file, before, before);
  hold()();
});

it('leaves a folder to a living process of a release that wrote its number alone, and takes over that of a killed one', async () => {
  const child = spawn(process.execPath, ['-e', 'process.stdin.resume()'], { stdio: 'pipe' });
  writeFileSync(file, `${child.pid}\n`);
  utimesSync(file, new Date(0), new Date(0));
  expect(() => hold()).toThrow(IN_USE);
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await ended;
  hold()();
});

it('shows that it lives for as long as it holds the folder', async () => {
  const letGo = hold();
  utimesSync(file, new Date(0), new Date(0));
  await until(() => Date.now() - statSync(file).mtimeMs < 5_000);
  letGo();
});

it('is told when another took its folder while it slept, and leaves it to him', async () => {
  let isLost = false;
  const letGo = hold(() => {
    isLost = true;
  });
  writeFileSync(file, '7 boot pid:[1] token\n');
  await until(() => isLost);
  letGo();
  expect(existsSync(file)).toBe(true);
});

it('lets one of many that start at once have a stale folder', async () => {
  const script = `import(${JSON.stringify(PROGRAM)}).then(({ holdFolder }) => {
    process.stdin.resume();
    try { holdFolder(${JSON.stringify(folder)}, () => console.log('lost')); console.log('held'); } catch { console.log('refused'); }
  })`;
  for (let round = 0; round < 3; round += 1) {
    leaveStale();
    const said: string[] = [];
    const children = Array.from({ length: 5 }, () => spawn(process.execPath, ['-e', script], { stdio: 'pipe' }));
    for (const { stdout } of children) stdout.on('data', (text: Buffer) => said.push(text.toString().trim()));
    await until(() => said.length === 5);
    expect(said.sort()).toEqual(['held', 'refused', 'refused', 'refused', 'refused']);
    await Promise.all(
      children.map((child) => {
        const ended = new Promise((resolve) => child.once('exit', resolve));
        child.kill('SIGKILL');
        return ended;
      }),
    );
    rmSync(file);
  }
});
