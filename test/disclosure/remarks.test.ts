import { noticeRemarks, objectionFinding } from '../../src/disclosure/compliance/remarks.js';
import type { LineRow, ObjectionRow } from '../../src/views/disclosure/disclosure-tables.js';

const filed: ObjectionRow = {
  kind: 'objection',
  ...{ book: '640121', id: 'O-1', division: '640121', notice: null, noticeRow: null, entry: null },
  ...{ filedOn: '2016-07-01', dueOn: '2016-07-22', seq: 7, answeredBy: null, answeredOn: null },
  ...{ outcome: null, answer: null },
};
const found = (on: string, answeredOn?: string) => {
  const row = answeredOn === undefined ? filed : { ...filed, answeredBy: 9, answeredOn, outcome: 'upheld' as const };
  const { kind, days, seq } = objectionFinding(row, new Map(), on);
  return [kind, days, seq];
};

it('tells what is left of the term of an objection, today counted, and by how much it is over', () => {
  expect(found('2016-07-01')).toEqual(['objection_open', 22, 7]);
  expect(found('2016-07-22')).toEqual(['objection_open', 1, 7]);
  expect(found('2016-07-23')).toEqual(['objection_overdue', 1, 7]);
});

it('tells of an answer whether it came in time, whatever the day', () => {
  expect(found('2020-01-01', '2016-07-22')).toEqual(['objection_answered', 0, 9]);
  expect(found('2020-01-01', '2016-07-25')).toEqual(['objection_answered', 3, 9]);
});

const remarks = (notice: { publicFrom: string; effectiveDate: string; recordedAt: string; withdrawnOn?: string }) => {
  const { publicFrom, effectiveDate, recordedAt, withdrawnOn } = notice;
  const withdrawal = withdrawnOn === undefined ? null : { seq: 12, date: withdrawnOn, reason: '误发' };
  const facts = { type: 'loans', replaces: null, reason: null, publicFrom, withdrawal } as unknown as LineRow['facts'];
  const place = { book: '640121', division: '640121', title: '公示', id: 'N-1', seq: 11 };
  return noticeRemarks({ ...place, facts, effectiveDate, recordedAt: new Date(recordedAt) }, new Map()).map(
    ({ kind, since, doneOn, days, seq }) => [kind, since, doneOn, days, seq],
  );
};

it('tells of a notice that entered the book later than three days after it was public, by the days of China', () => {
  const days = { publicFrom: '2016-07-14', effectiveDate: '2016-07-14' };
  expect(remarks({ ...days, recordedAt: '2016-07-17T15:59:59.999Z' })).toEqual([]);
  expect(remarks({ ...days, recordedAt: '2016-07-17T16:00:00.000Z' })).toEqual([
    ['recorded_late', '2016-07-14', '2016-07-18', 4, 11],
  ]);
  expect(remarks({ ...days, publicFrom: '2016-08-01', recordedAt: '2016-07-14T01:00:00.000Z' })).toEqual([]);
});

it('tells since when a notice was there that was withdrawn, also where it was recorded after it hung', () => {
  const hung = { publicFrom: '2016-07-14', effectiveDate: '2016-08-05', withdrawnOn: '2016-07-20' };
  expect(remarks({ ...hung, recordedAt: '2016-08-05T01:00:00.000Z' })[0]).toEqual([
    ...['withdrawn', '2016-07-14', '2016-07-20', 6, 12],
  ]);
  const ahead = { publicFrom: '2016-08-01', effectiveDate: '2016-07-14', withdrawnOn: '2016-07-20' };
  expect(remarks({ ...ahead, recordedAt: '2016-07-14T01:00:00.000Z' })).toEqual([
    ['withdrawn', '2016-07-14', '2016-07-20', 6, 12],
  ]);
});
