import { KeptFindings } from '../../src/disclosure/compliance/kept-findings.js';

const BOOK = '640121';
const found = (seq: number) => ({ book: BOOK, seq, items: [] });
const standing = (text: string) => async () => text;

/** Looks that end when they are told to. */
function looks() {
  const begun: PromiseWithResolvers<ReturnType<typeof found>>[] = [];
  const look = () => {
    const one = Promise.withResolvers<ReturnType<typeof found>>();
    begun.push(one);
    return one.promise;
  };
  return { begun, look };
}

const settle = () => new Promise((resolve) => setImmediate(resolve));

it('looks through a book once for all who ask while it stands', async () => {
  const [kept, { begun, look }] = [new KeptFindings(), looks()];
  const asked = [1, 2, 3].map(() => kept.of(BOOK, standing('a'), look));
  await settle();
  expect(begun).toHaveLength(1);
  begun[0]?.resolve(found(1));
  await expect(Promise.all(asked)).resolves.toEqual([found(1), found(1), found(1)]);
  await expect(kept.of(BOOK, standing('a'), look)).resolves.toEqual(found(1));
  expect(begun).toHaveLength(1);
});

it('looks once at a time where the book grows with each who asks, and answers none with less than stood when he asked', async () => {
  const [kept, { begun, look }] = [new KeptFindings(), looks()];
  const asked: ReturnType<KeptFindings['of']>[] = [];
  for (let index = 0; index < 50; index += 1) {
    asked.push(kept.of(BOOK, standing(`version ${index}`), look));
    await settle();
  }
  expect(begun).toHaveLength(1);
  begun[0]?.resolve(found(1));
  await settle();
  await settle();
  expect(begun).toHaveLength(2);
  begun[1]?.resolve(found(2));
  const answers = await Promise.all(asked);
  expect(answers.map((answer) => answer?.seq)).toEqual([1, ...Array(49).fill(2)]);
  expect(begun).toHaveLength(2);
});

it('looks again after a look failed, and tells those alone who shared it', async () => {
  const [kept, { begun, look }] = [new KeptFindings(), looks()];
  const first = kept.of(BOOK, standing('a'), look);
  await settle();
  begun[0]?.reject(new Error('the database went away'));
  await expect(first).rejects.toThrow('the database went away');
  const second = kept.of(BOOK, standing('a'), look);
  await settle();
  begun[1]?.resolve(found(2));
  await expect(second).resolves.toEqual(found(2));
});

it('keeps no book that has most of what may be kept, and lets no other go for it', async () => {
  const kept = new KeptFindings();
  let looked = 0;
  const look = (book: string, count: number) => async () => {
    looked += 1;
    return { book, seq: 1, items: Array(count).fill(undefined) };
  };
  await kept.of('640122', standing('a'), look('640122', 1));
  await kept.of(BOOK, standing('a'), look(BOOK, 50_001));
  await kept.of(BOOK, standing('a'), look(BOOK, 50_001));
  await kept.of('640122', standing('a'), look('640122', 1));
  expect(looked).toBe(3);
});
