import { VIEWS } from '../../src/views/all-views.js';
import { balancesView } from '../../src/views/balances/balances.js';
import { FollowerThread } from '../../src/views/engine/follower-thread.js';
import { ViewBehind } from '../../src/views/engine/view-behind.js';
import { PATIENT_MS } from '../support/patient.js';
import { append, randomHistory } from '../support/recorded-history.js';
import { type ViewFixture, viewFixture } from '../support/view-fixture.js';

const city = randomHistory(20160713, 1).filter(({ book }) => book === '640100');
const half = Math.floor(city.length / 2);

let fixture: ViewFixture;
let thread: FollowerThread;
let logged: string[];

beforeEach(async () => {
  fixture = await viewFixture();
  logged = [];
  thread = new FollowerThread(fixture.url, (message) => logged.push(message));
  thread.start();
});

afterEach(async () => {
  await thread.stop();
  await fixture.close();
});

async function expectCaughtUp(): Promise<void> {
  const revision = await fixture.store.revision('640100');
  for (const view of VIEWS) await thread.waitFor(view, '640100', revision, PATIENT_MS);
}

it('takes in what this thread appends, and answers those who wait', async () => {
  await append(fixture.store, city);
  thread.bookAdvanced('640100');
  await expectCaughtUp();
  expect(thread.failures()).toEqual([]);
  expect(logged).toEqual([]);
});

it('says where a view stands that is behind', async () => {
  await append(fixture.store, city.slice(0, half));
  await expectCaughtUp();
  const waiting = thread.waitFor(balancesView, '640100', half + 10, 300);
  await expect(waiting).rejects.toBeInstanceOf(ViewBehind);
  await expect(waiting).rejects.toThrow(`stand at entry ${half - 1}`);
});

it('goes on after its thread has ended by itself, and lets nobody wait for ever', async () => {
  await append(fixture.store, city.slice(0, half));
  await expectCaughtUp();
  const waiting = thread.waitFor(balancesView, '640100', city.length - 1, PATIENT_MS);
  const answered = expect(waiting).rejects.toBeInstanceOf(ViewBehind);
  await (Reflect.get(thread, 'worker') as { terminate(): Promise<number> }).terminate();
  await answered;
  await append(fixture.store, city.slice(half));
  while (Reflect.get(thread, 'worker') === undefined) await new Promise((later) => setTimeout(later, 50));
  await expectCaughtUp();
});

it('tells whoever waits with which code the database failed, by which he learns whether to try again', async () => {
  await append(fixture.store, city.slice(0, half));
  await expectCaughtUp();
  await fixture.pool.query('alter table views.checkpoints rename to hidden_checkpoints');
  const waiting = thread.waitFor(balancesView, '640100', city.length, PATIENT_MS);
  await expect(waiting).rejects.toMatchObject({ code: '42P01' });
});
