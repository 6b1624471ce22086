import { Injectable } from '@nestjs/common';
import type { ShownPerson } from '../../disclosure/lines.js';
import { NoticeReader, type ShownNotice } from '../../disclosure/notice-reader.js';
import { type FollowedObjection, ObjectionReader } from '../../disclosure/objection-reader.js';
import { ShownPersons } from '../../disclosure/shown-persons.js';
import { type Column, NOTICE_RULES } from '../../domain/notices/types.js';
import type { Moment } from '../../views/engine/moment.js';
import { beneficiariesOf } from './notice-words.js';

/** A notice with all that its page, its paper and its proof show. */
export interface NoticeView extends ShownNotice {
  columns: readonly Column[];
  persons: ReadonlyMap<string, ShownPerson>;
  /** Of a correction: the notice as it was before. */
  before: ShownNotice | undefined;
  filed: FollowedObjection[];
}

@Injectable()
export class NoticeViews {
  constructor(
    private readonly notices: NoticeReader,
    private readonly objections: ObjectionReader,
    private readonly persons: ShownPersons,
  ) {}

  /** Refusals: book_unknown, notice_unknown. Errors: RowsDiffer, VaultDamaged. */
  async read(book: string, id: string, moment: Moment): Promise<NoticeView> {
    const shown = await this.notices.read(book, id, moment);
    const { type, replaces } = shown.event.data;
    const { columns } = NOTICE_RULES[type];
    const before = replaces === undefined ? undefined : await this.notices.read(book, replaces, moment);
    const rows = [...shown.rows, ...(before?.rows ?? [])];
    const persons = await this.persons.of(book, beneficiariesOf(rows, columns));
    return { ...shown, columns, persons, before, filed: await this.objections.against(book, id, moment) };
  }
}
