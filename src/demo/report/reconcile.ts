import type { BookEvent } from '../../domain/event.js';
import { type Fen, parseWan, parseYi, parseYuan } from '../../domain/money.js';
import type { Check, CountCheck, Measure, MoneyCheck, Outcome, ShareCheck, Unit } from '../fixtures/check.js';
import type { Words } from '../fixtures/step.js';
import { decimalsOf, formatDecimal, formatIn, percentOf, roundIn, UNIT_NAMES } from './figures.js';

/** One line of a reconciliation, ready to be printed. */
export interface Reconciled {
  subject: Words;
  stated: string;
  recorded: string;
  difference: string;
  outcome: Outcome;
  /** The outcome is the one that the source is known to give. */
  asExpected: boolean;
}

/** What entries recorded, by idempotency key, as `/events` tell it. */
export type Recorded = ReadonlyMap<string, Fen>;

export function recordedAmounts(events: Iterable<BookEvent>): Map<string, Fen> {
  const amounts = new Map<string, Fen>();
  for (const { command, data } of events) {
    if ('amount' in data) amounts.set(command, parseYuan(data.amount));
    else if ('plannedAmount' in data) amounts.set(command, parseYuan(data.plannedAmount));
  }
  return amounts;
}

export function reconcile(check: Check, recorded: Recorded): Reconciled {
  switch (check.kind) {
    case 'money':
      return reconcileMoney(check, recorded);
    case 'share':
      return reconcileShare(check, recorded);
    case 'count':
      return reconcileCount(check);
  }
}

function reconcileMoney({ subject, stated, unit, recorded, expected }: MoneyCheck, amounts: Recorded): Reconciled {
  const statedFen = parseIn(unit, stated);
  const recordedFen = measure(recorded, amounts);
  const isRounded = roundIn(unit, recordedFen, decimalsOf(stated)) === statedFen;
  const outcome = recordedFen === statedFen ? 'equal' : isRounded ? 'rounded' : 'differs';
  return {
    subject,
    stated: `${stated} ${UNIT_NAMES[unit]}`,
    recorded: formatIn(unit, recordedFen),
    difference: outcome === 'equal' ? '' : formatIn(unit, recordedFen - statedFen),
    outcome,
    asExpected: outcome === expected,
  };
}

function reconcileShare({ subject, stated, part, whole, expected }: ShareCheck, amounts: Recorded): Reconciled {
  const decimals = decimalsOf(stated);
  const wholeFen = 'stated' in whole ? parseIn(whole.unit, whole.stated) : measure(whole, amounts);
  const partFen = measure(part, amounts);
  const computed = percentOf(partFen, wholeFen, decimals);
  const difference = computed - BigInt(stated.replace('.', ''));
  const isExact = partFen * 10n ** BigInt(decimals + 2) === computed * wholeFen;
  const outcome = difference !== 0n ? 'differs' : isExact ? 'equal' : 'rounded';
  return {
    subject,
    stated: `${stated} %`,
    recorded: formatDecimal(computed, decimals),
    difference: difference === 0n ? '' : formatDecimal(difference, decimals),
    outcome,
    asExpected: outcome === expected,
  };
}

function reconcileCount({ subject, stated, recorded, expected }: CountCheck): Reconciled {
  const outcome = stated === recorded ? 'equal' : 'differs';
  return {
    subject,
    stated: `${stated} 个`,
    recorded: String(recorded),
    difference: outcome === 'equal' ? '' : String(recorded - stated),
    outcome,
    asExpected: outcome === expected,
  };
}

function measure({ plus, minus }: Measure, amounts: Recorded): Fen {
  const sum = (keys: string[]): Fen => keys.reduce((total, key) => total + amountOf(key, amounts), 0n);
  return sum(plus) - sum(minus);
}

function amountOf(key: string, amounts: Recorded): Fen {
  const amountFen = amounts.get(key);
  if (amountFen === undefined) throw new Error(`the books have no entry with an amount under the key ${key}`);
  return amountFen;
}

function parseIn(unit: Unit, text: string): Fen {
  if (unit === 'wan') return parseWan(text);
  return unit === 'yi' ? parseYi(text) : parseYuan(text);
}
