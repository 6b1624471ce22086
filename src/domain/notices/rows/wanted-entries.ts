import type { Account } from '../../account.js';
import type { BookEvent, EventType } from '../../event.js';

/** Which entries rows may rest on: those that are any of this. */
export interface Wanted {
  types?: readonly EventType[];
  seqs?: readonly number[];
  /** Those that moved money to an account or from it. */
  accounts?: readonly Account[];
  /** The same of some funds of one account. */
  funds?: { of: Account; ids: readonly string[] };
  /** Those that paid under a policy for a period. */
  payouts?: { policy: string; period: string };
}

/** Entries under keys that somebody wants, each list for as long as anybody does. */
class Lists<Key> {
  private readonly lists = new Map<Key, { entries: BookEvent[]; wantedBy: number }>();

  want(keys: readonly Key[] = []): void {
    for (const key of keys) {
      const list = this.lists.get(key);
      if (list === undefined) this.lists.set(key, { entries: [], wantedBy: 1 });
      else list.wantedBy += 1;
    }
  }

  release(keys: readonly Key[] = []): void {
    for (const key of keys) {
      const list = this.lists.get(key);
      if (list === undefined) continue;
      list.wantedBy -= 1;
      if (list.wantedBy === 0) this.lists.delete(key);
    }
  }

  /** An entry comes under a key once, though several of its postings may have it. */
  add(key: Key, event: BookEvent): void {
    const entries = this.lists.get(key)?.entries;
    if (entries !== undefined && entries.at(-1) !== event) entries.push(event);
  }

  under(keys: readonly Key[] = []): BookEvent[] {
    return keys.flatMap((key) => this.lists.get(key)?.entries ?? []);
  }
}

/**
 * The entries of a book that rows may rest on, kept once for any number of notices and found by what they are wanted for: a book is
 * not gone through for each of them.
 */
export class WantedEntries {
  private readonly byType = new Lists<EventType>();
  private readonly bySeq = new Lists<number>();
  private readonly byAccount = new Lists<Account>();
  private readonly byFund = new Map<Account, Lists<string>>();
  private readonly byPayout = new Lists<string>();
  private readonly reversedBy = new Map<number, number>();

  /** Before the first entry that it may be. */
  want({ types, seqs, accounts, funds, payouts }: Wanted): void {
    this.byType.want(types);
    this.bySeq.want(seqs);
    this.byAccount.want(accounts);
    if (payouts !== undefined) this.byPayout.want([keyOf(payouts)]);
    if (funds === undefined) return;
    const lists = this.byFund.get(funds.of) ?? new Lists<string>();
    this.byFund.set(funds.of, lists);
    lists.want(funds.ids);
  }

  /** It is not asked for any more. */
  release({ types, seqs, accounts, funds, payouts }: Wanted): void {
    this.byType.release(types);
    this.bySeq.release(seqs);
    this.byAccount.release(accounts);
    if (payouts !== undefined) this.byPayout.release([keyOf(payouts)]);
    if (funds !== undefined) this.byFund.get(funds.of)?.release(funds.ids);
  }

  /** The next entry. */
  take(event: BookEvent): void {
    if (event.type === 'entry.reversed') {
      this.reversedBy.set(event.data.seq, event.seq);
      return;
    }
    this.byType.add(event.type, event);
    this.bySeq.add(event.seq, event);
    if (event.type === 'subsidy.paid') this.byPayout.add(keyOf(event.data), event);
    for (const { account, fund } of event.postings) {
      this.byAccount.add(account, event);
      this.byFund.get(account)?.add(fund, event);
    }
  }

  /** Those that stand after an entry that was taken, in their order, each once. */
  asOf(last: number, { types, seqs, accounts, funds, payouts }: Wanted): BookEvent[] {
    const found = new Set([
      ...this.byType.under(types),
      ...this.bySeq.under(seqs),
      ...this.byAccount.under(accounts),
      ...((funds && this.byFund.get(funds.of)?.under(funds.ids)) ?? []),
      ...this.byPayout.under(payouts && [keyOf(payouts)]),
    ]);
    return [...found]
      .filter(({ seq }) => seq <= last && (this.reversedBy.get(seq) ?? Number.POSITIVE_INFINITY) > last)
      .sort((one, other) => one.seq - other.seq);
  }
}

/** A policy holds no `|`. */
function keyOf({ policy, period }: { policy: string; period: string }): string {
  return `${policy}|${period}`;
}
