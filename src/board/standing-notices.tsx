import type { Line } from '../disclosure/lines.js';
import type { DivisionCode } from '../domain/division.js';
import { linkIn, type Setting } from './page.js';
import { noticeTypeWords, placeName } from './words.js';

const DAY_MS = 86_400_000;
const MOST_SHOWN = 6;

interface StandingNoticesProps {
  setting: Setting;
  division: DivisionCode;
  notices: readonly Line<'notice'>[];
  /** The day that the page tells of, `YYYY-MM-DD`. */
  day: string;
}

/** What is posted on the day, with the days that it still stands: the last one counts. */
export function StandingNotices({ setting, division, notices, day }: StandingNoticesProps) {
  const { say, lang } = setting;
  if (notices.length === 0) return null;
  return (
    <section aria-labelledby="standing">
      <header>
        <h2 id="standing">{say('正在公示', 'Standing now')}</h2>
        <a href={linkIn(setting, `/board/${division}/notices`)}>{say('全部公告公示', 'All notices')}</a>
      </header>
      <ul class="notices">
        {notices.slice(0, MOST_SHOWN).map(({ book, id, title, division: place, facts }) => {
          const left = daysLeft(facts.publicTo, day);
          return (
            <li key={`${book} ${id}`} class={left <= 3 ? 'warn' : undefined}>
              <span class="quiet">
                {placeName(place)} · {noticeTypeWords(facts.type, lang)}
              </span>
              <h3>
                <a href={linkIn(setting, `/board/${division}/notices/${book}/${id}`)}>{title}</a>
              </h3>
              <span class="left">{say(`还有 ${left} 天`, `${left} days left`)}</span>
              <span class="quiet">
                {say('公示期', 'Period')} {facts.publicFrom} — {facts.publicTo}
              </span>
            </li>
          );
        })}
      </ul>
    </section>
  );
}

export function stands({ facts, status }: Line<'notice'>, day: string): boolean {
  const { publicFrom, publicTo, withdrawnBy, replacedBy } = facts;
  return status === 'standing' && withdrawnBy === null && replacedBy === null && publicFrom <= day && day <= publicTo;
}

function daysLeft(publicTo: string, day: string): number {
  return Math.round((Date.parse(publicTo) - Date.parse(day)) / DAY_MS) + 1;
}
