import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const checkout = fileURLToPath(new URL('../..', import.meta.url));
const linesOf = (name: string) => readFileSync(join(checkout, name), 'utf8').trim().split('\n');

it('lets into the image all that its file copies', () => {
  const copied = linesOf('Dockerfile').flatMap((line) => {
    const [, sources] = /^COPY (?:--chown=\S+ )?(?!--)(.+) \S+$/.exec(line) ?? [];
    return sources === undefined ? [] : sources.split(' ');
  });
  expect(copied).toEqual(expect.arrayContaining(['package.json', 'src', 'data', 'public']));
  const [everything, ...admitted] = linesOf('.dockerignore');
  expect(everything).toBe('*');
  for (const name of copied) {
    expect([name, existsSync(join(checkout, name))]).toEqual([name, true]);
    expect(admitted).toContain(`!${name}`);
  }
});
