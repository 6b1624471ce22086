import type { BookEvent } from '../../domain/event.js';
import type { EventAudit } from '../event-audit.js';
import type { ExactFen } from '../fen-sums.js';
import type { Moved } from '../ledger.js';
import type { Asset } from '../registers/assets.js';
import type { Fund } from '../registers/funds.js';
import type { Project } from '../registers/projects.js';

type Types = readonly BookEvent['type'][];

/** A book as of one of its entries: what came later is not there, and what had been reversed by then counts for nothing. */
export class BookAt {
  /** @param last the entry, which was taken in */
  constructor(
    private readonly events: EventAudit,
    private readonly last: number,
  ) {}

  stands(seq: number): boolean {
    return seq <= this.last && (this.events.reversedBy(seq) ?? Number.POSITIVE_INFINITY) > this.last;
  }

  isOneOf(seq: number, types: Types): boolean {
    const type = this.events.typeOf(seq);
    return type !== undefined && types.includes(type);
  }

  /** What came to an account and what went from it, in the order of entries; of one fund where it is told. */
  moved(account: string, fund?: string): Moved[] {
    return [...this.events.ledger.moved(account, this.last, fund)].filter(({ seq }) => this.stands(seq));
  }

  /** The lines of an entry: who gave and who got it, a source giving whatever the sign, in the order of its postings. */
  linesOf(seq: number): { fund: string; to: string; amountFen: number }[] {
    return this.events.ledger.linesOf(seq).map(({ way: { fund, from, to }, amountFen }) => {
      const isTakenBack = to.startsWith('source:');
      return { fund, to: isTakenBack ? from : to, amountFen: isTakenBack ? -amountFen : amountFen };
    });
  }

  fund(id: string): Fund | undefined {
    return this.standing(this.events.funds.find(id));
  }

  project(id: string): Project | undefined {
    return this.standing(this.events.projects.find(id));
  }

  asset(id: string): Asset | undefined {
    return this.standing(this.events.assets.find(id));
  }

  funds(): Fund[] {
    return this.inOrder(this.events.funds.all());
  }

  /** Those of some ids. */
  fundsOf(ids: Iterable<string>): Fund[] {
    return this.inOrder([...ids].flatMap((id) => this.events.funds.find(id) ?? []));
  }

  projects(): Project[] {
    return this.inOrder(this.events.projects.all());
  }

  assets(): Asset[] {
    return this.inOrder(this.events.assets.all());
  }

  /** The entries that enrolled people, in their order. */
  enrolments(): { seq: number; division: string }[] {
    return this.events.people.enrolments().filter(({ seq }) => this.stands(seq));
  }

  /** The entries that paid under a policy for a period, in their order, each with the division of whom it paid. */
  payouts(policy: string, period: string): { seq: number; division: string; amountFen: ExactFen }[] {
    return [...this.events.people.payouts.under(policy, period)].filter(({ seq }) => this.stands(seq));
  }

  private standing<Thing extends { seq: number }>(thing: Thing | undefined): Thing | undefined {
    return thing !== undefined && this.stands(thing.seq) ? thing : undefined;
  }

  /** By id. */
  private inOrder<Thing extends { seq: number; facts: { id: string } }>(things: Iterable<Thing>): Thing[] {
    return [...things]
      .filter(({ seq }) => this.stands(seq))
      .sort((one, other) => (one.facts.id < other.facts.id ? -1 : 1));
  }
}
