import type { BookEvent } from '../../event.js';
import { Refusal } from '../../refusal.js';
import { type Cell, cell, figure, type RowParts, touches } from './row.js';
import type { RowRule } from './row-rule.js';

/** Where an entry says what a fund is: the fund's facts below `path`. */
interface FundPlace {
  event: BookEvent;
  path: string;
}

export const MAKE_FUNDS = ['fund.registered', 'funds.received', 'asset.registered', 'income.received'] as const;

const BUREAU = 'bureau';

/** Every fund of these entries by id. */
export function fundPlaces(entries: readonly BookEvent[]): Map<string, FundPlace> {
  const places = new Map<string, FundPlace>();
  for (const event of entries) {
    for (const [id, path] of madeBy(event)) places.set(id, { event, path });
  }
  return places;
}

export function fundCells(place: FundPlace | undefined): Record<string, Cell | undefined> {
  const at = (field: string) => (place === undefined ? undefined : cell(place.event, `${place.path}.${field}`));
  return { fund: at('name'), level: at('level'), nature: at('nature'), fiscalYear: at('fiscalYear') };
}

export function byId<T>(entries: Iterable<[string, T]>): [string, T][] {
  return [...entries].sort(([a], [b]) => (a < b ? -1 : 1));
}

/** Money that came to the bureau in a year, fund by fund: what it was with all changes, and what is not allocated yet. */
export const yearFunds: RowRule = {
  wanted: () => ({ accounts: [BUREAU] }),
  rows(entries, { covers }) {
    const ofFund = entriesByFund(entries);
    return byId(fundPlaces(entries.filter(({ type }) => type === 'fund.registered' || type === 'funds.received')))
      .filter(([, place]) => cell(place.event, `${place.path}.fiscalYear`)?.text === String(covers.fiscalYear))
      .map(([id, place]) => fundRow(ofFund.get(id) ?? [], id, place));
  },
};

/** The same of funds that the notice names. */
export const namedFunds: RowRule = {
  wanted: ({ covers: { funds = [] } }) => ({ types: MAKE_FUNDS, funds: { of: BUREAU, ids: [...new Set(funds)] } }),
  rows(entries, { covers }) {
    const [places, ofFund] = [fundPlaces(entries), entriesByFund(entries)];
    return [...new Set(covers.funds)].map((id, index) => {
      const place = places.get(id);
      if (place === undefined)
        throw new Refusal('fund_unknown', `There is no fund ${id}.`, { field: `covers.funds[${index}]`, fund: id });
      return fundRow(ofFund.get(id) ?? [], id, place);
    });
  },
};

/** Those that moved money of each fund, in their order. */
function entriesByFund(entries: readonly BookEvent[]): Map<string, BookEvent[]> {
  const ofFund = new Map<string, BookEvent[]>();
  for (const event of entries) {
    for (const { fund } of event.postings) {
      const list = ofFund.get(fund);
      if (list === undefined) ofFund.set(fund, [event]);
      else if (list.at(-1) !== event) list.push(event);
    }
  }
  return ofFund;
}

/** @param entries that moved money of the fund */
function fundRow(entries: readonly BookEvent[], id: string, place: FundPlace): RowParts {
  const comes = entries.filter((event) => event.seq === place.event.seq || event.type === 'fund.adjusted');
  const holder = place.event.postings.find(({ account, fund }) => fund === id && !account.startsWith('source:'));
  return {
    cells: fundCells(place),
    figures: {
      received: figure(comes, holder?.account ?? BUREAU, id),
      left: figure(entries, BUREAU, id),
    },
  };
}

/** What entered a pool of each fund, and what is left of it there. */
export const pooledFunds: RowRule = {
  wanted: ({ covers: { pool } }) => ({ types: MAKE_FUNDS, accounts: [`pool:${pool}`] }),
  rows(entries, { covers }) {
    const pool = `pool:${covers.pool}`;
    const moves = entries.filter((event) => touches(event, pool));
    if (moves.length === 0) throw new Refusal('holder_unknown', `There is no ${pool}.`, { field: 'covers.pool' });
    const funds = new Set(moves.flatMap(({ postings }) => postings.map(({ fund }) => fund)));
    const comes = moves.filter(({ type }) => type === 'funds.integrated');
    return byId([...fundPlaces(entries)].filter(([id]) => funds.has(id))).map(([id, place]) => ({
      cells: fundCells(place),
      figures: { integrated: figure(comes, pool, id), left: figure(moves, pool, id) },
    }));
  },
};

function madeBy(event: BookEvent): [id: string, path: string][] {
  if (event.type === 'fund.registered') return [[event.data.id, 'data']];
  if (event.type === 'income.received') return [[event.data.fund.id, 'data.fund']];
  if (event.type === 'funds.received') return event.data.funds.map(({ id }, index) => [id, `data.funds[${index}]`]);
  if (event.type !== 'asset.registered') return [];
  return (event.data.opening ?? []).map(({ id }, index) => [id, `data.opening[${index}]`]);
}
