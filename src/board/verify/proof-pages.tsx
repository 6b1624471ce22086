import { Inject, Injectable } from '@nestjs/common';
import { DivisionTable } from '../../divisions/division-table.js';
import { Refusal } from '../../domain/refusal.js';
import { EventStore, parseEvent } from '../../event-store/event-store.js';
import { SETTINGS, type Settings } from '../../settings.js';
import { html } from '../html.js';
import { NoticeViews } from '../notices/notice-view.js';
import { Page, type Setting } from '../page.js';
import { VerifyEntry, VerifyNotice } from './verify-pages.js';

/** The pages on which a reader's own browser checks an entry or a notice. */
@Injectable()
export class ProofPages {
  constructor(
    private readonly store: EventStore,
    private readonly views: NoticeViews,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /** Refusals: book_unknown, entry_unknown. */
  async entry(asked: Setting, book: string, seq: bigint): Promise<string> {
    // An entry is the same on every day.
    const setting = { ...asked, asOf: undefined };
    const bytes = await this.bytes(book, seq);
    const event = parseEvent({ canonical: bytes });
    return html(
      <Page
        setting={setting}
        title={setting.say(`核对第 ${seq} 号记录`, `Proof of entry ${seq}`)}
        path={DivisionTable.get().path(book)}
      >
        <VerifyEntry setting={setting} event={event} bytes={bytes} url={this.settings.publicUrl} />
      </Page>,
    );
  }

  /** The canonical bytes of an entry: what is hashed. Refusals: book_unknown, entry_unknown. */
  async bytes(book: string, seq: bigint): Promise<string> {
    const revision = await this.store.revision(book);
    if (revision < 0) throw new Refusal('book_unknown', `There is no book ${book}.`);
    const [stored] = seq > BigInt(revision) ? [] : await this.store.read(book, Number(seq), 1);
    if (stored === undefined) throw new Refusal('entry_unknown', undefined, { field: 'seq' });
    return stored.canonical;
  }

  /** Refusals: book_unknown, notice_unknown. */
  async notice(asked: Setting, book: string, id: string): Promise<string> {
    const setting = { ...asked, asOf: undefined };
    const view = await this.views.read(book, id);
    return html(
      <Page
        setting={setting}
        title={setting.say('核对公告', 'Proof of a notice')}
        path={DivisionTable.get().path(view.event.data.division)}
      >
        <VerifyNotice setting={setting} view={view} url={this.settings.publicUrl} />
      </Page>,
    );
  }
}
