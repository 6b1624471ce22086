import { Writable } from 'node:stream';
import { drained } from '../../src/import/drained.js';

it.each(['drain', 'close'])('waits for %s, and leaves no listener behind however often', async (event) => {
  const stream = new Writable();
  const before = ['drain', 'close'].map((name) => stream.listenerCount(name));
  for (let time = 0; time < 20; time += 1) {
    const waiting = drained(stream);
    stream.emit(event);
    await waiting;
  }
  expect(['drain', 'close'].map((name) => stream.listenerCount(name))).toEqual(before);
});
