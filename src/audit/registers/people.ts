import type { Owner } from '../../domain/assets/owners.js';
import type { BookEvent, EventOf } from '../../domain/event.js';
import { ownText, quoted } from '../byte-text.js';
import { shown } from '../difference.js';
import { FenSums, fenOf } from '../fen-sums.js';
import type { Misfit } from '../shape.js';
import { TextTable } from '../text-table.js';
import type { DivisionSums, Figures } from './divisions.js';
import { type Row, type Standing, sortedBy, standing, statusOf } from './standing.js';

interface Person extends Standing {
  facts: EventOf<'beneficiary.enrolled'>['data'];
  payouts: number;
  /** Where the sum of them is. */
  paid: number;
}

type PayoutFacts = Omit<EventOf<'subsidy.paid'>['data'], 'split'>;

interface Payout extends Standing {
  amount: string;
  from: string;
  person: Person;
  total: Total;
}

/** What was paid under a policy for a period. */
interface Total {
  policy: string;
  period: string;
  payouts: number;
  /** Where the sum of them is. */
  sum: number;
  /** Who was paid: the first, and if there are more all of them, since often there is but one. */
  first: Person | undefined;
  paid: Set<Person> | undefined;
}

interface Enrolment {
  beneficiary: string;
  command: string;
  commitment: string;
}

/** Beneficiaries and what they were paid, as the events of a book make it. */
export class PeopleRegister {
  private readonly people = new Map<string, Person>();
  /** By the number of their id. */
  private readonly payouts: Payout[] = [];
  private readonly totals = new Map<string, { periods: TextTable; totals: Total[] }>();
  private readonly enrolled: Enrolment[] = [];
  private readonly sums = new FenSums();
  private readonly texts = new Map<string, string>();

  constructor(
    private readonly divisions: DivisionSums,
    private readonly payoutIds: TextTable,
  ) {}

  /** @param number of the id of a payout */
  take(event: BookEvent, number: number): Misfit | undefined {
    switch (event.type) {
      case 'beneficiary.enrolled':
        return this.enrol(event);
      case 'subsidy.paid':
        return this.pay(event, number);
      case 'payment.made': {
        const [, id] = /^beneficiary:(.+)$/.exec(event.data.payee) ?? [];
        return id === undefined ? undefined : this.knownMisfit('data.payee', id);
      }
      case 'asset.registered':
      case 'asset.ownership_changed':
        return this.householdMisfit(event.data.owners);
      default:
        return undefined;
    }
  }

  reverse({ data, seq }: EventOf<'entry.reversed'>): Misfit | undefined {
    if (data.type === 'beneficiary.enrolled') {
      const person = this.people.get(data.of.id ?? '');
      if (person === undefined || person.payouts > 0)
        return { path: 'data.seq', expected: 'an enrolment without payouts that stand', found: shown(data.of.id) };
      person.reversedBy = seq;
    }
    const payout = data.type === 'subsidy.paid' ? this.payouts[this.payoutIds.find(data.of.id ?? '') ?? -1] : undefined;
    if (payout === undefined) return undefined;
    payout.reversedBy = seq;
    const { total, person } = payout;
    if (total.first === person) total.first = undefined;
    total.paid?.delete(person);
    this.addUp(payout, -1);
    return undefined;
  }

  *rows(): Iterable<Row> {
    for (const person of this.people.values()) {
      const { facts, effectiveDate, recordedAt, reversedBy, seq, payouts, paid } = person;
      const { categories, division, id } = facts;
      const time = { effectiveDate, id, paid: this.sums.yuan(paid), payouts, recordedAt, reversedBy, seq };
      yield { key: [id], fields: () => ({ categories, division, ...time, status: statusOf(person) }) };
    }
  }

  /** In the order of their ids. */
  *payoutRows(): Iterable<Row> {
    const named = this.payouts.map((payout, number) => ({ id: this.payoutIds.text(number), payout }));
    for (const { id, payout } of sortedBy(named, ({ id }) => id)) {
      const fields = () => {
        const { amount, effectiveDate, from, recordedAt, reversedBy, seq, total } = payout;
        const { period, policy } = total;
        const beneficiary = payout.person.facts.id;
        const status = statusOf(payout);
        return { amount, beneficiary, effectiveDate, from, id, period, policy, recordedAt, reversedBy, seq, status };
      };
      const json = () => {
        const { amount, effectiveDate, from, recordedAt, reversedBy, seq, person, total } = payout;
        const money = `"amount":"${amount}","beneficiary":"${person.facts.id}","effectiveDate":"${effectiveDate}","from":"${from}"`;
        const time = `"recordedAt":"${recordedAt}","reversedBy":${reversedBy},"seq":${seq},"status":"${statusOf(payout)}"`;
        return `{${money},"id":"${id}",${namedTotal(total)},${time}}`;
      };
      yield { key: [id], fields, json };
    }
  }

  /** What was paid to people of each division in which anybody ever was. */
  *figures(): Iterable<readonly [division: string, figures: Figures]> {
    const sums = new Map<string, { payouts: number; amountFen: bigint }>();
    for (const { facts, payouts, paid } of this.people.values()) {
      if (payouts === 0) continue;
      const sum = sums.get(facts.division) ?? { payouts: 0, amountFen: 0n };
      sums.set(facts.division, sum);
      sum.payouts += payouts;
      sum.amountFen += this.sums.fen(paid);
    }
    for (const [division, { payouts, amountFen }] of sums)
      yield [division, { counts: { payouts }, amountsFen: { payoutsAmount: amountFen } }];
  }

  /** What a reversal must say of a payout, in the order of RFC 8785. */
  payout(number: number): Pick<PayoutFacts, 'beneficiary' | 'id' | 'period' | 'policy'> {
    const { person, total } = this.payouts[number] ?? {};
    const { period = '', policy = '' } = total ?? {};
    return { beneficiary: person?.facts.id ?? '', id: this.payoutIds.text(number), period, policy };
  }

  /** In the order of policies, and of periods in each. */
  *totalRows(): Iterable<Row> {
    for (const [, { totals }] of sortedBy(this.totals, ([policy]) => policy))
      for (const total of sortedBy(totals, ({ period }) => period)) {
        const { policy, period, payouts, sum } = total;
        if (payouts === 0) continue;
        const fields = () => ({ amount: this.sums.yuan(sum), payouts, period, policy });
        const json = () => `{"amount":"${this.sums.yuan(sum)}","payouts":${payouts},${namedTotal(total)}}`;
        yield { key: [policy, period], fields, json };
      }
  }

  /** What the vault must say of each enrolment, of one that was not erased. */
  *enrolmentRows(): Iterable<Row> {
    for (const { beneficiary, command, commitment } of this.enrolled)
      yield { key: [command], fields: () => ({ beneficiary, command, commitment, erased: false, sealed: true }) };
  }

  /** Of somebody who was enrolled. */
  divisionOf(id: string): string | undefined {
    return this.people.get(id)?.facts.division;
  }

  /** With how many payouts of each stand. */
  all(): Iterable<{ id: string; division: string; payouts: number }> {
    return [...this.people.values()].map(({ facts: { id, division }, payouts }) => ({ id, division, payouts }));
  }

  /** Every payout that was ever made, in the order of its entry. */
  *allPayouts(): Iterable<{ seq: number; policy: string; division: string; isStanding: boolean }> {
    for (const { seq, total, person, reversedBy } of this.payouts)
      yield { seq, policy: total.policy, division: person.facts.division, isStanding: reversedBy === null };
  }

  private enrol(event: EventOf<'beneficiary.enrolled'>): Misfit | undefined {
    const { id, division, commitment } = event.data;
    if (this.people.get(id)?.reversedBy === null)
      return { path: 'data.id', expected: 'somebody who is not enrolled', found: shown(id) };
    const person = { ...standing(event), facts: event.data, payouts: 0, paid: this.sums.begin() };
    this.people.set(id, person);
    this.enrolled.push({ beneficiary: id, command: event.command, commitment });
    return this.divisions.inside('data.division', division);
  }

  private pay(event: EventOf<'subsidy.paid'>, number: number): Misfit | undefined {
    const { beneficiary, amount, from, policy, period } = event.data;
    const person = this.people.get(beneficiary);
    if (person?.reversedBy !== null) return this.knownMisfit('data.beneficiary', beneficiary);
    const total = this.total(policy, period);
    if (total.first === person || total.paid?.has(person) === true)
      return {
        path: 'data.beneficiary',
        expected: 'somebody who was not paid under this policy for this period',
        found: shown(beneficiary),
      };
    if (total.first === undefined) total.first = person;
    else total.paid = (total.paid ?? new Set()).add(person);
    // Texts that keep no line in memory.
    const payout = {
      amount: ownText(amount),
      effectiveDate: event.effectiveDate,
      from: this.known(from),
      person,
      recordedAt: ownText(event.recordedAt),
      reversedBy: null,
      seq: event.seq,
      total,
    };
    this.payouts[number] = payout;
    if (person.payouts === 0) this.divisions.figures(person.facts.division);
    this.addUp(payout, 1);
    return undefined;
  }

  /** Of texts that come again and again one is enough. */
  private known(text: string): string {
    let own = this.texts.get(text);
    if (own === undefined) {
      own = ownText(text);
      this.texts.set(own, own);
    }
    return own;
  }

  private addUp({ amount, person, total }: Payout, payouts: 1 | -1): void {
    const amountFen = payouts * fenOf(amount);
    total.payouts += payouts;
    this.sums.add(total.sum, amountFen);
    person.payouts += payouts;
    this.sums.add(person.paid, amountFen);
  }

  private total(policy: string, period: string): Total {
    let ofPolicy = this.totals.get(policy);
    if (ofPolicy === undefined) {
      ofPolicy = { periods: new TextTable(), totals: [] };
      this.totals.set(ownText(policy), ofPolicy);
    }
    const { periods, totals } = ofPolicy;
    const number = periods.numberOf(period);
    let total = totals[number];
    if (total === undefined) {
      const texts = { policy: this.known(policy), period: periods.text(number) };
      total = { ...texts, payouts: 0, sum: this.sums.begin(), first: undefined, paid: undefined };
      totals.push(total);
    }
    return total;
  }

  private householdMisfit(owners: readonly Owner[]): Misfit | undefined {
    const index = owners.findIndex(({ kind, id }) => kind === 'household' && this.people.get(id)?.reversedBy !== null);
    return index < 0 ? undefined : this.knownMisfit(`data.owners[${index}].id`, owners[index]?.id ?? '');
  }

  private knownMisfit(path: string, id: string): Misfit | undefined {
    return this.people.get(id)?.reversedBy === null
      ? undefined
      : { path, expected: 'a beneficiary whose enrolment stands', found: shown(id) };
  }
}

/** The two that may hold any text, as the JSON of a row has them. */
function namedTotal({ period, policy }: Total): string {
  return `"period":${quoted(period)},"policy":${quoted(policy)}`;
}
