import { Inject, Injectable } from '@nestjs/common';
import { Refusal } from '../../domain/refusal.js';
import { EventStore, parseEvent } from '../../event-store/event-store.js';
import { SETTINGS, type Settings } from '../../settings.js';
import type { Moment } from '../../views/engine/moment.js';
import { NoticeViews } from '../notices/notice-view.js';
import { type Setting, shownMoment } from '../page.js';
import { renderPage } from '../render-page.js';
import { VerifyEntry, VerifyNotice } from './verify-pages.js';

/** The pages on which a reader's own browser checks an entry or a notice. */
@Injectable()
export class ProofPages {
  constructor(
    private readonly store: EventStore,
    private readonly views: NoticeViews,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /** Refusals: book_unknown, entry_unknown, also for an entry that was not there at the moment. */
  async entry(setting: Setting, book: string, seq: bigint, { asOf }: Moment): Promise<string> {
    const bytes = await this.bytes(book, seq);
    const event = parseEvent({ canonical: bytes });
    if (asOf !== undefined && new Date(event.recordedAt) > asOf)
      throw new Refusal('entry_unknown', `Entry ${seq} was recorded later.`, { field: 'seq' });
    return renderPage(
      {
        setting,
        title: setting.say(`核对第 ${seq} 号记录`, `Proof of entry ${seq}`),
        division: book,
        moment: unchanging(setting),
      },
      <VerifyEntry setting={setting} event={event} bytes={bytes} url={this.settings.publicUrl} />,
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
  async notice(setting: Setting, book: string, id: string, moment: Moment): Promise<string> {
    const view = await this.views.read(book, id, moment);
    return renderPage(
      {
        setting,
        title: setting.say('核对公告', 'Proof of a notice'),
        division: view.event.data.division,
        moment: unchanging(setting),
      },
      <VerifyNotice setting={setting} view={view} url={this.settings.publicUrl} />,
    );
  }
}

/** An entry is the same on every day; whether it is, is checked in the book as it stands now. */
function unchanging({ say, asOf }: Setting): string | undefined {
  if (asOf === undefined) return undefined;
  const day = shownMoment(asOf);
  return say(
    `${day} 它已在账本里。记录从不改动；下面核对的是现在的账本。`,
    `It was in the book on ${day}. Entries never change; the check below is against the book of now.`,
  );
}
