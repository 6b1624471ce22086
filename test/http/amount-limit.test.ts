import type { BookEvent } from '../../src/domain/event.js';
import { canonicalBytes, canonicalHash } from '../../src/event-store/canonical.js';
import { EventStore, parseEvent } from '../../src/event-store/event-store.js';
import { BookLog } from '../../src/log/book-log.js';
import { leafHash } from '../../src/log/hash.js';
import { newUuid } from '../../src/new-uuid.js';
import { LoadedBook } from '../../src/posting/loaded-book.js';
import type { TestApp } from '../support/app.js';
import { Importing, ndjson } from '../support/importing.js';

const COUNTY = '640121';
const TRILLION = '1000000000000.00';
const whole = ['F-1', 'F-2'].map((fund) => ({ fund, amount: TRILLION }));

let importing: Importing;
let service: TestApp;
let clerk: string;
beforeAll(async () => {
  importing = await Importing.into(COUNTY);
  service = importing.app;
  clerk = await service.token('clerk', [COUNTY]);
  for (const { fund: id, amount } of whole) {
    const facts = { name: '资金', level: 'county', nature: 'special', fiscalYear: 2016 };
    await post('funds', { id, ...facts, amount }).expect(201);
  }
});
afterAll(() => service.close());

function post(path: string, body: object, key?: string) {
  return service.post(`/v1/books/${COUNTY}/${path}`, clerk, body, key);
}

/** Records what a former version recorded, past the rules of this one. */
async function recordPastTheRules(key: string, request: { kind: string; body: object }, facts: Partial<BookEvent>) {
  const [store, log] = [service.app.get(EventStore), service.app.get(BookLog)];
  const loaded = new LoadedBook(COUNTY, log);
  await loaded.catchUp(store);
  const [opened] = (await store.read(COUNTY, 0, 1)).map(parseEvent);
  const { nextSeq: seq, lastRecordedAt: recordedAt } = loaded.state;
  const event = { ...opened, command: key, id: newUuid(), seq, recordedAt, ...facts } as BookEvent;
  const canonical = canonicalBytes(event);
  const tileHashes = [...loaded.apply(event, leafHash(canonical))];
  const news = { seq, canonical, requestHash: canonicalHash(request), event };
  await store.append(COUNTY, seq - 1, [news], await log.seal(COUNTY, loaded.edge, tileHashes));
  return event;
}

it('refuses lines that add to more than a trillion yuan, with their field, in a posting and in an import', async () => {
  const refused = { code: 'amount_above_limit', field: 'lines', amount: '2000000000000.00', limit: TRILLION };
  for (const [path, body] of [
    ['allocations', { to: 'department:nmj', lines: whole }],
    ['integrations', { pool: '2016', lines: whole }],
  ] as const) {
    expect((await post(path, body).expect(422)).body).toMatchObject(refused);
  }
  const line = { kind: 'allocation', key: 'i-1', to: 'department:nmj', lines: whole };
  const { lines } = await importing.send(COUNTY, ndjson([line]));
  expect(lines).toMatchObject([{ line: 1, key: 'i-1', status: 422, code: 'amount_above_limit', field: 'lines' }]);
});

it('refuses an asset whose opening lines add to more, and takes one of exactly a trillion yuan', async () => {
  const opening = (...amounts: string[]) => amounts.map((amount) => ({ level: 'county', nature: 'stock', amount }));
  const owners = [{ kind: 'village', id: '640121100201', share: '1' }];
  const asset = { name: '大棚', class: 'operating', category: '设施', division: '640121100', owners };
  const { body: problem } = await post('assets', { ...asset, opening: opening(TRILLION, '0.01') }).expect(422);
  expect(problem).toMatchObject({ code: 'amount_above_limit', field: 'opening', amount: '1000000000000.01' });
  await post('assets', { ...asset, opening: opening('999999999999.99', '0.01') }).expect(201);
});

it('answers a key again under which a former version recorded more', async () => {
  const body = { id: 'A-1', to: 'department:nmj', lines: whole };
  const event = await recordPastTheRules(
    'former',
    { kind: 'allocation', body },
    {
      type: 'funds.allocated',
      data: { id: 'A-1', from: 'bureau', to: 'department:nmj', amount: '2000000000000.00' },
      postings: whole.flatMap(({ fund, amount }) => [
        { account: 'bureau', amount: `-${amount}`, fund },
        { account: 'department:nmj', amount, fund },
      ]),
    },
  );
  const again = await post('allocations', body, 'former').expect(201);
  expect(again.body).toMatchObject({ id: 'A-1', seq: event.seq });
  expect(again.headers['idempotency-replayed']).toBe('true');
  const { lines } = await importing.send(COUNTY, ndjson([{ kind: 'allocation', key: 'former', ...body }]));
  expect(lines).toMatchObject([{ status: 201, id: 'A-1', seq: event.seq }]);
});
