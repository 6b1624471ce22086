import { isWithin } from '../../division.js';
import type { BookEvent } from '../../event.js';
import { Refusal } from '../../refusal.js';
import { cell, figure, type RowParts } from './row.js';
import { ofType, type RowRule } from './row-rule.js';

/** 资产台账: the assets of the division, of one class where the notice says so, with those who own them at the pinned entry. */
export const assetRegister: RowRule = {
  wanted: () => ({ types: ['asset.registered', 'asset.ownership_changed'] }),
  rows(entries, { division, covers: { assetClass } }) {
    const changes = new Map(ofType(entries, 'asset.ownership_changed').map((event) => [event.data.asset, event]));
    return ofType(entries, 'asset.registered')
      .filter(({ data }) => isWithin(data.division, division) && (assetClass ?? data.class) === data.class)
      .sort((a, b) => (a.data.id < b.data.id ? -1 : 1))
      .map((event): RowParts => {
        const { id } = event.data;
        const fields = ['name', 'class', 'category', 'division', 'operator', 'custodian', 'acquiredOn'];
        return {
          cells: {
            ...Object.fromEntries(fields.map((field) => [field, cell(event, `data.${field}`)])),
            owners: cell((changes.get(id) ?? event) as BookEvent, 'data.owners'),
          },
          figures: { value: figure([event], `asset:${id}`) },
        };
      });
  },
};

/** 资产收益及分配: what the asset earned, for one period where the notice says so, and how that was shared. */
export const assetIncome: RowRule = {
  wanted: ({ covers: { asset } }) => ({ types: ['asset.registered'], accounts: [`income:${asset}`] }),
  rows(entries, { covers: { asset, period } }) {
    if (!ofType(entries, 'asset.registered').some(({ data }) => data.id === asset))
      throw new Refusal('asset_unknown', `There is no asset ${asset}.`, { field: 'covers.asset', asset });
    const earned = ofType(entries, 'income.received').filter(({ data }) => (period ?? data.period) === data.period);
    const funds = new Set(earned.map(({ data }) => data.fund.id));
    const shared = entries.filter(({ type }) => type !== 'income.received' && type !== 'asset.registered');
    return [
      ...earned.map((event) => ({
        cells: {
          date: cell(event, 'effectiveDate'),
          period: cell(event, 'data.period'),
          payer: cell(event, 'data.payer'),
        },
        figures: { received: figure([event], `income:${asset}`) },
      })),
      ...shared.flatMap((event) => sharesOf(event, funds)),
    ];
  },
};

/** Where an entry took the income of these funds: its legs above zero. */
function sharesOf(event: BookEvent, funds: ReadonlySet<string>): RowParts[] {
  return event.postings.flatMap(({ account, amount, fund }, index) =>
    amount.startsWith('-') || !funds.has(fund)
      ? []
      : [
          {
            cells: {
              date: cell(event, 'effectiveDate'),
              to: cell(event, `postings[${index}].account`),
              beneficiary: cell(event, 'data.beneficiary'),
            },
            figures: { shared: figure([event], account, fund) },
          },
        ],
  );
}
