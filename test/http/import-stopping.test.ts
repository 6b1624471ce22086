import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { Importer } from '../../src/http/imports/importer.js';
import { fund, Importing, ndjson } from '../support/importing.js';

const HOUR_MS = 3_600_000;
/** All but what tells the time of day. */
const REAL = [
  ...(['setTimeout', 'setInterval', 'setImmediate', 'clearTimeout', 'clearInterval', 'clearImmediate'] as const),
  ...(['nextTick', 'queueMicrotask', 'performance', 'hrtime'] as const),
];

let importing: Importing;
let importer: Importer;

beforeEach(async () => {
  importing = await Importing.into('640101');
  importer = importing.app.app.get(Importer, { strict: false });
});
afterEach(async () => {
  jest.useRealTimers();
  await importing.app.close();
});

/** An import that goes on, of which one line was answered. */
async function begun() {
  const lines = new IncomingMessage(new Socket());
  const caller = { actor: 'clerk', role: 'clerk' as const, divisions: ['6401'] };
  const authorization = `Bearer ${importing.clerk}`;
  const wish = { book: '640101', actor: 'clerk', caller, authorization, lines, wantsReceipts: false };
  const answers = importer.answers(wish);
  lines.push(ndjson([fund('F-1')]));
  expect((await answers.next()).value).toContain('"status":201');
  return { lines, answers };
}

it('breaks an import off that has nothing under way when the service stops', async () => {
  const { answers } = await begun();
  importer.beforeApplicationShutdown();
  await expect(answers.next()).rejects.toThrow('stopping');
});

it('takes no line of an import after its token is no longer good', async () => {
  const { lines, answers } = await begun();
  jest.useFakeTimers({ now: Date.now() + 2 * HOUR_MS, doNotFake: REAL });
  lines.push(ndjson([fund('F-2')]));
  await expect(answers.next()).rejects.toMatchObject({ code: 'unauthenticated' });
  expect(await importing.app.revision('640101')).toBe(1);
});
