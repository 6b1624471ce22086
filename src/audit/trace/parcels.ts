import { accountKind } from '../../domain/account.js';
import type { Fen } from '../../domain/money.js';

/** Money of one fund that went from one account to another in one entry. */
export interface Move {
  seq: number;
  type: string;
  from: string;
  to: string;
  amountFen: Fen;
  /** Seq of the entry that this one takes back. */
  reverses: number | null;
}

/** Where money can be: `<book>/<account>`, `<book>/<owner or beneficiary>`, or `<book>` where that book is closed to the asker. */
export type Place = string;

/** One step of the way that a parcel went; its `parent` is the step before. */
export interface Hop {
  /** The book of the entry. */
  book: string;
  seq: number;
  type: string;
  from: Place;
  to: Place;
  /** The fund's id as it left; `becomes` is its id in the book where it arrives. */
  fund: string;
  becomes?: string;
  parent: Hop | undefined;
  /** How many steps from the source. */
  depth: number;
}

/** Money that went one way, whole. */
export interface Parcel {
  amountFen: Fen;
  hop: Hop;
}

export type Step = Omit<Hop, 'parent' | 'depth'>;

/** Name of the rule that tells which money of one fund leaves an account first. */
export const FIFO_BY_ENTRY = 'fifo_by_entry';

export function placeOf(book: string, account: string): Place {
  return `${book}/${account}`;
}

export function goOn(parcel: Pick<Parcel, 'amountFen'> & { hop?: Hop | undefined }, step: Step): Parcel {
  const parent = parcel.hop;
  return { amountFen: parcel.amountFen, hop: { ...step, parent, depth: (parent?.depth ?? 0) + 1 } };
}

/** The seqs of entries that were reversed, with the entry that did it. */
export function reversals(moves: readonly Move[]): Map<number, number> {
  return new Map(moves.flatMap(({ seq, reverses }) => (reverses === null ? [] : [[reverses, seq] as const])));
}

/**
 * Follows the money of one fund through the accounts of one book: what came into an account first leaves it first, in
 * the order of the entries. A reversed entry and its reversal count as if neither had been; the ledger lets an entry be
 * reversed only where what then stands could have come about by itself, so no account ever lacks what it gives.
 *
 * @param moves of the fund, in order of seq
 * @param arrived what came from another book, at the fund's source; where absent, the source is where the way begins
 * @returns where each parcel stands, with the way it went
 */
export function followFund(book: string, fund: string, moves: readonly Move[], arrived?: readonly Parcel[]): Parcel[] {
  const reversedBy = reversals(moves);
  const accounts = new Map<string, Queue>();
  const queueOf = (account: string): Queue => {
    const known = accounts.get(account) ?? new Queue();
    accounts.set(account, known);
    return known;
  };
  const arrivals = new Queue(arrived);
  for (const { seq, type, from, to, amountFen, reverses } of moves) {
    if (reverses !== null || reversedBy.has(seq)) continue;
    const step = { book, seq, type, from: placeOf(book, from), to: placeOf(book, to), fund };
    const comes = type === 'funds.received' && arrived !== undefined;
    if (accountKind(from) === 'source' && !comes) queueOf(to).add(goOn({ amountFen }, step));
    else
      for (const parcel of (comes ? arrivals : queueOf(from)).take(amountFen, step))
        queueOf(to).add(goOn(parcel, step));
  }
  return [...accounts.values()].flatMap((queue) => queue.rest());
}

class Queue {
  private readonly parcels: Parcel[];
  private first = 0;

  constructor(parcels: readonly Parcel[] = []) {
    this.parcels = [...parcels];
  }

  add(parcel: Parcel): void {
    this.parcels.push(parcel);
  }

  rest(): Parcel[] {
    return this.parcels.slice(this.first);
  }

  take(amountFen: Fen, { from, fund, seq }: Step): Parcel[] {
    const taken: Parcel[] = [];
    for (let restFen = amountFen; restFen > 0n; ) {
      const parcel = this.parcels[this.first];
      if (parcel === undefined) throw new Error(`${from} lacks money of fund ${fund} for entry ${seq}`);
      const partFen = parcel.amountFen < restFen ? parcel.amountFen : restFen;
      taken.push({ amountFen: partFen, hop: parcel.hop });
      if (partFen === parcel.amountFen) this.first += 1;
      else this.parcels[this.first] = { amountFen: parcel.amountFen - partFen, hop: parcel.hop };
      restFen -= partFen;
    }
    return taken;
  }
}
