import { ownText, quoted } from '../byte-text.js';
import { type ExactFen, FenSums } from '../fen-sums.js';
import { Numbers } from '../numbers.js';
import { TextTable } from '../text-table.js';
import { type Row, type RowList, sortedBy } from './standing.js';

interface Policy {
  policy: string;
  /** As a row says it. */
  text: string;
  periods: TextTable;
  /** By the number of the period. */
  totals: Numbers;
}

/** Who was paid: often there is but one. */
type Paid<Person> = Person | Set<Person>;

/** What was paid under each policy for each period, and to whom, each total under a number. There may be as many as entries. */
export class PayoutTotals<Person extends { id: string }> {
  private readonly policies = new Map<string, Policy>();
  private readonly ofPolicy: Policy[] = [];
  private readonly inPolicy = new Numbers();
  private readonly sums = new FenSums();
  private readonly payouts = new Numbers();
  private readonly paid: (Paid<Person> | undefined)[] = [];

  /** Of a policy and a period. */
  numberOf(policy: string, period: string): number {
    let ofPolicy = this.policies.get(policy);
    if (ofPolicy === undefined) {
      ofPolicy = {
        policy: ownText(policy),
        text: `,"policy":${quoted(policy)}`,
        periods: new TextTable(),
        totals: new Numbers(),
      };
      this.policies.set(ofPolicy.policy, ofPolicy);
    }
    const { periods, totals } = ofPolicy;
    const number = periods.numberOf(period);
    return totals.at(number) ?? this.begin(ofPolicy, number);
  }

  /** Undefined where nothing was ever paid under that policy for that period. */
  find(policy: string, period: string): number | undefined {
    const { periods, totals } = this.policies.get(policy) ?? {};
    const number = periods?.find(period);
    return number === undefined ? undefined : totals?.at(number);
  }

  policy(total: number): string {
    return this.ofPolicy[total]?.policy ?? '';
  }

  /** The same as a row says it. */
  policyText(total: number): string {
    return this.ofPolicy[total]?.text ?? '';
  }

  period(total: number): string {
    return this.ofPolicy[total]?.periods.text(this.inPolicy.at(total) ?? 0) ?? '';
  }

  hasPaid(total: number, person: Person): boolean {
    const paid = this.paid[total];
    return paid === person || (paid instanceof Set && paid.has(person));
  }

  add(total: number, person: Person, amountFen: ExactFen): void {
    const paid = this.paid[total];
    if (paid === undefined) this.paid[total] = person;
    else if (paid instanceof Set) paid.add(person);
    else this.paid[total] = new Set([paid, person]);
    this.count(total, 1, amountFen);
  }

  takeBack(total: number, person: Person, amountFen: ExactFen): void {
    const paid = this.paid[total];
    if (paid instanceof Set) paid.delete(person);
    else this.paid[total] = undefined;
    this.count(total, -1, -amountFen);
  }

  /** In the order of policies, and of periods in each. */
  list(): RowList {
    const policies = sortedBy(this.policies.values(), ({ policy }) => policy);
    const totals = policies.flatMap(({ periods, totals }) => {
      const numbers = sortedBy(Array(periods.count).keys(), (number) => periods.text(number));
      return numbers.map((number) => totals.at(number) as number);
    });
    const paid = totals.filter((total) => (this.payouts.at(total) ?? 0) > 0);
    return {
      length: paid.length,
      row: (at) => this.row(paid[at] as number),
      parts: (at) => {
        const total = paid[at] as number;
        const [amount, payouts] = [this.sums.yuan(total), String(this.payouts.at(total))];
        const [period, policy] = [quoted(this.period(total)), this.policyText(total)];
        return ['{"amount":"', amount, '","payouts":', payouts, ',"period":', period, policy, '}'];
      },
    };
  }

  private row(total: number): Row {
    const [period, policy] = [this.period(total), this.policy(total)];
    return {
      key: [policy, period],
      fields: () => ({ amount: this.sums.yuan(total), payouts: this.payouts.at(total), period, policy }),
    };
  }

  /** With the next period of its policy. */
  private begin(ofPolicy: Policy, number: number): number {
    const total = this.sums.begin();
    ofPolicy.totals.push(total);
    this.ofPolicy.push(ofPolicy);
    this.inPolicy.push(number);
    this.payouts.push(0);
    this.paid.push(undefined);
    return total;
  }

  private count(total: number, payouts: 1 | -1, amountFen: ExactFen): void {
    this.payouts.set(total, (this.payouts.at(total) ?? 0) + payouts);
    this.sums.add(total, amountFen);
  }
}
