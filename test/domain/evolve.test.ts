import { evolve, ImpossibleHistory } from '../../src/domain/book.js';
import type { BookEvent } from '../../src/domain/event.js';
import { TestBook } from '../support/given.js';
import { notice } from '../support/notices.js';
import { allocation, fund, opened } from '../support/steps.js';

/** A history that the rules would never have written, one event changed. */
function history(change: (event: BookEvent) => object): () => void {
  const book = new TestBook();
  for (const step of [opened, fund('F', '10.00')]) book.post(step);
  const event = book.decide(allocation('department:1', 'F', '4.00'));
  return () => evolve(book.state, { ...event, ...change(event) } as BookEvent);
}

it('takes an event that follows the last', () => expect(history(() => ({}))).not.toThrow());

it('takes a withdrawal that was dated before its notice when no rule forbade it', () => {
  const book = new TestBook();
  for (const step of [opened, notice('N')]) book.post(step);
  const withdrawal = book.decide({ kind: 'notice_withdrawal', body: { notice: 'N', reason: '误发' } });
  evolve(book.state, { ...withdrawal, effectiveDate: '2016-01-04' });
  expect(book.state.notices.get('N')?.withdrawnBy).toBe(2);
});

it.each([
  ['that leaves a gap', { seq: 3 }],
  ['that stands there already', { seq: 1 }],
  ['that spends what is not there', { postings: [{ account: 'bureau', fund: 'F', amount: '-10.01' }] }],
  ['of a type that nobody knows', { type: 'funds.vanished' }],
  [
    'that advances a project which was never registered',
    { type: 'project.advanced', data: { project: 'P' }, postings: [] },
  ],
  [
    'that reverses the opening',
    { type: 'entry.reversed', data: { seq: 0, type: 'book.opened', of: {} }, postings: [] },
  ],
])('throws on an event %s', (_, change) => expect(history(() => change)).toThrow(ImpossibleHistory));
