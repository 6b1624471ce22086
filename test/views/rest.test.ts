import { AppendRate } from '../../src/event-store/append-rate.js';
import { BooksBehind } from '../../src/views/engine/books-behind.js';
import { heldBackFor, restAfter } from '../../src/views/engine/rest.js';

const quiet = { workedMs: 4, events: 1, inMs: 60_000, isFull: false, appendedASecond: 0 };

it('rests hardly at all where little comes, so that an entry is seen at once', () => {
  expect(restAfter(quiet)).toBe(20);
  // A few at once are not a busy service, nor are many in a long time.
  expect(restAfter({ ...quiet, events: 8, inMs: 20 })).toBe(20);
  expect(restAfter({ ...quiet, events: 60, inMs: 500 })).toBe(20);
});

it('lets more gather where more comes all the time', () => {
  expect(restAfter({ ...quiet, events: 20, inMs: 25, appendedASecond: 800 })).toBe(250);
  expect(restAfter({ ...quiet, events: 300, inMs: 300, appendedASecond: 1_000 })).toBe(250);
});

describe('where it is far behind', () => {
  const behind = { workedMs: 80, events: 1_000, inMs: 240, isFull: true };

  it('leaves twice its work to those who append', () => {
    expect(restAfter({ ...behind, appendedASecond: 7_000 })).toBe(160);
    expect(restAfter({ ...behind, workedMs: 5_000, appendedASecond: 7_000 })).toBe(1_000);
  });

  it('goes on at once where nobody appends, and nearly so where little is appended', () => {
    expect(restAfter({ ...behind, appendedASecond: 0 })).toBe(0);
    expect(restAfter({ ...behind, appendedASecond: 50 })).toBe(8);
  });
});

describe('while much is appended', () => {
  it('leaves the books to those who append until an entry has waited for 10 s', () => {
    expect(heldBackFor({ appendedASecond: 8_000, waitingMs: 0 })).toBe(10_000);
    expect(heldBackFor({ appendedASecond: 1_000, waitingMs: 9_900 })).toBe(100);
    expect(heldBackFor({ appendedASecond: 8_000, waitingMs: 10_000 })).toBe(0);
    expect(heldBackFor({ appendedASecond: 8_000, waitingMs: Number.POSITIVE_INFINITY })).toBe(0);
  });

  it('goes on at once when the burst has ended', () => {
    expect(heldBackFor({ appendedASecond: 999, waitingMs: 0 })).toBe(0);
  });
});

describe('for how long entries have been waiting', () => {
  const book = '640100';

  it('is not known at the first look, and then counts from the look before', () => {
    const behind = new BooksBehind();
    behind.look([{ book, seq: -1, revision: 9 }], 0);
    expect(behind.longestMs(1)).toBe(Number.POSITIVE_INFINITY);
    behind.look([], 500);
    expect(behind.longestMs(600)).toBe(0);
    behind.look([{ book, seq: 9, revision: 20 }], 1_000);
    expect(behind.longestMs(1_200)).toBe(700);
  });

  it('counts on until all is taken in that there was then, whatever came since', () => {
    const behind = new BooksBehind();
    behind.look([], 0);
    behind.look([{ book, seq: 9, revision: 20 }], 500);
    behind.look([{ book, seq: 9, revision: 5_000 }], 1_000);
    behind.look([{ book, seq: 19, revision: 9_000 }], 10_000);
    expect(behind.longestMs(10_000)).toBe(10_000);
    // Entry 21 came after it had looked at 500 ms.
    behind.look([{ book, seq: 20, revision: 9_500 }], 10_500);
    expect(behind.longestMs(10_500)).toBe(10_000);
    behind.look([{ book, seq: 9_500, revision: 9_600 }], 11_000);
    expect(behind.longestMs(11_000)).toBe(500);
  });

  it('is that of the book that has waited for longest', () => {
    const behind = new BooksBehind();
    behind.look([], 0);
    behind.look([{ book, seq: 1, revision: 2 }], 500);
    const lags = [
      { book, seq: 1, revision: 2 },
      { book: '640121', seq: 1, revision: 2 },
    ];
    behind.look(lags, 1_000);
    expect(behind.longestMs(1_000)).toBe(1_000);
    behind.look(lags.slice(1), 1_500);
    expect(behind.longestMs(1_500)).toBe(1_000);
  });
});

describe('how much is appended', () => {
  it('is what was told of lately', () => {
    const rate = new AppendRate();
    expect(rate.aSecond(0)).toBe(0);
    for (let ms = 0; ms <= 5_000; ms += 20) rate.tell(20, ms);
    expect(rate.aSecond(5_000)).toBeGreaterThan(900);
    expect(rate.aSecond(5_000)).toBeLessThan(1_100);
    expect(rate.aSecond(6_000)).toBeLessThan(200);
    expect(rate.aSecond(10_000)).toBeLessThan(1);
  });

  it('is what the heads of the books grew by, where others append', () => {
    const rate = new AppendRate();
    // All that there was before it first looked was not appended just now.
    rate.count(1_000_000, 0);
    expect(rate.aSecond(0)).toBe(0);
    rate.count(1_001_000, 500);
    expect(rate.aSecond(600)).toBe(2_000);
    rate.count(1_001_000, 1_000);
    expect(rate.aSecond(1_000)).toBe(0);
  });

  it('does not count twice what was told of and shows in the heads', () => {
    const rate = new AppendRate();
    rate.count(0, 0);
    rate.tell(500, 500);
    rate.count(500, 500);
    expect(rate.aSecond(500)).toBe(1_000);
  });
});
