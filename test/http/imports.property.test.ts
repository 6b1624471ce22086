import fc, { type Arbitrary } from 'fast-check';
import { POSTINGS } from '../../src/http/postings/all-postings.js';
import { startApp, type TestApp } from '../support/app.js';

type Line = Record<string, unknown> & { kind: string; key: string };

let imported: TestApp;
let posted: TestApp;

beforeAll(async () => {
  [imported, posted] = await Promise.all([startApp(), startApp()]);
});

afterAll(() => Promise.all([imported.close(), posted.close()]));

const id = (prefix: string) => fc.integer({ min: 1, max: 3 }).map((n) => `${prefix}-${n}`);
const amount = fc.constantFrom('1.00', '7.31', '50.00', '100000.00', '0.00');
const fund = id('F');
const project = id('P');
const lines = fc.array(fc.record({ fund, amount }), { minLength: 1, maxLength: 2 });

/** Commands that stand on one another, some of which cannot be. */
function command(division: string): Arbitrary<Record<string, unknown> & { kind: string }> {
  const facts = { name: '资金', level: 'city', nature: 'special', fiscalYear: 2016 };
  const place = { category: '设施', division };
  const kinds: Record<string, Arbitrary<Record<string, unknown>>> = {
    fund: fc.record({ id: fund, amount: fc.constantFrom('100.00', '1000.00') }).map((one) => ({ ...facts, ...one })),
    adjustment: fc.record({ fund, amount: fc.constantFrom('-5.00', '-500.00', '3.00') }),
    allocation: fc.record({ to: fc.constantFrom('department:x', 'project:P-1', 'project:P-2'), lines }),
    integration: fc.record({ pool: fc.constant('2016'), lines }),
    project: project.map((one) => ({ id: one, name: '路', responsibleUnit: '局', plannedAmount: '9.00', ...place })),
    stage: fc.record({ project, stage: fc.constantFrom('approved', 'started') }),
    payment: fc.record({ project, kind: fc.constantFrom('capital', 'expense'), payee: fc.constant('某公司'), amount }),
    reversal: fc.record({ seq: fc.integer({ min: 0, max: 40 }), reason: fc.constant('误记') }),
    closing: fc.record({ period: fc.constantFrom('2016-01', '2016-02') }),
  };
  const effectiveDate = fc.constantFrom('2016-01-31', '2016-02-01', '2016-03-01');
  const one = Object.entries(kinds).map(([kind, body]) => {
    const dated =
      kind === 'closing' ? body : fc.tuple(body, effectiveDate).map(([b, day]) => ({ ...b, effectiveDate: day }));
    return dated.map((fields) => inLine(kind, fields));
  });
  return fc.oneof(...one);
}

function inLine(kind: string, { kind: own, ...fields }: Record<string, unknown>) {
  return { ...fields, ...(own !== undefined && { paymentKind: own }), kind };
}

/** As REST takes a line. */
async function post(book: string, token: string, line: Line): Promise<string> {
  const { kind, key, paymentKind, ...rest } = line;
  const route = POSTINGS.find((one) => one.kind === kind);
  const { [route?.part?.name ?? '']: part, ...body } = rest;
  const path = (route?.path ?? '').replace(':book', book).replace(/:\w+/, String(part));
  const sent = paymentKind === undefined ? body : { ...body, kind: paymentKind };
  const { status, body: answer } = await posted.post(path, token, sent, key);
  return status === 201 ? `${answer.seq}` : answer.code;
}

async function importAll(book: string, token: string, given: Line[]): Promise<string[]> {
  const { text } = await imported
    .post(`/v1/books/${book}/imports`, token)
    .set('content-type', 'application/x-ndjson')
    .buffer(true)
    .parse((response, done) => {
      let all = '';
      response.setEncoding('utf8');
      response.on('data', (part: string) => (all += part));
      response.on('end', () => done(null, all));
    })
    .send(given.map((line) => `${JSON.stringify(line)}\n`).join(''))
    .then(({ body }) => ({ text: body as unknown as string }));
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
    .map(({ status, seq, code }) => (status === 201 ? `${seq}` : code));
}

/** All but what every service makes for itself. */
async function historyOf(app: TestApp, book: string, token: string): Promise<unknown[]> {
  const { text } = await app.get(`/v1/books/${book}/events`, token).expect(200);
  const made = /[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}/g;
  return text
    .trimEnd()
    .split('\n')
    .map((event) => JSON.parse(event.replace(made, 'made')))
    .map(({ recordedAt: _, ...event }) => event);
}

it('an import makes the same events as its commands one by one', async () => {
  const tokens = await Promise.all([imported, posted].map((app) => app.token('clerk', ['64'])));
  const admins = await Promise.all([imported, posted].map((app) => app.token('admin', ['64'])));
  let books = 640200;
  await fc.assert(
    fc.asyncProperty(fc.array(command('640200'), { minLength: 10, maxLength: 60 }), async (commands) => {
      const book = String(++books);
      const given = commands.map((one, n): Line => {
        const placed = 'division' in one ? { ...one, division: book } : one;
        return { ...placed, key: `k-${n % 50}` };
      });
      const opening = { id: book, name: '财政局', level: 'county' };
      await imported.post('/v1/books', admins[0] ?? '', opening).expect(201);
      await posted.post('/v1/books', admins[1] ?? '', opening).expect(201);
      const one = await importAll(book, tokens[0] ?? '', given);
      const other: string[] = [];
      for (const line of given) other.push(await post(book, tokens[1] ?? '', line));
      expect(one).toEqual(other);
      const masked = (history: unknown[]) => history.slice(1);
      expect(masked(await historyOf(imported, book, tokens[0] ?? ''))).toEqual(
        masked(await historyOf(posted, book, tokens[1] ?? '')),
      );
    }),
    { numRuns: 25 },
  );
});
