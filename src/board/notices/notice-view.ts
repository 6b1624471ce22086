import { Injectable } from '@nestjs/common';
import { DisclosureReader } from '../../disclosure/disclosure-reader.js';
import { NoticeReader, type ShownNotice } from '../../disclosure/notice-reader.js';
import { type FollowedObjection, ObjectionReader } from '../../disclosure/objection-reader.js';
import { ShownPersons } from '../../disclosure/shown-persons.js';
import { type Column, NOTICE_RULES } from '../../domain/notices/types.js';
import type { Moment } from '../../views/engine/moment.js';
import { namedHolder } from '../words.js';
import { type CellNames, textsOfKind } from './notice-words.js';

/** A notice with all that its page, its paper and its proof show. */
export interface NoticeView extends ShownNotice, CellNames {
  columns: readonly Column[];
  /** Of a correction: the notice as it was before. */
  before: ShownNotice | undefined;
  /** The correction that took its place. */
  after: ShownNotice | undefined;
  filed: FollowedObjection[];
}

@Injectable()
export class NoticeViews {
  constructor(
    private readonly notices: NoticeReader,
    private readonly objections: ObjectionReader,
    private readonly persons: ShownPersons,
    private readonly lines: DisclosureReader,
  ) {}

  /** Refusals: book_unknown, notice_unknown. Errors: RowsDiffer, VaultDamaged. */
  async read(book: string, id: string, moment: Moment): Promise<NoticeView> {
    const shown = await this.notices.read(book, id, moment);
    const { type, replaces } = shown.event.data;
    const { columns } = NOTICE_RULES[type];
    const [before, after] = await Promise.all(
      [replaces, shown.replacedBy ?? undefined].map((other) =>
        other === undefined ? undefined : this.notices.read(book, other, moment),
      ),
    );
    const rows = [...shown.rows, ...(before?.rows ?? [])];
    const [persons, names, filed] = await Promise.all([
      this.persons.of(book, textsOfKind('beneficiary', rows, columns)),
      // A name never changes, so that of now is that of any day.
      this.lines.namesOf(book, textsOfKind('holder', rows, columns).map(namedHolder)),
      this.objections.against(book, id, moment),
    ]);
    return { ...shown, columns, persons, names, before, after, filed };
  }
}
