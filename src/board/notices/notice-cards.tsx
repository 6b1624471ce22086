import type { Line } from '../../disclosure/lines.js';
import { standingOfFacts } from '../../disclosure/standing-of-facts.js';
import { naturalDays } from '../../domain/notices/minimum-days.js';
import type { NoticeStanding } from '../../domain/notices/standing.js';
import { linkIn, type Setting } from '../page.js';
import { noticeTypeWords, placeName } from '../words.js';
import { STATE_TAGS, stateWords } from './notice-words.js';

/** What stands, what waits for somebody, and what is over are told apart at a glance. */
const EDGES: Record<NoticeStanding, string | undefined> = {
  announced: 'over',
  standing: undefined,
  objected: 'warn',
  closed: 'over',
  withdrawn: 'over',
  replaced: 'over',
};
/** A notice that ends so soon is marked. */
const LAST_DAYS = 3;

interface NoticeCardsProps {
  setting: Setting;
  /** The division on whose board they are looked at. */
  within: string;
  notices: readonly Line<'notice'>[];
  /** The day that the page tells of, `YYYY-MM-DD`. */
  today: string;
  heading: 'h2' | 'h3';
}

/** Each says what it is, how it stands and for how long. */
export function NoticeCards({ setting, within, notices, today, heading: Heading }: NoticeCardsProps) {
  const { say, lang } = setting;
  return (
    <ul class="notices">
      {notices.map(({ book, id, title, division, facts }) => {
        const standing = standingOfFacts(facts, today);
        const isEnding = standing.state === 'standing' && naturalDays(today, facts.publicTo) <= LAST_DAYS;
        return (
          <li key={`${book} ${id}`} class={isEnding ? 'warn' : EDGES[standing.state]}>
            <p class="quiet">
              {placeName(division)} · {noticeTypeWords(facts.type, lang)}
            </p>
            <Heading>
              <a href={linkIn(setting, `/board/${within}/notices/${book}/${id}`)}>{title}</a>
            </Heading>
            <p>
              <span class={STATE_TAGS[standing.state]}>{stateWords(standing, facts.publicTo, today, say)}</span>
            </p>
            <p class="quiet">
              <span class="whole">{facts.publicFrom}</span> {say('至', 'to')}{' '}
              <span class="whole">{facts.publicTo}</span>
              <br />
              {facts.place}
            </p>
            {facts.replaces !== null && (
              <p class="quiet">
                <a href={linkIn(setting, `/board/${within}/notices/${book}/${facts.replaces}`)}>
                  {say('更正了原来的公告', 'Corrects an earlier notice')}
                </a>
              </p>
            )}
          </li>
        );
      })}
    </ul>
  );
}
