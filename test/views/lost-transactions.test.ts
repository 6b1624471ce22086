import type { BookEvent } from '../../src/domain/event.js';
import { VIEWS } from '../../src/views/all-views.js';
import { balances, balancesView } from '../../src/views/balances/balances.js';
import { Follower } from '../../src/views/engine/follower.js';
import type { Moment } from '../../src/views/engine/moment.js';
import { TimeTravel } from '../../src/views/engine/past/time-travel.js';
import { ViewBehind } from '../../src/views/engine/view-behind.js';
import { ViewReader } from '../../src/views/engine/view-reader.js';
import { append, randomHistory } from '../support/recorded-history.js';
import { catchUp, type ViewFixture, viewFixture } from '../support/view-fixture.js';

const CHUNK = 16;
const history = randomHistory(20160713);
const BOOK = history[0]?.book ?? '';
const events: BookEvent[] = history.filter(({ book }) => book === BOOK);
const half = CHUNK * 3;

/** Has seen more than there is now: the server of the database died, and with it transactions that did not wait for the disk. */
class Mistaken extends Follower {
  start(): void {}
  async stop(): Promise<void> {}
  bookAdvanced(): void {}
  async waitFor(): Promise<void> {}
  failures(): [] {
    return [];
  }
}

let fixture: ViewFixture;
let reader: ViewReader;
beforeAll(async () => {
  fixture = await viewFixture();
  const { readers, store } = fixture;
  await append(store, events.slice(0, half));
  await catchUp(fixture, BOOK, 7, VIEWS, CHUNK);
  await append(store, events.slice(half));
  const follower = new Mistaken();
  reader = new ViewReader(readers, store, follower, new TimeTravel(readers, store, follower, CHUNK));
});
afterAll(() => fixture.close());

function balancesAt(moment: Moment) {
  return reader.read(balancesView, BOOK, moment, (rows) => rows.list(balances, { orderBy: ['account', 'fund'] }));
}

test('an entry that a view has lost again is not there for whoever waited for it', async () => {
  await expect(balancesAt({ minSeq: half - 1 })).resolves.not.toEqual([]);
  await expect(balancesAt({ minSeq: half })).rejects.toThrow(ViewBehind);
});

test('nor is the past answered from rows that lack a part of it', async () => {
  await expect(balancesAt({ atSeq: half + CHUNK - 1 })).rejects.toThrow(ViewBehind);
  await expect(balancesAt({ atSeq: half + CHUNK + 3 })).rejects.toThrow(ViewBehind);
});
