import { EVENTS_A_PIECE } from '../../src/event-store/read-book.js';
import { LiveEvents } from '../../src/http/events/live-events.js';
import { allocation, fund, Importing, ndjson } from '../support/importing.js';

const BEAT = ': still here';
/** Of a book whose events are read in three pieces. */
const LAST = 2 * EVENTS_A_PIECE + 5;

let test: Importing;

beforeAll(async () => {
  test = await Importing.into('640121');
  const many = Array.from({ length: LAST - 2 }, (_, n) => allocation(`A-${n}`, '1.00'));
  const lines = [fund('F-1'), ...many, allocation('A-last', '1.00', { to: 'department:last' })];
  const { lines: answers } = await test.send('640121', ndjson(lines));
  expect(answers.at(-1)).toMatchObject({ status: 201, seq: LAST });
});
afterAll(() => test.app.close());

/** What a tail sends until it ends: its first line, the ids of events, and beats. */
async function tail(query: string, heartbeatMs: number): Promise<(number | string)[]> {
  // By the clock a beat is due after each piece, or never.
  test.app.app.get(LiveEvents).heartbeatMs = heartbeatMs;
  const response = await fetch(`http://127.0.0.1:${test.port}/v1/books/640121/events?${query}`, {
    headers: { accept: 'text/event-stream', authorization: `Bearer ${test.clerk}` },
  });
  const sent = (await response.text()).split('\n\n').slice(0, -1);
  return sent.map((one) => {
    const [, id] = /^id: (\d+)\n/.exec(one) ?? [];
    return id === undefined ? one : Number(id);
  });
}

function seqs(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, n) => from + n);
}

it('beats between the pieces of a book that it catches up with', async () => {
  const [first, second] = [EVENTS_A_PIECE, 2 * EVENTS_A_PIECE];
  const pieces = [...seqs(0, first - 1), BEAT, ...seqs(first, second - 1), BEAT, ...seqs(second, LAST)];
  expect(await tail(`limit=${LAST + 1}`, 0)).toEqual(['retry: 2000', ...pieces]);
});

it('beats while it looks for the one event that is wanted', async () => {
  expect(await tail('account=department:last&limit=1', 0)).toEqual(['retry: 2000', BEAT, BEAT, LAST]);
});

it('beats no more often than it must', async () => {
  expect(await tail('account=department:last&limit=1', Number.MAX_SAFE_INTEGER)).toEqual(['retry: 2000', LAST]);
});
