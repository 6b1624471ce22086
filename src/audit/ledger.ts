import { FenSums } from './fen-sums.js';
import { LineIndex } from './line-index.js';
import { Numbers } from './numbers.js';

/** How many ways are found at once. */
const LATELY = 1 << 12;

/** Money of one fund that went from one account to another. */
export interface Way {
  /** From 0 on, in the order in which they came up. */
  number: number;
  fund: string;
  from: string;
  to: string;
}

/** One of the ways of the book: where its two balances and its own sum are. */
interface KnownWay extends Way {
  fromBalance: number;
  toBalance: number;
}

/** What came to an account with one line of an entry; below zero what went from it. */
export interface Moved {
  seq: number;
  fund: string;
  amountFen: number;
}

/** What an account holds of a fund. */
interface Place {
  account: string;
  fund: string;
  /** Its number too: each place has one balance, and they begin together. */
  balance: number;
  /** Whether anything ever went from it. */
  gives: boolean;
}

/** A line that touched a place; below zero what went from it. */
interface Movement {
  seq: number;
  amountFen: number;
}

/**
 * What each account holds of each fund, and what went which way in all. Of each entry it keeps the ways and amounts, two numbers a
 * line, since a later entry may reverse it.
 */
export class Ledger {
  private readonly balances = new FenSums();
  private readonly totals = new FenSums();
  private readonly placeByFund = new Map<string, Map<string, Place>>();
  private readonly places: Place[] = [];
  private readonly placesOf = new Map<string, Place[]>();
  private readonly wayByFund = new Map<string, Map<string, Map<string, KnownWay>>>();
  private readonly ways: KnownWay[] = [];
  /** Those that came up last, by a few of their characters: three maps are slower to ask. */
  private readonly lately = new Array<KnownWay | undefined>(LATELY).fill(undefined);
  private readonly lineWays: Numbers;
  private readonly lineFen: Numbers;
  /** By entry, the number of its first line. */
  private readonly firstLine: Numbers;
  private readonly index = new LineIndex();

  /** @param entries how many there may well be */
  constructor(entries: number) {
    this.lineWays = new Numbers(entries);
    this.lineFen = new Numbers(entries);
    this.firstLine = new Numbers(entries);
  }

  /** To be called before the lines of each entry. */
  beginEntry(): void {
    this.firstLine.push(this.lineWays.length);
  }

  /** Moves an amount above zero. */
  move(fund: string, from: string, to: string, amountFen: number): void {
    const way = this.way(fund, from, to);
    this.lineWays.push(way.number);
    this.lineFen.push(amountFen);
    this.apply(way, amountFen);
  }

  /** The lines of an earlier entry. */
  linesOf(seq: number): { way: Way; amountFen: number }[] {
    const lines = [];
    for (let at = this.begin(seq); at < this.begin(seq + 1); at += 1)
      lines.push({ way: this.wayAt(at), amountFen: this.lineFen.at(at) ?? 0 });
    return lines;
  }

  /**
   * What came to an account and went from it, in the order of entries.
   *
   * @param last the last entry that counts
   * @param fund of which alone, where it is told
   */
  *moved(account: string, last: number, fund?: string): Iterable<Moved> {
    this.index.grow(this.ways, this.lineWays);
    const end = this.begin(last + 1);
    let seq = 0;
    for (const at of this.linesAt(account, fund)) {
      if (at >= end) break;
      seq = this.seqOf(at, seq);
      const { fund, to } = this.wayAt(at);
      const amountFen = this.lineFen.at(at) as number;
      yield { seq, fund, amountFen: to === account ? amountFen : -amountFen };
    }
  }

  /** What an account holds of each fund, in no order, where that is not nothing. */
  holdingsOf(account: string): { fund: string; amountFen: bigint }[] {
    const places = this.placesOf.get(account) ?? [];
    return places.flatMap(({ fund, balance }) =>
      this.balances.isNothing(balance) ? [] : [{ fund, amountFen: this.balances.fen(balance) }],
    );
  }

  /** Entries that moved money of a fund. */
  *entriesOfFund(fund: string): Iterable<number> {
    for (const account of this.placeByFund.get(fund)?.keys() ?? []) yield* this.entriesOf(account, fund);
  }

  /** Entries that moved money to an account or from it. */
  *entriesOf(account: string, fund?: string): Iterable<number> {
    for (const { seq } of this.moved(account, Number.MAX_SAFE_INTEGER, fund)) yield seq;
  }

  /** Lines after an entry that touched what the line of a way came to, the last first; none where nothing ever went from there. */
  *after(seq: number, { fund, to }: Way): Iterable<Movement> {
    const place = this.placeByFund.get(fund)?.get(to);
    if (place?.gives !== true) return;
    this.index.grow(this.ways, this.lineWays);
    const lines = this.index.linesOf(place.balance);
    const first = this.begin(seq + 1);
    for (let at = lines.length - 1; at >= 0; at -= 1) {
      const line = lines[at] as number;
      if (line < first) return;
      const amountFen = this.lineFen.at(line) as number;
      yield {
        seq: this.seqOf(line, seq),
        amountFen: this.wayAt(line).toBalance === place.balance ? amountFen : -amountFen,
      };
    }
  }

  /** What the line of a way came to has of it now. */
  heldAt({ fund, to }: Way): bigint {
    const place = this.placeByFund.get(fund)?.get(to);
    return place === undefined ? 0n : this.balances.fen(place.balance);
  }

  /** The way of a line of an entry; undefined after its last. */
  wayOf(seq: number, line: number): Way | undefined {
    const at = this.begin(seq) + line;
    return at < this.begin(seq + 1) ? this.wayAt(at) : undefined;
  }

  /** What a line of an entry moved. */
  fenOf(seq: number, line: number): number {
    return this.lineFen.at(this.begin(seq) + line) ?? 0;
  }

  /** Every way that money of the book ever went, whatever was taken back. */
  allWays(): readonly Way[] {
    return this.ways;
  }

  /** Takes back what an earlier entry moved. */
  reverse(seq: number): void {
    for (const { way, amountFen } of this.linesOf(seq)) this.apply(way as KnownWay, -amountFen);
  }

  /** Of the accounts that the lines of an entry touch, the first that is below zero and may not be. */
  overdrawn(seq: number): Place | undefined {
    const end = this.begin(seq + 1);
    for (let at = this.begin(seq); at < end; at += 1) {
      const { fromBalance, toBalance } = this.wayAt(at);
      const place = this.overdrawnPlace(fromBalance) ?? this.overdrawnPlace(toBalance);
      if (place !== undefined) return place;
    }
    return undefined;
  }

  balance({ balance }: Place): string {
    return this.balances.yuan(balance);
  }

  /** What is not nothing. */
  *holdings(): Iterable<{ account: string; fund: string; amountFen: bigint }> {
    for (const { account, fund, balance } of this.places) {
      const amountFen = this.balances.fen(balance);
      if (amountFen !== 0n) yield { account, fund, amountFen };
    }
  }

  /** What went each way in all, without what was reversed, where that is not nothing. */
  *flows(): Iterable<Way & { amountFen: bigint }> {
    for (const { fund, from, to, number } of this.ways) {
      const amountFen = this.totals.fen(number);
      if (amountFen !== 0n) yield { number, fund, from, to, amountFen };
    }
  }

  /** The first line of an entry; behind the last line where the entry comes next. */
  private begin(seq: number): number {
    return this.firstLine.at(seq) ?? this.lineWays.length;
  }

  /** The entry that a line is of: the last that begins with it or before. @param least it is this or a later one */
  private seqOf(line: number, least: number): number {
    let [seq, step] = [least, 1];
    for (; this.begin(seq + step) <= line; step *= 2) seq += step;
    for (; step >= 1; step /= 2) if (this.begin(seq + step) <= line) seq += step;
    return seq;
  }

  /** In their order. */
  private linesAt(account: string, fund: string | undefined): readonly number[] {
    if (fund !== undefined) {
      const place = this.placeByFund.get(fund)?.get(account);
      return place === undefined ? [] : this.index.linesOf(place.balance);
    }
    const ofFunds = (this.placesOf.get(account) ?? []).map(({ balance }) => this.index.linesOf(balance));
    const [only = [], ...others] = ofFunds;
    return others.length === 0 ? only : ofFunds.flat().sort((one, other) => one - other);
  }

  private wayAt(line: number): KnownWay {
    return this.ways[this.lineWays.at(line) as number] as KnownWay;
  }

  private overdrawnPlace(balance: number): Place | undefined {
    const place = this.balances.isBelowZero(balance) ? this.places[balance] : undefined;
    return place?.account.startsWith('source:') ? undefined : place;
  }

  private apply({ number, fromBalance, toBalance }: KnownWay, amountFen: number): void {
    this.balances.add(fromBalance, -amountFen);
    this.balances.add(toBalance, amountFen);
    this.totals.add(number, amountFen);
  }

  private way(fund: string, from: string, to: string): KnownWay {
    const slot = (ending(from) * 31 + ending(to) * 7 + ending(fund)) % LATELY;
    const late = this.lately[slot];
    if (late !== undefined && late.fund === fund && late.from === from && late.to === to) return late;
    const known = this.wayByFund.get(fund)?.get(from)?.get(to);
    const way = known ?? this.newWay(...(JSON.parse(JSON.stringify([fund, from, to])) as [string, string, string]));
    this.lately[slot] = way;
    return way;
  }

  /** With texts of its own, since what was cut out of a line keeps the whole line in memory. */
  private newWay(fund: string, from: string, to: string): KnownWay {
    const [giver, taker] = [this.place(fund, from), this.place(fund, to)];
    giver.gives = true;
    const way = {
      fund,
      from,
      to,
      number: this.totals.begin(),
      fromBalance: giver.balance,
      toBalance: taker.balance,
    };
    this.ways.push(way);
    within(within(this.wayByFund, fund), from).set(to, way);
    return way;
  }

  private place(fund: string, account: string): Place {
    const places = within(this.placeByFund, fund);
    let place = places.get(account);
    if (place === undefined) {
      place = { account, fund, balance: this.balances.begin(), gives: false };
      this.places.push(place);
      const ofAccount = this.placesOf.get(account);
      if (ofAccount === undefined) this.placesOf.set(account, [place]);
      else ofAccount.push(place);
      places.set(account, place);
    }
    return place;
  }
}

/** A number that tells many accounts or funds apart; they have a character at least. */
function ending(text: string): number {
  const last = text.length - 1;
  return text.charCodeAt(last) + 10 * text.charCodeAt(last >> 1) + 100 * text.charCodeAt(Math.max(last - 1, 0)) + last;
}

function within<Value>(maps: Map<string, Map<string, Value>>, key: string): Map<string, Value> {
  let map = maps.get(key);
  if (map === undefined) {
    map = new Map();
    maps.set(key, map);
  }
  return map;
}
