import { type Fen, parseYuan } from '../../domain/money.js';
import type { Posting } from '../../domain/posting.js';
import { ofLast } from './of-last.js';

/** A posting with its amount as a number. */
export interface Leg {
  account: string;
  fund: string;
  amountFen: Fen;
}

/** The postings of an event, in their order. */
export const legsOf = ofLast(({ postings }: { postings: readonly Posting[] }): readonly Leg[] => postings.map(legOf));

function legOf({ account, fund, amount }: Posting): Leg {
  return { account, fund, amountFen: parseYuan(amount) };
}
