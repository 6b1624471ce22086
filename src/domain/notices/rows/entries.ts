import type { BookEvent } from '../../event.js';
import { Refusal } from '../../refusal.js';
import { NOTICE_RULES } from '../types.js';
import { fundCells, fundPlaces, MAKE_FUNDS } from './funds.js';
import { cell, figure, type RowParts } from './row.js';
import type { RowRule } from './row-rule.js';

/** Entries that the notice names, in the order in which it names them: a row for each fund that an entry moved. */
export const namedEntries: RowRule = {
  wanted: ({ covers: { entries = [] } }) => ({ types: MAKE_FUNDS, seqs: [...new Set(entries)] }),
  rows(entries, { type, covers }) {
    const known = new Map(entries.map((event) => [event.seq, event]));
    const funds = fundPlaces(entries);
    return [...new Set(covers.entries)].flatMap((seq, index) => {
      const event = known.get(seq);
      if (event === undefined || NOTICE_RULES[type].entryTypes?.includes(event.type) !== true) {
        const reason = event === undefined ? 'does not stand' : `is a ${event.type}`;
        throw new Refusal('notice_entry_unfit', `Entry ${seq} ${reason}.`, {
          field: `covers.entries[${index}]`,
          entries: [seq],
        });
      }
      return flows(event).map(({ from, to, fund }): RowParts => {
        const { fund: name, level } = fundCells(funds.get(fund));
        const account = event.postings[to]?.account ?? '';
        return {
          cells: {
            date: cell(event, 'effectiveDate'),
            from: cell(event, `postings[${from}].account`),
            to: cell(event, `postings[${to}].account`),
            fund: name,
            level,
            documents: cell(event, 'documents'),
          },
          figures: { amount: figure([event], account, fund) },
        };
      });
    });
  },
};

/** The legs of each fund of an entry, by their place: who gave, and who holds it now. A source gives, whatever the sign. */
function flows({ postings }: BookEvent): { from: number; to: number; fund: string }[] {
  const funds = [...new Set(postings.map(({ fund }) => fund))];
  return funds.flatMap((fund) => {
    const legs = postings.flatMap((leg, index) => (leg.fund === fund ? [{ ...leg, index }] : []));
    const from = legs.find(({ account, amount }) => account.startsWith('source:') || amount.startsWith('-'));
    const to = legs.find(({ index }) => index !== from?.index);
    return from === undefined || to === undefined ? [] : [{ from: from.index, to: to.index, fund }];
  });
}
