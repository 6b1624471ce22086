import type { EventOf } from '../../domain/event.js';
import { type Parts, quoted } from '../byte-text.js';
import { type ExactFen, FenSums } from '../fen-sums.js';
import { Numbers } from '../numbers.js';
import { TextStore } from '../text-store.js';
import type { TextTable } from '../text-table.js';
import type { PayoutTotals } from './payout-totals.js';
import { type Row, type RowList, sortedBy } from './standing.js';

/** The payouts of a book, column by column, each under the number of its id: there may be as many as entries. */
export class Payouts<Person extends { id: string; facts: { division: string } }> {
  private readonly seqs = new Numbers();
  private readonly days: string[] = [];
  private readonly instants = new TextStore();
  private readonly from: string[] = [];
  private readonly people: Person[] = [];
  private readonly amounts = new FenSums();
  private readonly totalOf = new Numbers();
  private readonly reversed = new Map<number, number>();
  /** The numbers of those of each total, as far as they were asked for: only notices do. */
  private readonly byTotal = new Map<number, number[]>();
  private indexed = 0;

  constructor(
    private readonly ids: TextTable,
    private readonly totals: PayoutTotals<Person>,
  ) {}

  /** The next. Its day and from where it came are texts of which there are few, held elsewhere too. */
  add(
    { data, seq, effectiveDate, recordedAt }: EventOf<'subsidy.paid'>,
    person: Person,
    total: number,
    fen: ExactFen,
  ): void {
    this.seqs.push(seq);
    this.days.push(effectiveDate);
    this.instants.add(recordedAt);
    this.from.push(data.from);
    this.people.push(person);
    this.amounts.begin(fen);
    this.totalOf.push(total);
    this.totals.add(total, person, fen);
  }

  /** Gives to whom how much of it went. */
  reverse(id: string, by: number): { person: Person; amountFen: ExactFen } | undefined {
    const number = this.ids.find(id) ?? -1;
    const [person, amountFen, total] = [this.people[number], this.amounts.exact(number), this.totalOf.at(number) ?? 0];
    if (person === undefined) return undefined;
    this.reversed.set(number, by);
    this.totals.takeBack(total, person, amountFen);
    return { person, amountFen };
  }

  /** What a reversal must say of one, in the order of RFC 8785. */
  named(number: number): { beneficiary: string; id: string; period: string; policy: string } {
    const total = this.totalOf.at(number) ?? -1;
    const [period, policy] = [this.totals.period(total), this.totals.policy(total)];
    return { beneficiary: this.people[number]?.id ?? '', id: this.ids.text(number), period, policy };
  }

  /** Every payout that was ever made, in the order of its entry. */
  *all(): Iterable<{ seq: number; policy: string; person: Person; isStanding: boolean }> {
    for (let number = 0; number < this.seqs.length; number += 1) {
      const policy = this.totals.policy(this.totalOf.at(number) ?? -1);
      yield {
        seq: this.seqs.at(number) as number,
        policy,
        person: this.people[number] as Person,
        isStanding: !this.reversed.has(number),
      };
    }
  }

  /** Those under a policy for a period, in the order of their entries, whatever was taken back. */
  *under(policy: string, period: string): Iterable<{ seq: number; division: string; amountFen: ExactFen }> {
    const total = this.totals.find(policy, period);
    if (total === undefined) return;
    for (; this.indexed < this.seqs.length; this.indexed += 1) {
      const numbers = this.byTotal.get(this.totalOf.at(this.indexed) as number);
      if (numbers === undefined) this.byTotal.set(this.totalOf.at(this.indexed) as number, [this.indexed]);
      else numbers.push(this.indexed);
    }
    for (const number of this.byTotal.get(total) ?? []) {
      const [seq, amountFen] = [this.seqs.at(number) as number, this.amounts.exact(number)];
      yield { seq, division: (this.people[number] as Person).facts.division, amountFen };
    }
  }

  /** In the order of their ids. */
  list(): RowList {
    const numbers = sortedBy(this.people.keys(), (number) => this.ids.text(number));
    return {
      length: numbers.length,
      row: (at) => this.row(numbers[at] as number),
      parts: (at) => this.parts(numbers[at] as number),
    };
  }

  private row(number: number): Row {
    const id = this.ids.text(number);
    const total = this.totalOf.at(number) as number;
    const reversedBy = this.reversed.get(number) ?? null;
    const fields = () => ({
      amount: this.amounts.yuan(number),
      beneficiary: this.people[number]?.id,
      effectiveDate: this.days[number],
      from: this.from[number],
      id,
      period: this.totals.period(total),
      policy: this.totals.policy(total),
      recordedAt: this.instants.text(number),
      reversedBy,
      seq: this.seqs.at(number),
      status: reversedBy === null ? 'standing' : 'reversed',
    });
    return { key: [id], fields };
  }

  /** The same, put together at once. */
  private parts(number: number): Parts {
    const total = this.totalOf.at(number) as number;
    const by = this.reversed.get(number);
    const isReversed = by !== undefined;
    // In one go: a list that grows is made several times as large as it gets.
    return [
      '{"amount":"',
      this.amounts.yuan(number),
      '","beneficiary":"',
      this.people[number]?.id ?? '',
      '","effectiveDate":"',
      this.days[number] as string,
      '","from":"',
      this.from[number] as string,
      '","id":"',
      this.ids.text(number),
      '","period":',
      quoted(this.totals.period(total)),
      this.totals.policyText(total),
      ',"recordedAt":"',
      this.instants.text(number),
      isReversed ? `","reversedBy":${by},"seq":` : '","reversedBy":null,"seq":',
      String(this.seqs.at(number)),
      isReversed ? ',"status":"reversed"}' : ',"status":"standing"}',
    ];
  }
}
