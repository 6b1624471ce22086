import type { Owner } from '../../domain/assets/owners.js';
import type { BookEvent, EventOf } from '../../domain/event.js';
import { formatYuan } from '../../domain/money.js';
import { ownText } from '../byte-text.js';
import { shown } from '../difference.js';
import { fenOf } from '../fen-sums.js';
import type { Misfit } from '../shape.js';
import type { DivisionSums, Figures } from './divisions.js';
import { type Row, type Standing, standing, statusOf } from './standing.js';

interface Person extends Standing {
  facts: EventOf<'beneficiary.enrolled'>['data'];
  payouts: number;
  paidFen: bigint;
  lives: Figures | undefined;
}

type PayoutFacts = Omit<EventOf<'subsidy.paid'>['data'], 'split'>;

interface Payout extends Standing {
  data: PayoutFacts;
}

interface Total {
  policy: string;
  period: string;
  payouts: number;
  amountFen: bigint;
  /** Beneficiaries that were paid, each once. */
  paid: Set<string>;
}

interface Enrolment {
  beneficiary: string;
  command: string;
  commitment: string;
}

/** Beneficiaries and what they were paid, as the events of a book make it. */
export class PeopleRegister {
  private readonly people = new Map<string, Person>();
  private readonly payouts = new Map<string, Payout>();
  private readonly totals = new Map<string, Map<string, Total>>();
  private readonly enrolled: Enrolment[] = [];

  constructor(private readonly divisions: DivisionSums) {}

  take(event: BookEvent): Misfit | undefined {
    switch (event.type) {
      case 'beneficiary.enrolled':
        return this.enrol(event);
      case 'subsidy.paid':
        return this.pay(event);
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
    const payout = data.type === 'subsidy.paid' ? this.payouts.get(data.of.id ?? '') : undefined;
    if (payout === undefined) return undefined;
    payout.reversedBy = seq;
    this.total(payout.data).paid.delete(payout.data.beneficiary);
    this.addUp(payout.data, -1);
    return undefined;
  }

  *rows(): Iterable<Row> {
    for (const person of this.people.values()) {
      const { facts, effectiveDate, recordedAt, reversedBy, seq, payouts, paidFen } = person;
      const { categories, division, id } = facts;
      const time = { effectiveDate, id, paid: formatYuan(paidFen), payouts, recordedAt, reversedBy, seq };
      yield { key: [id], fields: () => ({ categories, division, ...time, status: statusOf(person) }) };
    }
  }

  *payoutRows(): Iterable<Row> {
    for (const payout of this.payouts.values()) {
      const { data, effectiveDate, recordedAt, reversedBy, seq } = payout;
      const { amount, beneficiary, from, id, period, policy } = data;
      const place = { amount, beneficiary, effectiveDate, from, id, period, policy };
      yield { key: [id], fields: () => ({ ...place, recordedAt, reversedBy, seq, status: statusOf(payout) }) };
    }
  }

  /** What a reversal must say of a payout, in the order of RFC 8785. */
  payout(id: string): Pick<PayoutFacts, 'beneficiary' | 'id' | 'period' | 'policy'> {
    const { beneficiary = '', period = '', policy = '' } = this.payouts.get(id)?.data ?? {};
    return { beneficiary, id, period, policy };
  }

  *totalRows(): Iterable<Row> {
    for (const ofPolicy of this.totals.values())
      for (const { policy, period, payouts, amountFen } of ofPolicy.values())
        if (payouts !== 0)
          yield { key: [policy, period], fields: () => ({ amount: formatYuan(amountFen), payouts, period, policy }) };
  }

  /** What the vault must say of each enrolment, of one that was not erased. */
  *enrolmentRows(): Iterable<Row> {
    for (const { beneficiary, command, commitment } of this.enrolled)
      yield { key: [command], fields: () => ({ beneficiary, command, commitment, erased: false, sealed: true }) };
  }

  all(): Iterable<{ id: string; division: string }> {
    return [...this.people.values()].map(({ facts: { id, division } }) => ({ id, division }));
  }

  private enrol(event: EventOf<'beneficiary.enrolled'>): Misfit | undefined {
    const { id, division, commitment } = event.data;
    if (this.people.get(id)?.reversedBy === null)
      return { path: 'data.id', expected: 'somebody who is not enrolled', found: shown(id) };
    const person = { ...standing(event), facts: event.data, payouts: 0, paidFen: 0n, lives: undefined };
    this.people.set(id, person);
    this.enrolled.push({ beneficiary: id, command: event.command, commitment });
    return this.divisions.inside('data.division', division);
  }

  private pay(event: EventOf<'subsidy.paid'>): Misfit | undefined {
    const { beneficiary } = event.data;
    const unknown = this.knownMisfit('data.beneficiary', beneficiary);
    if (unknown !== undefined) return unknown;
    const { paid } = this.total(event.data);
    if (paid.has(beneficiary))
      return {
        path: 'data.beneficiary',
        expected: 'somebody who was not paid under this policy for this period',
        found: shown(beneficiary),
      };
    paid.add(this.people.get(beneficiary)?.facts.id ?? beneficiary);
    const data = this.own(event.data);
    const { effectiveDate, recordedAt, seq } = event;
    this.payouts.set(data.id, { effectiveDate, recordedAt: ownText(recordedAt), reversedBy: null, seq, data });
    this.addUp(data, 1);
    return undefined;
  }

  /** With texts that keep no line in memory. */
  private own({ amount, beneficiary, from, id, period, policy }: PayoutFacts): PayoutFacts {
    const total = this.total({ policy, period });
    return {
      amount: ownText(amount),
      beneficiary: this.people.get(beneficiary)?.facts.id ?? beneficiary,
      from: ownText(from),
      id: ownText(id),
      period: total.period,
      policy: total.policy,
    };
  }

  private addUp(data: Payout['data'], payouts: 1 | -1): void {
    const amountFen = BigInt(payouts * fenOf(data.amount));
    const total = this.total(data);
    total.payouts += payouts;
    total.amountFen += amountFen;
    const person = this.people.get(data.beneficiary);
    if (person === undefined) return;
    person.payouts += payouts;
    person.paidFen += amountFen;
    person.lives ??= this.divisions.figures(person.facts.division);
    const { counts, amountsFen } = person.lives;
    counts.payouts = (counts.payouts ?? 0) + payouts;
    amountsFen.payoutsAmount = (amountsFen.payoutsAmount ?? 0n) + amountFen;
  }

  private total({ policy, period }: { policy: string; period: string }): Total {
    let ofPolicy = this.totals.get(policy);
    if (ofPolicy === undefined) {
      ofPolicy = new Map();
      this.totals.set(ownText(policy), ofPolicy);
    }
    let total = ofPolicy.get(period);
    if (total === undefined) {
      total = { policy: ownText(policy), period: ownText(period), payouts: 0, amountFen: 0n, paid: new Set() };
      ofPolicy.set(total.period, total);
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
