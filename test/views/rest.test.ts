import { restAfter } from '../../src/views/engine/rest.js';

const quiet = { workedMs: 4, events: 1, inMs: 60_000, isFull: false };

it('rests hardly at all where little comes, so that an entry is seen at once', () => {
  expect(restAfter(quiet)).toBe(20);
  // A few at once are not a busy service, nor are many in a long time.
  expect(restAfter({ ...quiet, events: 8, inMs: 20 })).toBe(20);
  expect(restAfter({ ...quiet, events: 60, inMs: 500 })).toBe(20);
});

it('lets more gather where more comes all the time', () => {
  expect(restAfter({ ...quiet, events: 20, inMs: 25 })).toBe(250);
  expect(restAfter({ ...quiet, events: 300, inMs: 300 })).toBe(250);
});

it('does not let what is far behind wait longer than twice its work', () => {
  expect(restAfter({ workedMs: 80, events: 1_000, inMs: 240, isFull: true })).toBe(160);
  expect(restAfter({ workedMs: 5_000, events: 1_000, inMs: 5_000, isFull: true })).toBe(1_000);
});
