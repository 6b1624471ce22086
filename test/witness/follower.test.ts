import { Follower } from '../../src/witness/follower.js';
import { until } from '../support/until.js';

const NEVER_MS = 3_600_000;

test('a doubt is looked into soon, and many of them once', async () => {
  const looked: string[] = [];
  const follower = new Follower({
    books: async () => ['640121', '640122'],
    look: async (book) => {
      looked.push(book);
      return 'known';
    },
    complain: () => undefined,
    recovered: () => undefined,
  });
  const stopping = new AbortController();
  const running = follower.run(NEVER_MS, stopping.signal);
  await until(() => looked.length === 2);
  for (let doubts = 0; doubts < 1000; doubts += 1) follower.doubt('640122');
  await until(() => looked.length > 2);
  stopping.abort();
  await running;
  expect(looked).toEqual(['640121', '640122', '640122']);
});

test('a book that fails does not hide the others, and is told', async () => {
  const complaints: string[] = [];
  const follower = new Follower({
    books: async () => ['640121', '640122', '640123'],
    look: async (book) => {
      if (book === '640121') throw new Error('no answer');
      return book === '640122' ? 'refused' : 'cosigned';
    },
    complain: (book, { message }) => complaints.push(`${book} ${message}`),
    recovered: () => undefined,
  });
  expect(await follower.round()).toBe(false);
  expect(await follower.round(['640122'])).toBe(false);
  expect(await follower.round(['640123'])).toBe(true);
  expect(complaints).toEqual(['640121 no answer']);
});

test('a book that cannot be judged for a while is told once for each reason, and once when it can', async () => {
  const told: string[] = [];
  let reason: string | undefined;
  const follower = new Follower({
    books: async () => ['640121'],
    look: async () => {
      if (reason !== undefined) throw new Error(reason);
      return 'known';
    },
    complain: (_, { message }) => told.push(message),
    recovered: (book) => told.push(`${book} again`),
  });
  for (reason of ['no answer', 'no answer', 'another', 'another', undefined, undefined, 'no answer'])
    await follower.round();
  expect(told).toEqual(['no answer', 'another', '640121 again', 'no answer']);
});
