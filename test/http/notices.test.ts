import { createHash } from 'node:crypto';
import pg from 'pg';
import { canonical } from '../../src/event-store/canonical.js';
import { startApp, type TestApp } from '../support/app.js';
import { noticeBody } from '../support/notices.js';

const county = '/v1/books/640121';
const open = '/v1/disclosure/books/640121';

let app: TestApp;
let clerk: string;
let publisher: string;

async function post(path: string, body: object, key?: string) {
  const { body: answer, status } = await app.post(path, clerk, body, key);
  if (status !== 201) throw new Error(`${path}: ${JSON.stringify(answer)}`);
  return answer as { id: string; seq: number };
}

beforeAll(async () => {
  app = await startApp();
  clerk = await app.token('clerk', ['640121']);
  publisher = await app.token('publisher', ['640121']);
  const admin = await app.token('admin', ['640121']);
  await app.post('/v1/books', admin, { id: '640121', name: '永宁县财政局', level: 'county' }).expect(201);
  const facts = { name: '扶贫专项资金', level: 'central', nature: 'special', fiscalYear: 2016 };
  await post(`${county}/funds`, { id: 'F-1', ...facts, amount: '500.00', documents: ['宁财农〔2016〕12号'] });
  await post(`${county}/allocations`, { id: 'A-1', to: 'department:05', amount: '60.00' });
});
afterAll(() => app.close());

const result = (id: string, more: object = {}) => ({
  ...noticeBody('allocation_result', { entries: [1, 2] }, { level: 'county', division: '640121' }),
  id,
  ...more,
});

it('previews without recording, publishes the same, and shows it to everybody', async () => {
  const before = await app.revision('640121');
  const { body: preview } = await app
    .post(`${county}/notices/preview`, publisher, result('N-1', { fields: {} }))
    .expect(200);
  expect(await app.revision('640121')).toBe(before);
  expect(preview).toMatchObject({
    asOfSeq: before,
    publicTo: '2016-07-23',
    missing: [{ field: 'fields.basis', zh: '分配依据' }],
    warnings: [],
  });
  expect(preview.rows.map(({ figures }: { figures: object }) => figures)).toEqual([
    { amount: { amount: '500.00', from: [{ account: 'bureau', fund: 'F-1', seq: 1 }] } },
    { amount: { amount: '60.00', from: [{ account: 'department:05', fund: 'F-1', seq: 2 }] } },
  ]);
  const { body: posted } = await app.post(`${county}/notices`, publisher, result('N-1'), 'k-1').expect(201);
  const { rowsHash } = preview;
  expect(posted).toMatchObject({ id: 'N-1', asOfSeq: before, publicTo: '2016-07-23', rows: 2, rowsHash, warnings: [] });
  expect(rowsHash).toBe(createHash('sha256').update(canonical(preview.rows)).digest('hex'));
  const again = await app.post(`${county}/notices`, publisher, result('N-1'), 'k-1').expect(201);
  expect([again.body, again.headers['idempotency-replayed']]).toEqual([posted, 'true']);
  // What comes later changes nothing of it.
  await post(`${county}/reversals`, { seq: 2, reason: '更正' });
  const { body: shown } = await app.get(`${open}/notices/N-1`).expect(200);
  expect(shown).toMatchObject({ book: '640121', seq: posted.seq, state: 'closed', outcome: 'no_objection' });
  expect(shown.rows).toEqual(preview.rows);
  expect(shown.notice).toMatchObject({ hotline: '12317', rowsHash, rows: 2 });
  expect(shown.columns[0]).toEqual({ key: 'date', zh: '日期', en: 'Date', kind: 'date' });
});

it('names every field that the type demands and the notice lacks', async () => {
  const village = noticeBody('supervision', {}, { fields: {} });
  const { address: _, ...without } = village;
  const { body } = await app.post(`${county}/notices`, publisher, without).expect(422);
  expect(body).toMatchObject({
    code: 'notice_fields_missing',
    missing: [
      { field: 'fields.supervisionPhone', zh: '监督电话' },
      { field: 'address', zh: '通讯地址' },
    ],
  });
});

it('takes a notice that is too short, and says so to the publisher and to everybody', async () => {
  const short = { ...noticeBody('asset_register', {}), id: 'N-short', days: 7, publicFrom: '2022-01-31' };
  const { body } = await app.post(`${county}/notices`, publisher, short).expect(201);
  expect(body.publicTo).toBe('2022-02-06');
  expect(body.warnings).toMatchObject([
    { code: 'notice_too_short', days: 7, minimumDays: 10 },
    { code: 'notice_empty' },
  ]);
  const { body: shown } = await app.get(`${open}/notices/N-short`).expect(200);
  expect(shown.warnings).toEqual(body.warnings);
});

it('counts working days by the holidays of China', async () => {
  const working = { ...noticeBody('loans', {}), publicFrom: '2024-02-09', days: 2, dayKind: 'working' };
  const { body } = await app.post(`${county}/notices`, publisher, working).expect(201);
  // The Spring Festival lasts from the 10th to the 17th; the Sunday after it is worked.
  expect(body.publicTo).toBe('2024-02-18');
});

it('shows a correction and what it replaces, and withdraws with a reason', async () => {
  await app.post(`${county}/notices`, publisher, { ...noticeBody('loans', {}), id: 'L-1' }).expect(201);
  const correction = { ...noticeBody('loans', {}), id: 'L-2', replaces: 'L-1', reason: '利率有误' };
  await app.post(`${county}/notices`, publisher, correction).expect(201);
  expect((await app.get(`${open}/notices/L-1`)).body).toMatchObject({ state: 'replaced', replacedBy: 'L-2' });
  expect((await app.get(`${open}/notices/L-2`)).body).toMatchObject({
    notice: { replaces: 'L-1', reason: '利率有误' },
  });
  const { body } = await app.post(`${county}/notices`, publisher, { ...correction, id: 'L-3' }).expect(422);
  expect(body).toMatchObject({ code: 'notice_not_standing', replacedBy: 'L-2' });
  await app.post(`${county}/notices/L-2/withdrawals`, publisher, { reason: '误发' }).expect(201);
  expect((await app.get(`${open}/notices/L-2`)).body).toMatchObject({ state: 'withdrawn', outcome: null });
  await app.post(`${county}/notices/none/withdrawals`, publisher, { reason: '误发' }).expect(404);
});

it('knows no notice of a book that is not there', async () => {
  expect((await app.get('/v1/disclosure/books/640199/notices/N-1').expect(404)).body.code).toBe('book_unknown');
  expect((await app.get(`${open}/notices/none`).expect(404)).body.code).toBe('notice_unknown');
});

/** A JPEG of one pixel as a telephone would send it: with where it was taken, and a film behind it. */
function telephonePhoto(): Buffer {
  const bare = Buffer.from(
    '/9j/4AAQSkZJRgABAQEASABIAAD/2wBDAP//////////////////////////////////////////////////////////////////////////////////////wAALCAABAAEBAREA/8QAFAABAAAAAAAAAAAAAAAAAAAAA//EABQQAQAAAAAAAAAAAAAAAAAAAAD/2gAIAQEAAD8AN//Z',
    'base64',
  );
  const gps = Buffer.from(
    'Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0GPS 38.2N 106.3E',
    'latin1',
  );
  const segment = Buffer.concat([Buffer.from([0xff, 0xe1, 0, gps.length + 2]), gps]);
  return Buffer.concat([bare.subarray(0, 2), segment, bare.subarray(2), Buffer.from('MotionPhoto GPS 38.2N')]);
}

const taken = new URLSearchParams({ takenAt: '2016-07-14T09:30:00+08:00', place: '村务公开栏' });

function postPhoto(notice: string, photo: Buffer, key: string, type = 'image/jpeg') {
  return app.post(`${county}/notices/${notice}/evidence?${taken}`, publisher, undefined, key).type(type).send(photo);
}

it('keeps a photo without what the camera wrote beside it, and serves no other than was recorded', async () => {
  const loans = { ...noticeBody('loans', {}), id: 'P-1' };
  const { body: published } = await app.post(`${county}/notices`, publisher, loans).expect(201);
  const sent = telephonePhoto();
  const { body: posted } = await postPhoto('P-1', sent, 'photo-1').expect(201);
  const again = await postPhoto('P-1', sent, 'photo-1').expect(201);
  expect([again.body, again.headers['idempotency-replayed']]).toEqual([posted, 'true']);
  const { photos } = (await app.get(`${open}/notices/P-1`)).body;
  const [{ sha256 }] = photos;
  const told = { seq: posted.seq, sha256, takenAt: '2016-07-14T01:30:00.000Z', place: '村务公开栏' };
  expect(photos).toEqual([told]);
  const before = await app.get(`${open}/notices/P-1?asOf=${published.recordedAt}`).expect(200);
  expect(before.body).toMatchObject({ seq: published.seq, photos: [] });
  await app.get(`${open}/notices/P-1?asOf=2016-07-13T00:00:00Z`).expect(404);
  expect((await app.get(`${open}/notices/P-1?asOf=gestern`).expect(400)).body.errors[0].field).toBe('asOf');
  const served = await app.get(`${open}/photos/${sha256}`).expect(200);
  expect(served.headers['content-type']).toBe('image/jpeg');
  expect(createHash('sha256').update(served.body).digest('hex')).toBe(sha256);
  expect(served.body.toString('latin1')).not.toContain('GPS');
  // The picture still says which side is up.
  expect(served.body.includes(Buffer.from([0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, 6]))).toBe(true);

  expect((await postPhoto('P-1', sent, 'photo-2').expect(422)).body.code).toBe('photo_exists');
  expect((await postPhoto('none', sent, 'photo-3').expect(404)).body.code).toBe('notice_unknown');

  const client = new pg.Client({ connectionString: app.databaseUrl });
  await client.connect();
  await client.query("update notice_photos set bytes = bytes || '\\x00' where command = 'photo-1'");
  await client.end();
  const changed = await app.get(`${open}/photos/${sha256}`).expect(500);
  expect(changed.body.code).toBe('photo_changed');
});

it.each([
  ['a text', Buffer.from('no picture'), 'image/jpeg', 400, 'invalid_request'],
  ['half a picture', telephonePhoto().subarray(0, 60), 'image/jpeg', 400, 'invalid_request'],
  ['JSON', Buffer.from('{}'), 'application/json', 415, 'unsupported_media_type'],
  ['more than 5 MB', Buffer.alloc(5 * 1024 * 1024 + 1, 0xff), 'image/png', 413, 'body_too_large'],
])('refuses %s as a photo', async (_, bytes, type, status, code) => {
  const { body } = await postPhoto('P-1', bytes, `bad-${code}-${bytes.length}`, type).expect(status);
  expect(body.code).toBe(code);
});

it('takes photos nowhere else, and says what is wrong with a query', async () => {
  const { body } = await app.post(`${county}/funds`, clerk).type('image/jpeg').send(telephonePhoto()).expect(415);
  expect(body.code).toBe('unsupported_media_type');
  const wrong = await app
    .post(`${county}/notices/P-1/evidence?takenAt=gestern`, publisher)
    .type('image/jpeg')
    .send(telephonePhoto())
    .expect(400);
  expect(wrong.body.errors.map(({ field }: { field: string }) => field).sort()).toEqual(['place', 'takenAt']);
});

it.each(['9999-12-31T23:59-08:00', '0000-01-01T00:00+08:00', '2016-02-30T09:30:00+08:00', '2016-07-14T24:00:00Z'])(
  'takes no photo of %s, which is no moment of the calendar',
  async (takenAt) => {
    const query = new URLSearchParams({ takenAt, place: '村口' });
    const post = app.post(`${county}/notices/P-1/evidence?${query}`, publisher, undefined, `at-${takenAt}`);
    const { body } = await post.type('image/jpeg').send(telephonePhoto()).expect(400);
    expect(body.errors).toMatchObject([{ field: 'takenAt' }]);
  },
);

it('lets only publishers and clerks publish', async () => {
  const auditor = await app.token('auditor', ['640121']);
  await app.post(`${county}/notices`, auditor, result('X')).expect(403);
  await app.post(`${county}/notices/preview`, auditor, result('X')).expect(403);
});
