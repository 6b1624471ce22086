import { Inject, Injectable } from '@nestjs/common';
import type { VNode } from 'preact';
import { dayOf } from '../../disclosure/day-of.js';
import type { FollowedObjection } from '../../disclosure/objection-reader.js';
import { type DivisionCode, isWithin } from '../../domain/division.js';
import { Refusal } from '../../domain/refusal.js';
import { LOG_SIGNER } from '../../log/book-log.js';
import type { Signer } from '../../log/note.js';
import { SETTINGS, type Settings } from '../../settings.js';
import type { Moment } from '../../views/engine/moment.js';
import { keyFingerprint, spaced } from '../key-fingerprint.js';
import type { Setting } from '../page.js';
import { noticePaper, type Paper } from '../paper/notice-paper.js';
import { renderPage } from '../render-page.js';
import { NoticePage } from './notice-page.js';
import { type NoticeView, NoticeViews } from './notice-view.js';
import { ObjectionFollow } from './objection-follow.js';
import { type DraftErrors, type ObjectionDraft, ObjectionFiledPage, ObjectionForm } from './objection-form.js';

export interface NoticeAddress {
  /** On whose board it is looked at: its own division or one above. */
  within: DivisionCode;
  book: string;
  id: string;
}

/** The pages of notices, and of objections to them. */
@Injectable()
export class NoticeBoard {
  private readonly fingerprint: string;

  constructor(
    private readonly views: NoticeViews,
    @Inject(SETTINGS) private readonly settings: Settings,
    @Inject(LOG_SIGNER) signer: Signer,
  ) {
    this.fingerprint = keyFingerprint(signer.vkey);
  }

  /** Its rows are the same on every day; state, photos, objections and what took its place are those of the moment. */
  async show(
    setting: Setting,
    address: NoticeAddress,
    moment: Moment,
  ): Promise<{ page: string; showsPersons: boolean }> {
    const view = await this.view(address, moment);
    const page = this.page(
      setting,
      view.event.data.title,
      address.within,
      <NoticePage
        setting={setting}
        within={address.within}
        view={view}
        today={dayOf(moment)}
        proofUrl={this.proofUrl(view)}
        fingerprint={spaced(this.fingerprint)}
      />,
    );
    return { page, showsPersons: view.persons.size > 0 };
  }

  async paper(address: NoticeAddress): Promise<Paper> {
    const view = await this.view(address, {});
    return noticePaper(view, { proofUrl: this.proofUrl(view), fingerprint: spaced(this.fingerprint) });
  }

  async objectionForm(
    asked: Setting,
    address: NoticeAddress,
    draft: ObjectionDraft,
    errors: DraftErrors,
  ): Promise<string> {
    // Whoever objects does so now, whatever day was looked at.
    const setting = { ...asked, asOf: undefined };
    const { event } = await this.view(address, {});
    return this.page(
      setting,
      setting.say('提出异议或举报', 'Object or report'),
      address.within,
      <ObjectionForm
        setting={setting}
        action={setting.url.pathname + setting.url.search}
        title={event.data.title}
        rows={event.data.rows}
        draft={draft}
        errors={errors}
      />,
    );
  }

  filed(setting: Setting, { within, book, id }: NoticeAddress, code: string, dueOn: string): string {
    return this.page(
      setting,
      setting.say('已收到', 'Received'),
      within,
      <ObjectionFiledPage
        setting={setting}
        code={code}
        dueOn={dueOn}
        back={`/board/${within}/notices/${book}/${id}`}
      />,
    );
  }

  follow(asked: Setting, found: FollowedObjection | 'unknown' | undefined): string {
    const setting = { ...asked, asOf: undefined };
    return renderPage(
      { setting, title: setting.say('查询异议、举报的答复', 'Follow up an objection') },
      <ObjectionFollow setting={setting} found={found} />,
    );
  }

  /** Refusals: book_unknown, notice_unknown, also where it is not on the board of this division. */
  private async view({ within, book, id }: NoticeAddress, moment: Moment): Promise<NoticeView> {
    const view = await this.views.read(book, id, moment);
    if (isWithin(view.event.data.division, within)) return view;
    throw new Refusal('notice_unknown', `Notice ${id} is not on the board of ${within}.`, { notice: id });
  }

  /** The code on paper pins the key that signs today, so that a forged page is found out by the phone that scans it. */
  private proofUrl({ event: { book, data } }: NoticeView): string {
    return `${this.settings.publicUrl}/verify/${book}/notices/${data.id}#key=${this.fingerprint}`;
  }

  private page(setting: Setting, title: string, within: DivisionCode, content: VNode): string {
    return renderPage({ setting, title, division: within, tab: 'notices' }, content);
  }
}
