import type { Line } from '../disclosure/lines.js';
import type { DivisionCode } from '../domain/division.js';
import { NoticeCards } from './notices/notice-cards.js';
import { linkIn, type Setting } from './page.js';

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
  const { say } = setting;
  if (notices.length === 0) return null;
  return (
    <section aria-labelledby="standing">
      <header>
        <h2 id="standing">{say('正在公示', 'Standing now')}</h2>
        <a href={linkIn(setting, `/board/${division}/notices`)}>{say('全部公告公示', 'All notices')}</a>
      </header>
      <NoticeCards
        setting={setting}
        within={division}
        notices={notices.slice(0, MOST_SHOWN)}
        today={day}
        heading="h3"
      />
    </section>
  );
}
