import type { Line } from '../../disclosure/lines.js';
import type { StandingOfNotice } from '../../domain/notices/standing.js';
import { NOTICE_RULES, type NoticeType } from '../../domain/notices/types.js';
import { linkIn, type Setting } from '../page.js';
import { placeName } from '../words.js';
import { STATE_TAGS, stateWords } from './notice-words.js';

export interface ListedNotice {
  line: Line<'notice'>;
  standing: StandingOfNotice;
}

interface NoticeListProps {
  setting: Setting;
  within: string;
  notices: readonly ListedNotice[];
  next: string | null;
  today: string;
}

/** Those of a division and all below it, the latest first; each says how it stands. */
export function NoticeList({ setting, within, notices, next, today }: NoticeListProps) {
  const { say, lang } = setting;
  return (
    <>
      {notices.length === 0 ? (
        <p class="empty">{say('还没有公告公示。', 'There are no notices yet.')}</p>
      ) : (
        <ul class="notices">
          {notices.map(({ line: { book, id, title, division, facts }, standing }) => (
            <li key={`${book}/${id}`} class={standing.state === 'objected' ? 'warn' : undefined}>
              <p>
                <span class={STATE_TAGS[standing.state]}>{stateWords(standing, facts.publicTo, today, say)}</span>
              </p>
              <h2>
                <a href={linkIn(setting, `/board/${within}/notices/${book}/${id}`)}>{title}</a>
              </h2>
              <p class="quiet">
                {NOTICE_RULES[facts.type as NoticeType][lang]} · {placeName(division)}
              </p>
              <p class="quiet">
                {facts.publicFrom} {say('至', 'to')} {facts.publicTo} · {facts.place}
              </p>
              {facts.replaces !== null && (
                <p class="quiet">{say(`更正 ${facts.replaces}`, `Corrects ${facts.replaces}`)}</p>
              )}
            </li>
          ))}
        </ul>
      )}
      <div class="pages">
        <span />
        {next !== null && (
          <a rel="next" href={linkIn(setting, `/board/${within}/notices`, { after: next })}>
            {say('更早的公告', 'Earlier notices')}
          </a>
        )}
      </div>
      <p class="quiet">
        <a href={linkIn(setting, '/board/objections')}>
          {say('凭查询码看异议或举报的答复', 'Follow up an objection by its code')}
        </a>
      </p>
    </>
  );
}
