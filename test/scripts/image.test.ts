import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';

const checkout = fileURLToPath(new URL('../..', import.meta.url));
const SETTING = /^([A-Z_]+)=/;
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

it('starts nothing without a setting that the containers need, each of which stands in the example', () => {
  const text = readFileSync(join(checkout, 'docker-compose.yml'), 'utf8');
  const needed = [...text.matchAll(/\$\{([A-Z_]+):\?[^}]+\}/g)].map(([, name]) => name);
  const { services } = parse(text) as { services: Record<string, { profiles?: string[] }> };
  // A container with a profile would else be left out in silence.
  expect(Object.values(services).flatMap(({ profiles = [] }) => profiles)).toEqual(['eventstoredb']);
  expect(needed).toContain('COMPOSE_PROFILES');
  expect(linesOf('.env.example').map((line) => SETTING.exec(line)?.[1])).toEqual(expect.arrayContaining(needed));
});
