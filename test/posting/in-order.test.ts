import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { InOrder } from '../../src/posting/in-order.js';
import { turn } from '../../src/posting/turn.js';

it('goes on in the order in which things came, whichever is ready first and whether it failed', async () => {
  const order = new InOrder();
  const wentOn: string[] = [];
  const { promise: slow, reject: fail } = Promise.withResolvers<string>();
  const first = order.next(slow).catch(() => wentOn.push('first'));
  const second = order.next(Promise.resolve('second')).then((one) => wentOn.push(one));
  await turn();
  expect(wentOn).toEqual([]);
  fail(new Error('not to be had'));
  await Promise.all([first, second]);
  expect(wentOn).toEqual(['first', 'second']);
});

it('keeps nothing of what went through it, which for an import is every line', async () => {
  setFlagsFromString('--expose-gc');
  const collect: () => void = runInNewContext('gc');
  const order = new InOrder();
  const passed = async (line: object) => new WeakRef(await order.next(Promise.resolve(line)));
  const [first, last] = [await passed({ a: 'line' }), await passed({ another: 'line' })];
  // A weak reference holds on until the turn is over in which it was made or asked.
  await turn();
  collect();
  expect([first.deref(), last.deref()]).toEqual([undefined, undefined]);
  expect(await order.next(Promise.resolve('and goes on'))).toBe('and goes on');
});
