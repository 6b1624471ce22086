import { objectionFinding } from '../../src/disclosure/compliance/remarks.js';
import type { ObjectionRow } from '../../src/views/disclosure/disclosure-tables.js';

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
