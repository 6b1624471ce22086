import { createHash, randomUUID } from 'node:crypto';

const BOOK = '640121';
const FUNDS = 8;
const PROJECTS = 50;
const BENEFICIARIES = 200;
const START = Date.parse('2016-01-04T01:00:00.000Z');
/** When an entry of a grown book is recorded: one each minute. */
export const instantOf = (seq) => new Date(START + seq * 60_000);
/** About as many as one batch has when 64 clients post at once. */
const BATCH = 64;

/**
 * A book of so many entries, by the rules of the ledger itself and sealed as the service seals it, but appended without
 * HTTP, which would take minutes.
 *
 * @param {object} options
 * @param {Iterable<object>} options.life commands of the book, the first of which opens it; `countyLife` is what a county does
 * @param {number} options.batch entries in an append
 * @param {object} options.signer whose key signs; without it a new one
 */
export async function growBook(url, count, { book = BOOK, life = commands(), batch = BATCH, signer } = {}) {
  const { openPool } = await import('../../dist/database/pool.js');
  const { migrate } = await import('../../dist/database/migrate.js');
  await migrate(url);
  const pool = openPool(url, 2, console.error);
  try {
    const start = performance.now();
    const vkey = await grow(pool, { book, count, life, batch, signer });
    return { book, vkey, perSecond: Math.round((count * 1000) / (performance.now() - start)) };
  } finally {
    await pool.end();
  }
}

async function grow(pool, { book, count, life, batch, signer: given }) {
  const { PostgresEventStore } = await import('../../dist/event-store/postgres.js');
  const { canonicalBytes } = await import('../../dist/event-store/canonical.js');
  const { BookLog } = await import('../../dist/log/book-log.js');
  const { leafHash } = await import('../../dist/log/hash.js');
  const { LogStore } = await import('../../dist/log/log-store.js');
  const { generateKey, parseSigner } = await import('../../dist/log/note.js');
  const { TreeEdge } = await import('../../dist/log/tree-edge.js');
  const signer = given ?? parseSigner(generateKey('bench.example/log'));
  if (given === undefined) await pool.query('insert into log_keys (number, vkey) values (1, $1)', [signer.vkey]);
  const store = new PostgresEventStore(pool);
  const log = new BookLog(signer, store, new LogStore(pool));
  const edge = new TreeEdge();
  let appended;
  for await (const events of batches(book, count, life, batch)) {
    const news = events.map((event) => ({
      seq: event.seq,
      canonical: canonicalBytes(event),
      requestHash: createHash('sha256').update(event.command).digest('base64'),
      event,
    }));
    const before = edge.size;
    const tileHashes = news.flatMap((one) => edge.append(leafHash(one.canonical)));
    const seal = await log.seal(book, edge, tileHashes);
    await appended;
    // The next batch is decided while this one is made durable.
    appended = store.append(book, before - 1, news, seal);
  }
  await appended;
  await keepInVault(pool, book);
  return signer.vkey;
}

/** As if the vault had sealed something of each beneficiary, since an auditor compares the two. */
async function keepInVault(pool, book) {
  const enrolled = `(
    select book, command, canonical::json -> 'data' ->> 'id' as id, canonical::json -> 'data' ->> 'commitment' as commitment
    from events where book = $1 and type = 'beneficiary.enrolled'
  ) as enrolled`;
  await pool.query(
    `insert into vault_people (book, beneficiary, id_number_index, wrapped_key)
      select book, id, sha256(id::bytea), decode(repeat('00', 60), 'hex') from ${enrolled}`,
    [book],
  );
  await pool.query(
    `insert into vault_seals (book, command, beneficiary, commitment, ciphertext, enrolled_at)
      select book, command, id, commitment, decode(repeat('00', 29), 'hex'), now() from ${enrolled}`,
    [book],
  );
}

async function* batches(book, count, life, size) {
  const { decide, evolve, initialState } = await import('../../dist/domain/book.js');
  const state = initialState();
  let batch = [];
  let event;
  while (state.nextSeq < count) {
    const { value: command } = life.next(event);
    const seq = state.nextSeq;
    const recordedAt = instantOf(seq).toISOString();
    const eventId = randomUUID();
    event = decide(state, command, {
      book,
      key: `bench-${seq}`,
      actor: 'bench',
      eventId,
      newId: eventId,
      recordedAt,
      today: recordedAt.slice(0, 10),
    });
    evolve(state, event);
    batch.push(event);
    if (batch.length === size) {
      yield batch;
      batch = [];
    }
  }
  if (batch.length > 0) yield batch;
}

/** Without end: money goes to projects, which pay and make assets, and to households. */
function* commands() {
  yield { kind: 'book', body: { id: BOOK, name: '永宁县财政局', level: 'county' } };
  const facts = { level: 'county', nature: 'special', fiscalYear: 2016, amount: '900000000000.00' };
  for (let n = 1; n <= FUNDS; n += 1) yield { kind: 'fund', body: { id: `F-${n}`, name: `专项资金${n}`, ...facts } };
  const place = { division: '640121100201' };
  for (let n = 1; n <= PROJECTS; n += 1) {
    const facts = { category: '产业发展', responsibleUnit: '农业农村局', plannedAmount: '100000.00', ...place };
    yield { kind: 'project', body: { id: `P-${n}`, name: `项目${n}`, ...facts } };
  }
  for (let n = 1; n <= BENEFICIARIES; n += 1) {
    const commitment = createHash('sha256').update(`${n}`).digest('hex');
    yield { kind: 'beneficiary', body: { id: `b-${n}`, commitment, categories: ['脱贫户'], ...place } };
  }
  for (let n = 0; ; n += 1) yield* round(n, place);
}

function* round(n, place) {
  const lines = [1, 2].map((k) => ({
    fund: `F-${1 + ((n + k) % FUNDS)}`,
    amount: `${100 + (n % 900)}.${10 + (n % 90)}`,
  }));
  const project = `P-${1 + (n % PROJECTS)}`;
  const documents = [`永财农〔2016〕${n}号`];
  yield { kind: 'allocation', body: { to: `project:${project}`, lines, documents } };
  yield { kind: 'payment', body: { project, kind: 'capital', payee: '宁夏某建设有限公司', lines, documents } };
  const payout = { beneficiary: `b-${1 + (n % BENEFICIARIES)}`, policy: '交通补贴', period: `${n}`, lines: [lines[0]] };
  yield { kind: 'payout', body: { ...payout, documents } };
  if (n % 50 !== 49) return;
  const asset = { name: '蔬菜大棚', class: 'public', category: '农业设施', ...place };
  const owners = [{ kind: 'village', id: '640121100201', name: '杨和村股份经济合作社', share: '1' }];
  yield { kind: 'asset', body: { id: `AS-${n}`, project, lines, owners, ...asset, documents } };
}
