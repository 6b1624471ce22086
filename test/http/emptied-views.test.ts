import pg from 'pg';
import { Follower } from '../../src/views/engine/follower.js';
import { startApp, type TestApp } from '../support/app.js';

const BOOK = '640121';

let app: TestApp;
let [admin, clerk, auditor] = ['', '', ''];
beforeAll(async () => {
  app = await startApp();
  admin = await app.token('admin', ['64']);
  clerk = await app.token('clerk', ['64']);
  auditor = await app.token('auditor', ['64']);
  await open(BOOK);
});
afterAll(() => app.close());

async function open(book: string): Promise<void> {
  await app.post('/v1/books', admin, { id: book, name: `${book} 财政局`, level: 'county' }).expect(201);
}

test('a book that was opened a moment ago answers with its first entry', async () => {
  for (const book of ['640122', '640181', '640221']) {
    await open(book);
    const { body } = await app.get(`/v1/books/${book}/funds`, auditor).expect(200);
    expect(body).toEqual({ items: [], next: null, seq: 0 });
  }
});

describe('where an upgrade emptied views', () => {
  const PLACES = [
    `/v1/books/${BOOK}/funds`,
    `/v1/books/${BOOK}/funds/F-1`,
    `/v1/disclosure/divisions/${BOOK}`,
    `/v1/disclosure/divisions/${BOOK}/compliance`,
    `/board/${BOOK}`,
    `/board/${BOOK}/funds`,
  ];
  let client: pg.Client;

  beforeAll(async () => {
    const fund = { name: '衔接资金', level: 'central', nature: 'special', channel: '农业农村', fiscalYear: 2016 };
    const { body } = await app.post(`/v1/books/${BOOK}/funds`, clerk, { id: 'F-1', amount: '10.00', ...fund });
    await app.get(`/v1/books/${BOOK}/funds?minSeq=${body.seq}`, auditor).expect(200);
    await app.get(`/v1/disclosure/divisions/${BOOK}/funds?book=${BOOK}&minSeq=${body.seq}`).expect(200);
    // Nobody follows from here on.
    await app.app.get(Follower).stop();
    client = new pg.Client(app.databaseUrl);
    await client.connect();
  });
  afterAll(() => client.end());

  async function standAt(seqs: object): Promise<void> {
    await client.query('update views.checkpoints set seqs = $2 where book = $1', [BOOK, seqs]);
  }

  async function answers(): Promise<number[]> {
    const statuses: number[] = [];
    for (const place of PLACES) statuses.push((await app.get(place, auditor)).status);
    return statuses;
  }

  const all = (status: number) => PLACES.map(() => status);

  it('nobody is told that the book lacks what they lack, but to ask again', async () => {
    await standAt({ balances: 1 });
    expect(await answers()).toEqual(all(503));
    const { body, headers } = await app.get(PLACES[1] ?? '', auditor);
    expect([body.code, headers['retry-after']]).toEqual(['view_behind', '1']);
  });

  it('nor while they are still far behind the others', async () => {
    await standAt({ balances: 6_000, disclosure: 900, funds: 900 });
    expect(await answers()).toEqual(all(503));
  });

  it('they answer as soon as they are near the others', async () => {
    await standAt({ balances: 6_000, disclosure: 1_001, funds: 1_001 });
    expect(await answers()).toEqual(all(200));
  });

  it('one that stands still far behind, at an entry that it cannot take in, answers with what it has', async () => {
    await standAt({ balances: 6_000, disclosure: 900, funds: 900 });
    const failure = { book: BOOK, message: 'cannot', retryAt: new Date() };
    app.app.get(Follower).failures = () => ['funds', 'disclosure'].map((view) => ({ ...failure, view }));
    expect(await answers()).toEqual(all(200));
  });
});
