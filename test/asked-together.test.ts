import { AskedTogether } from '../src/asked-together.js';
import { isAway } from '../src/database/is-away.js';

it('puts what is asked while a question is under way together, each once', async () => {
  const asked: string[][] = [];
  const together = new AskedTogether<string, string>(
    (name) => name,
    async (names) => {
      asked.push(names);
      return names.map((name) => name.toUpperCase());
    },
  );
  const answers = await Promise.all(['a', 'b', 'a'].map((name) => together.ask(name)));
  expect(answers).toEqual(['A', 'B', 'A']);
  expect(asked).toEqual([['a', 'b']]);
});

it('gives up a question that has no answer, as of a database that is away, and asks the next', async () => {
  const together = new AskedTogether<string, string>(
    (name) => name,
    (names) => (names.includes('hangs') ? new Promise(() => undefined) : Promise.resolve(names)),
    50,
  );
  const hanging = together.ask('hangs');
  // It is under way when the other is asked.
  await new Promise((resolve) => setTimeout(resolve, 5));
  const next = together.ask('next');
  const error = await hanging.catch((one: unknown) => one);
  expect(error).toMatchObject({ message: 'the database gave no answer within 50 ms' });
  expect(isAway(error)).toBe(true);
  await expect(next).resolves.toBe('next');
});
