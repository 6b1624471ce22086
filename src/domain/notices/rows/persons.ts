import { isWithin } from '../../division.js';
import type { BookEvent } from '../../event.js';
import { cell, figure } from './row.js';
import { ofType, type RowRule } from './row-rule.js';

/** 识别结果: the households of the division. Rows hold ids; names are for whoever shows them, masked. */
export const identified: RowRule = {
  wanted: () => ({ types: ['beneficiary.enrolled'] }),
  rows: (entries, { division }) =>
    ofType(entries, 'beneficiary.enrolled')
      .filter(({ data }) => isWithin(data.division, division))
      .map((event) => ({
        cells: {
          beneficiary: cell(event, 'data.id'),
          categories: cell(event, 'data.categories'),
          division: cell(event, 'data.division'),
          date: cell(event, 'effectiveDate'),
        },
      })),
};

/** 到户补助: what the households of the division were paid under a policy for a period. */
export const subsidies: RowRule = {
  wanted: ({ covers: { policy = '', period = '' } }) => ({
    types: ['beneficiary.enrolled'],
    payouts: { policy, period },
  }),
  rows(entries, { division }) {
    const divisions = new Map<string, BookEvent & { type: 'beneficiary.enrolled' }>();
    for (const event of entries) if (event.type === 'beneficiary.enrolled') divisions.set(event.data.id, event);
    return ofType(entries, 'subsidy.paid')
      .filter(({ data }) => isWithin(divisions.get(data.beneficiary)?.data.division ?? '', division))
      .map((event) => ({
        cells: {
          beneficiary: cell(event, 'data.beneficiary'),
          policy: cell(event, 'data.policy'),
          period: cell(event, 'data.period'),
          date: cell(event, 'effectiveDate'),
        },
        figures: { amount: figure([event], `paid:${event.data.policy}`) },
      }));
  },
};
