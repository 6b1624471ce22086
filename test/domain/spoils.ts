import type { RefusalCode } from '../../src/domain/refusal.js';
import type { Step } from '../support/given.js';

/** What stands, and the command that comes. */
export interface Scene {
  given: Step[];
  step: Step;
}

/** Changes a scene so that one rule refuses the command. */
export type Spoil = (scene: Scene) => Scene;

export type Rung = [RefusalCode, Spoil];

export function body(change: object): Spoil {
  return ({ given, step }) => ({ given, step: { ...step, body: { ...step.body, ...change } } as Step });
}

export function evidence(change: object): Spoil {
  return ({ given, step }) => ({ given, step: { ...step, evidence: { ...step.evidence, ...change } } as Step });
}

export function before(...steps: Step[]): Spoil {
  return ({ given, step }) => ({ given: [...given, ...steps], step });
}

export function both(first: Spoil, second: Spoil): Spoil {
  return (scene) => second(first(scene));
}

const closing: Step = { kind: 'closing', body: { period: '2016-05' } };
export const onlyThis =
  (...given: Step[]): Spoil =>
  ({ step }) => ({ given, step });

export const ANY: Rung[] = [
  ['effective_date_in_future', body({ effectiveDate: '2016-07-14' })],
  ['period_closed', both(before(closing), body({ effectiveDate: '2016-05-31' }))],
  ['personal_data_in_text', body({ note: '联系人 13995012345' })],
];
export const IN_A_BOOK: Rung[] = [['book_unknown', onlyThis()], ...ANY];

/** Lines that take from `fund`, of which the holder has less than 99 yuan. */
export function lines(fundId: string): Rung[] {
  const wrong = (...wanted: [string, string][]) =>
    body({ lines: wanted.map(([name, amount]) => ({ fund: name, amount })), amount: undefined });
  return [
    ['amount_above_limit', wrong(['none', '1000000000000.00'], [fundId, '0.01'], [fundId, '99.00'])],
    ['line_duplicate', wrong(['none', '99.00'], [fundId, '99.00'], [fundId, '99.00'])],
    ['fund_unknown', wrong([fundId, '99.00'], ['none', '99.00'])],
    ['insufficient_balance', wrong([fundId, '99.00'])],
  ];
}

export function linesOrAmount(fundId: string): Rung[] {
  return [...lines(fundId), ['insufficient_total', body({ amount: '99.00', lines: undefined })]];
}
