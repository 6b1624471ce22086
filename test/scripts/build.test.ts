import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const checkout = fileURLToPath(new URL('../..', import.meta.url));
let root: string;
let buildIfNeeded: (root: string) => Promise<void>;

beforeEach(async () => {
  ({ buildIfNeeded } = await import(pathToFileURL(join(checkout, 'scripts/setup/build.mjs')).href));
  root = mkdtempSync(join(tmpdir(), 'mingzhang-build-'));
  mkdirSync(join(root, 'src/inner'), { recursive: true });
  cpSync(join(checkout, '.swcrc'), join(root, '.swcrc'));
  symlinkSync(join(checkout, 'node_modules'), join(root, 'node_modules'));
  write('src/one.ts', 'export const one: number = 1;\n');
  write('src/inner/two.ts', 'export const two: number = 2;\n');
});

afterEach(() => rmSync(root, { recursive: true, force: true }));

function write(name: string, text: string): void {
  writeFileSync(join(root, name), text);
}

const read = (name: string) => readFileSync(join(root, name), 'utf8');
const inodeOf = (name: string) => statSync(join(root, name)).ino;

describe('the build', () => {
  it('compiles every source, and afterwards only those that changed', async () => {
    await buildIfNeeded(root);
    expect(read('dist/inner/two.js')).toContain('export const two = 2;');
    const [one, two] = [inodeOf('dist/one.js'), inodeOf('dist/inner/two.js')];
    write('src/one.ts', 'export const one: number = 11;\n');
    await buildIfNeeded(root);
    expect(read('dist/one.js')).toContain('one = 11;');
    expect(inodeOf('dist/one.js')).not.toBe(one);
    expect(inodeOf('dist/inner/two.js')).toBe(two);
  });

  it('sees a source that became older, as a checkout of an earlier commit may make it', async () => {
    await buildIfNeeded(root);
    write('src/one.ts', 'export const one: number = 0;\n');
    utimesSync(join(root, 'src/one.ts'), new Date('2020-01-01'), new Date('2020-01-01'));
    await buildIfNeeded(root);
    expect(read('dist/one.js')).toContain('one = 0;');
  });

  it('removes what has no source any more, and rebuilds all when the compiler settings change', async () => {
    await buildIfNeeded(root);
    const two = inodeOf('dist/inner/two.js');
    rmSync(join(root, 'src/one.ts'));
    write('.swcrc', `${read('.swcrc')}\n`);
    await buildIfNeeded(root);
    expect(existsSync(join(root, 'dist/one.js'))).toBe(false);
    expect(existsSync(join(root, 'dist/one.js.map'))).toBe(false);
    expect(inodeOf('dist/inner/two.js')).not.toBe(two);
  });

  it('names a source that does not compile', async () => {
    write('src/one.ts', 'export const one: = ;\n');
    await expect(buildIfNeeded(root)).rejects.toThrow(/^src\/one\.ts does not compile:/);
  });
});
