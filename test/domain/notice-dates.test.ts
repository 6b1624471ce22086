import { refusalOf, type Step, TestBook } from '../support/given.js';
import { notice } from '../support/notices.js';
import { opened } from '../support/steps.js';

/** Recorded on 13 July, without a date of its own. */
const hungInJune = notice('N', 'supervision', {}, { publicFrom: '2016-06-20' });
const announced = notice('N', 'supervision', {}, { publicFrom: '2016-07-14', effectiveDate: '2016-07-12' });
const withdrawal = (effectiveDate: string): Step => ({
  kind: 'notice_withdrawal',
  body: { notice: 'N', reason: '误发', effectiveDate },
});
const correction = (effectiveDate: string): Step =>
  notice('M', 'supervision', {}, { replaces: 'N', reason: '更正', publicFrom: '2016-06-20', effectiveDate });

it.each([
  [
    'recorded after it hung is withdrawn from its first public day on',
    hungInJune,
    withdrawal,
    '2016-06-20',
    '2016-06-19',
  ],
  [
    'recorded after it hung is corrected from its first public day on',
    hungInJune,
    correction,
    '2016-06-20',
    '2016-06-19',
  ],
  ['announced is withdrawn from its own date on', announced, withdrawal, '2016-07-12', '2016-07-11'],
])('a notice that was %s', (_, published, end, first, before) => {
  const book = new TestBook();
  for (const step of [opened, published]) book.post(step);
  expect(refusalOf(() => book.decide(end(before)))).toMatchObject({
    code: 'dated_before_subject',
    message: `${before} lies before ${first}, the date of notice N.`,
    facts: { field: 'effectiveDate', entries: [1] },
  });
  expect(book.post(end(first))).toMatchObject({ effectiveDate: first, seq: 2 });
});
