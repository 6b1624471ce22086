import { Injectable } from '@nestjs/common';
import type { EventOf } from '../domain/event.js';
import { Refusal } from '../domain/refusal.js';
import { EventStore, parseEvent } from '../event-store/event-store.js';
import { ObjectionVault } from '../vault/objections/objection-vault.js';
import { disclosureView } from '../views/disclosure/disclosure.js';
import { type ObjectionRow, objections } from '../views/disclosure/disclosure-tables.js';
import type { Moment } from '../views/engine/moment.js';
import { ViewReader } from '../views/engine/view-reader.js';
import { dayOf } from './day-of.js';

export const OBJECTION_STATES = ['open', 'overdue', 'answered'] as const;
export type ObjectionStanding = (typeof OBJECTION_STATES)[number];

/** Of one notice; a page has no room for more. */
const MOST_SHOWN = 100;

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
    private readonly views: ViewReader,
  ) {}

  /** Refusal: objection_unknown. Error: ViewBehind. */
  async follow(code: string): Promise<FollowedObjection> {
    const found = await this.vault.find(code);
    const row = found && (await this.row(found.book, found.objection));
    if (found === undefined || row === undefined)
      throw new Refusal('objection_unknown', 'No objection has this code.', { field: 'code' });
    return this.followed(found.book, row, dayOf({}));
  }

  /** Those against a notice, the first one first: what was said stays in the vault. Error: ViewBehind. */
  async against(book: string, notice: string, { asOf }: Pick<Moment, 'asOf'> = {}): Promise<FollowedObjection[]> {
    const moment = { minSeq: await this.store.revision(book), ...(asOf !== undefined && { asOf }) };
    const listing = { where: { notice }, orderBy: ['dueOn', 'id'], limit: MOST_SHOWN } as const;
    const rows = await this.views.read(disclosureView, book, moment, (source) => source.list(objections, listing));
    return Promise.all(rows.map((row) => this.followed(book, row, dayOf(moment))));
  }

  private async followed(
    book: string,
    { seq, answeredBy }: Pick<ObjectionRow, 'seq' | 'answeredBy'>,
    today: string,
  ): Promise<FollowedObjection> {
    const filed = await this.event(book, seq, 'objection.filed');
    const answered =
      typeof answeredBy !== 'number' ? undefined : await this.event(book, answeredBy, 'objection.answered');
    const standing = answered !== undefined ? 'answered' : today > filed.data.dueOn ? 'overdue' : 'open';
    return { filed, answered, state: standing };
  }

  private async row(book: string, id: string): Promise<ObjectionRow | undefined> {
    const minSeq = await this.store.revision(book);
    if (minSeq < 0) return undefined;
    return this.views.read(disclosureView, book, { minSeq }, (rows) => rows.one(objections, [id]));
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
