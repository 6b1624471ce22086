import type { Owner } from '../../domain/assets/owners.js';
import type { BookEvent, EventOf } from '../../domain/event.js';
import type { DispatchedFund } from '../../domain/funds/dispatch-funds.js';
import { asBytes } from '../byte-text.js';
import { shown } from '../difference.js';
import type { Misfit } from '../shape.js';

const [INCOME, OPENING] = [asBytes('资产收益'), asBytes('期初')];

/** The level of what an owner earns. */
const EARNED_AT: Readonly<Record<Owner['kind'], DispatchedFund['level']>> = {
  village: 'village',
  township: 'town',
  county: 'county',
  enterprise: 'social',
  cooperative: 'social',
  household: 'social',
};

/**
 * What is wrong with what an entry says of a fund that it makes: one that came from another book names its origin there and no other
 * does; what an asset earned, and where the money of an asset came from that is older than the book, follows from the asset.
 *
 * @param ownersOf those of an asset as of now
 */
export function fundFactsMisfit(event: BookEvent, ownersOf: (asset: string) => readonly Owner[]): Misfit | undefined {
  switch (event.type) {
    case 'fund.registered': {
      const { origin } = event.data;
      if (origin !== undefined)
        return { path: 'data.origin', expected: 'none of a fund that came from no other book', found: shown(origin) };
      return restrictionsMisfit('data', event.data);
    }
    case 'funds.received':
      return receivedMisfit(event);
    case 'income.received':
      return factsMisfit('data.fund', event.data.fund, incomeFund(event, ownersOf(event.data.asset)));
    case 'asset.registered':
      return openingMisfit(event);
    default:
      return undefined;
  }
}

function receivedMisfit({ book, data }: EventOf<'funds.received'>): Misfit | undefined {
  const { id, fromBook, dispatchSeq: seq, funds } = data;
  if (fromBook === book) return { path: 'data.fromBook', expected: 'another book', found: shown(fromBook) };
  for (const [index, fund] of funds.entries()) {
    const path = `data.funds[${index}]`;
    const origin = { book: fromBook, fund: fund.origin?.fund ?? '', seq };
    const misfit =
      factsMisfit(path, fund, { ...fund, id: `${id}.${index + 1}`, origin }) ?? restrictionsMisfit(path, fund);
    if (misfit !== undefined) return misfit;
  }
  return undefined;
}

function incomeFund({ data, effectiveDate }: EventOf<'income.received'>, owners: readonly Owner[]): DispatchedFund {
  const { id, asset, period, amount } = data;
  const [level = 'mixed', ...others] = new Set(owners.map(({ kind }) => EARNED_AT[kind]));
  return {
    amount,
    fiscalYear: Number(effectiveDate.slice(0, 4)),
    id: `${id}.1`,
    level: others.length === 0 ? level : 'mixed',
    name: `${INCOME} ${asset} ${period}`,
    nature: 'collective',
    restrictions: [],
  };
}

function openingMisfit({ data }: EventOf<'asset.registered'>): Misfit | undefined {
  const { id, name, project, opening, acquiredOn } = data;
  if ((project === undefined) === (opening === undefined))
    return { path: 'data.opening', expected: 'it where there is no project, and only there', found: shown(opening) };
  for (const [index, { amount, level, nature, fiscalYear }] of (opening ?? []).entries()) {
    const year = acquiredOn === undefined ? fiscalYear : Number(acquiredOn.slice(0, 4));
    const named = { id: `${id}.${index + 1}`, level, name: `${OPENING} ${name}`, nature };
    const expected = { amount, fiscalYear: year, ...named, restrictions: [] };
    const misfit = factsMisfit(`data.opening[${index}]`, opening?.[index], expected);
    if (misfit !== undefined) return misfit;
  }
  return undefined;
}

/** Both have their fields in the order of RFC 8785. */
function factsMisfit(path: string, found: DispatchedFund | undefined, expected: DispatchedFund): Misfit | undefined {
  const text = JSON.stringify(expected);
  return JSON.stringify(found) === text ? undefined : { path, expected: shown(expected), found: shown(found) };
}

function restrictionsMisfit(path: string, { restrictions }: DispatchedFund): Misfit | undefined {
  const isRight = restrictions.every((one, at) => at === 0 || (restrictions[at - 1] as string) < one);
  return isRight
    ? undefined
    : { path: `${path}.restrictions`, expected: 'each once, in order', found: shown(restrictions) };
}
