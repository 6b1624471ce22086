import { Injectable } from '@nestjs/common';
import type { EventOf } from '../domain/event.js';
import { Refusal } from '../domain/refusal.js';
import { EventStore, parseEvent } from '../event-store/event-store.js';
import { BookWriters } from '../posting/book-writers.js';
import { dateInShanghai } from '../posting/decide-batch.js';
import { ObjectionVault } from '../vault/objections/objection-vault.js';

export const OBJECTION_STATES = ['open', 'overdue', 'answered'] as const;
export type ObjectionStanding = (typeof OBJECTION_STATES)[number];

export interface FollowedObjection {
  filed: EventOf<'objection.filed'>;
  answered: EventOf<'objection.answered'> | undefined;
  state: ObjectionStanding;
}

/** What became of an objection, for whoever has its code. */
@Injectable()
export class ObjectionReader {
  constructor(
    private readonly vault: ObjectionVault,
    private readonly store: EventStore,
    private readonly writers: BookWriters,
  ) {}

  /** Refusal: objection_unknown. */
  async follow(code: string): Promise<FollowedObjection> {
    const found = await this.vault.find(code);
    const state =
      found === undefined || (await this.store.revision(found.book)) < 0
        ? undefined
        : await this.writers.inspect(found.book, ({ objections }) => structuredClone(objections.get(found.objection)));
    if (found === undefined || state === undefined)
      throw new Refusal('objection_unknown', 'No objection has this code.', { field: 'code' });
    const filed = await this.event(found.book, state.seq, 'objection.filed');
    const { answeredBy } = state;
    const answered =
      answeredBy === undefined ? undefined : await this.event(found.book, answeredBy, 'objection.answered');
    const today = dateInShanghai(new Date().toISOString());
    const standing = answered !== undefined ? 'answered' : today > filed.data.dueOn ? 'overdue' : 'open';
    return { filed, answered, state: standing };
  }

  /** Of an objection that was just filed. */
  async dueOn(book: string, seq: number): Promise<string> {
    return (await this.event(book, seq, 'objection.filed')).data.dueOn;
  }

  private async event<Type extends 'objection.filed' | 'objection.answered'>(
    book: string,
    seq: number,
    type: Type,
  ): Promise<EventOf<Type>> {
    const [stored] = await this.store.read(book, seq, 1);
    const event = stored === undefined ? undefined : parseEvent(stored);
    if (event?.type !== type) throw new Error(`entry ${seq} of book ${book} is no ${type}`);
    return event as EventOf<Type>;
  }
}
