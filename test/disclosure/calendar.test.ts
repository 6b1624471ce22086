import { afterWorkingDays, isWorkingDay, lastDay } from '../../src/disclosure/calendar.js';
import { minimumDays, naturalDays } from '../../src/domain/notices/minimum-days.js';
import { standingOf } from '../../src/domain/notices/standing.js';

it('knows holidays, and weekends that are worked instead', () => {
  expect(['2024-02-12', '2024-02-18', '2024-02-19', '2026-10-01', '2026-10-10'].map(isWorkingDay)).toEqual([
    false,
    true,
    true,
    false,
    true,
  ]);
  expect(['1949-10-01', '1969-12-31'].map(isWorkingDay)).toEqual([false, true]);
  // Not known yet: Monday to Friday.
  expect(['2090-10-02', '2090-10-07'].map(isWorkingDay)).toEqual([true, false]);
});

it('counts from no day that there is not', () => {
  expect(() => afterWorkingDays('', 1)).toThrow(RangeError);
  expect(() => isWorkingDay('2026-13-01')).toThrow(RangeError);
});

it('counts the first and the last day, as notices print it', () => {
  expect(lastDay('2022-01-31', 7, 'natural')).toBe('2022-02-06');
  expect(naturalDays('2022-01-31', '2022-02-06')).toBe(7);
  expect(lastDay('2024-02-09', 1, 'working')).toBe('2024-02-09');
  expect(lastDay('2024-02-10', 1, 'working')).toBe('2024-02-18');
});

it('gives the bureau fifteen working days, the day of filing not counted', () => {
  expect(afterWorkingDays('2016-07-13', 15)).toBe('2016-08-03');
});

it('judges a notice by the rule of its day', () => {
  expect(minimumDays('village', '2017-12-31')).toBeUndefined();
  expect(minimumDays('village', '2018-01-01')?.days).toBe(10);
  expect(minimumDays('county', '2018-01-01')).toBeUndefined();
});

it('says how a notice stands on each day, and never closes it over an open objection', () => {
  const notice = { publicFrom: '2016-07-14', publicTo: '2016-07-23' };
  const none = { open: 0, answered: 0 };
  const at = (today: string, objections = none, more = {}) => standingOf({ ...notice, ...more }, objections, today);
  expect(at('2016-07-13')).toEqual({ state: 'announced', outcome: null });
  expect(at('2016-07-14')).toEqual({ state: 'standing', outcome: null });
  expect(at('2016-07-23')).toEqual({ state: 'standing', outcome: null });
  expect(at('2016-07-24')).toEqual({ state: 'closed', outcome: 'no_objection' });
  expect(at('2016-07-24', { open: 1, answered: 3 })).toEqual({ state: 'objected', outcome: null });
  expect(at('2016-07-24', { open: 0, answered: 1 })).toEqual({ state: 'closed', outcome: 'answered' });
  expect(at('2016-07-24', none, { withdrawnBy: 9 }).state).toBe('withdrawn');
  expect(at('2016-07-24', none, { replacedBy: 'N-2' }).state).toBe('replaced');
});
