import { Gathering } from '../../src/posting/gathering.js';
import { turn } from '../../src/posting/turn.js';

const AT_ONCE = { untilFree: async () => undefined };

/** Turns of the event loop until it resolves. */
async function turnsUntil(moment: Promise<void>): Promise<number> {
  let [turns, isOver] = [0, false];
  void moment.then(() => {
    isOver = true;
  });
  for (; !isOver; turns += 1) await turn();
  return turns;
}

test('waits for two turns of the event loop where nobody else posts', async () => {
  const gathering = new Gathering(AT_ONCE, Number.POSITIVE_INFINITY);
  gathering.arrived();
  expect(await turnsUntil(gathering.moment())).toBeLessThanOrEqual(3);
});

test('goes on while each turn brings more', async () => {
  const gathering = new Gathering(AT_ONCE, Number.POSITIVE_INFINITY);
  let turns = 0;
  const post = () => {
    turns += 1;
    gathering.arrived();
    if (turns < 50) setImmediate(post);
  };
  post();
  await gathering.moment();
  expect(turns).toBe(50);
});

test('waits no longer than it may, however much comes', async () => {
  const gathering = new Gathering(AT_ONCE, 1);
  let isOver = false;
  const post = () => {
    gathering.arrived();
    if (!isOver) setImmediate(post);
  };
  post();
  await gathering.moment();
  isOver = true;
});

test('begins when the store is free, and is the same moment for all who ask before it', async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const gathering = new Gathering({ untilFree: () => promise }, Number.POSITIVE_INFINITY);
  let over = 0;
  const moments = [1, 2, 3].map(() =>
    gathering.moment().then(() => {
      over += 1;
    }),
  );
  for (let n = 0; n < 20; n += 1) await turn();
  expect(over).toBe(0);
  resolve();
  await Promise.all(moments);
  expect(over).toBe(3);
});

test('waits for what a writer expects, and for what another expects meanwhile', async () => {
  const gathering = new Gathering(AT_ONCE, 60_000);
  const [first, second] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  gathering.expects(first.promise);
  let isOver = false;
  const moment = gathering.moment().then(() => {
    isOver = true;
  });
  for (let n = 0; n < 20; n += 1) await turn();
  gathering.expects(second.promise);
  first.resolve();
  for (let n = 0; n < 20; n += 1) await turn();
  expect(isOver).toBe(false);
  second.resolve();
  await moment;
});

test('waits no longer than it may for what never comes', async () => {
  const gathering = new Gathering(AT_ONCE, 1);
  gathering.expects(new Promise(() => undefined));
  await gathering.moment();
});
