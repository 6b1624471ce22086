import type { Owner } from '../../domain/assets/owners.js';
import type { BookEvent, EventOf } from '../../domain/event.js';
import { shown } from '../difference.js';
import { type ExactFen, entryFenOf, FenSums } from '../fen-sums.js';
import type { Misfit } from '../shape.js';
import { TextTable } from '../text-table.js';
import type { DivisionSums, Figures } from './divisions.js';
import { PayoutTotals } from './payout-totals.js';
import { Payouts } from './payouts.js';
import { type Row, type Standing, standing, statusOf } from './standing.js';

interface Person extends Standing {
  id: string;
  facts: EventOf<'beneficiary.enrolled'>['data'];
  payouts: number;
  /** Where the sum of them is. */
  paid: number;
  /** Entries that name them as payee of a payment or as owner. */
  namedBy: number[];
}

interface Enrolment {
  seq: number;
  division: string;
  beneficiary: string;
  command: string;
  commitment: string;
}

/** Beneficiaries and what they were paid, as the events of a book make it. */
export class PeopleRegister {
  private readonly people = new Map<string, Person>();
  readonly totals = new PayoutTotals<Person>();
  readonly payouts: Payouts<Person>;
  private readonly enrolled: Enrolment[] = [];
  private readonly sums = new FenSums();

  constructor(
    private readonly divisions: DivisionSums,
    payoutIds: TextTable,
  ) {
    this.payouts = new Payouts(payoutIds, this.totals);
  }

  take(event: BookEvent): Misfit | undefined {
    switch (event.type) {
      case 'beneficiary.enrolled':
        return this.enrol(event);
      case 'subsidy.paid':
        return this.pay(event);
      case 'payment.made': {
        const [, id] = /^beneficiary:(.+)$/.exec(event.data.payee) ?? [];
        return id === undefined ? undefined : this.nameMisfit('data.payee', id, event.seq);
      }
      case 'asset.registered':
      case 'asset.ownership_changed':
        return this.householdMisfit(event.data.owners, event.seq);
      default:
        return undefined;
    }
  }

  reverse({ data, seq }: EventOf<'entry.reversed'>, stands: (seq: number) => boolean): Misfit | undefined {
    if (data.type === 'beneficiary.enrolled') {
      const person = this.people.get(data.of.id ?? '');
      if (person === undefined || person.payouts > 0)
        return { path: 'data.seq', expected: 'an enrolment without payouts that stand', found: shown(data.of.id) };
      const naming = person.namedBy.find(stands);
      if (naming !== undefined)
        return { path: 'data.seq', expected: 'an enrolment that no entry needs', found: `entry ${naming} names them` };
      person.reversedBy = seq;
    }
    const payout = data.type === 'subsidy.paid' ? this.payouts.reverse(data.of.id ?? '', seq) : undefined;
    if (payout !== undefined) this.addUp(payout.person, -1, -payout.amountFen);
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

  /** What the vault must say of each enrolment, of one that was not erased. */
  *enrolmentRows(): Iterable<Row> {
    for (const { beneficiary, command, commitment } of this.enrolled)
      yield { key: [command], fields: () => ({ beneficiary, command, commitment, erased: false, sealed: true }) };
  }

  /** Every entry that enrolled somebody, and where. */
  enrolments(): readonly Pick<Enrolment, 'seq' | 'division'>[] {
    return this.enrolled;
  }

  /** Of somebody who was enrolled. */
  divisionOf(id: string): string | undefined {
    return this.people.get(id)?.facts.division;
  }

  /** With how many payouts of each stand. */
  all(): Iterable<{ id: string; division: string; payouts: number }> {
    return [...this.people.values()].map(({ facts: { id, division }, payouts }) => ({ id, division, payouts }));
  }

  private enrol(event: EventOf<'beneficiary.enrolled'>): Misfit | undefined {
    const { id, division, commitment } = event.data;
    if (this.people.get(id)?.reversedBy === null)
      return { path: 'data.id', expected: 'somebody who is not enrolled', found: shown(id) };
    const person = { ...standing(event), id, facts: event.data, payouts: 0, paid: this.sums.begin(), namedBy: [] };
    this.people.set(id, person);
    this.enrolled.push({ seq: event.seq, division, beneficiary: id, command: event.command, commitment });
    return this.divisions.inside('data.division', division);
  }

  private pay(event: EventOf<'subsidy.paid'>): Misfit | undefined {
    const { beneficiary, amount, policy, period } = event.data;
    const person = this.people.get(beneficiary);
    if (person?.reversedBy !== null) return this.knownMisfit('data.beneficiary', beneficiary);
    const total = this.totals.numberOf(policy, period);
    if (this.totals.hasPaid(total, person))
      return {
        path: 'data.beneficiary',
        expected: 'somebody who was not paid under this policy for this period',
        found: shown(beneficiary),
      };
    const amountFen = entryFenOf(amount);
    this.payouts.add(event, person, total, amountFen);
    if (person.payouts === 0) this.divisions.figures(person.facts.division);
    this.addUp(person, 1, amountFen);
    return undefined;
  }

  private addUp(person: Person, payouts: 1 | -1, amountFen: ExactFen): void {
    person.payouts += payouts;
    this.sums.add(person.paid, amountFen);
  }

  private householdMisfit(owners: readonly Owner[], seq: number): Misfit | undefined {
    for (const [index, { kind, id }] of owners.entries()) {
      const misfit = kind === 'household' ? this.nameMisfit(`data.owners[${index}].id`, id, seq) : undefined;
      if (misfit !== undefined) return misfit;
    }
    return undefined;
  }

  /** Somebody is named by an entry, or is nobody. */
  private nameMisfit(path: string, id: string, seq: number): Misfit | undefined {
    this.people.get(id)?.namedBy.push(seq);
    return this.knownMisfit(path, id);
  }

  private knownMisfit(path: string, id: string): Misfit | undefined {
    return this.people.get(id)?.reversedBy === null
      ? undefined
      : { path, expected: 'a beneficiary whose enrolment stands', found: shown(id) };
  }
}
