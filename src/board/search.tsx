import type { Line } from '../disclosure/lines.js';
import { type Division, DivisionTable, plainName } from '../divisions/division-table.js';
import type { DivisionCode } from '../domain/division.js';
import { grouped } from './figures.js';
import { Kept, linkIn, type Setting, TAB_OF, tabTitle } from './page.js';
import { DIVISION_LEVEL_WORDS, placeName, wordOf } from './words.js';

export interface Found {
  q: string;
  within: DivisionCode | undefined;
  divisions: Division[];
  lines: Line[];
}

/** Places by name or code; and, within a place, what has the words in its name. */
export function Search({ setting, found }: { setting: Setting; found: Found }) {
  const { say } = setting;
  const { q, within, divisions, lines } = found;
  return (
    <>
      <search aria-label={say('搜索', 'Search')}>
        <form class="tools" action="/board/search">
          <Kept setting={setting} />
          <label class="grow">
            {say('地名、区划代码或名称', 'Place, code or name')}
            <input type="search" name="q" value={q} required maxLength={100} />
          </label>
          {within !== undefined && (
            <label>
              {say('范围', 'Where')}
              <select name="within">
                <option value={within}>{placeName(within)}</option>
                <option value="">{say('全国', 'Everywhere')}</option>
              </select>
            </label>
          )}
          <span class="acts">
            <button type="submit">{say('搜索', 'Search')}</button>
          </span>
        </form>
      </search>
      {within !== undefined && <Lines setting={setting} within={within} lines={lines} />}
      <Places setting={setting} divisions={divisions} />
      {divisions.length === 0 && lines.length === 0 && q !== '' && <Nothing setting={setting} within={within} />}
    </>
  );
}

/** Persons are not searched over all kinds and places; a list of payouts finds who is called so in full. */
function Nothing({ setting, within }: { setting: Setting; within: DivisionCode | undefined }) {
  const { say } = setting;
  return (
    <>
      <p class="empty">
        {say(
          '没有找到。可以只写地名的一部分，或先写上级再写下级，中间用空格隔开。',
          'Nothing was found. Try a part of the name, or the place above before the place, with a space between.',
        )}
      </p>
      <p class="note">
        {say(
          '查自己领到的补贴：这里不搜人名。请先找到自己的村，在“补贴发放”里写上户主的全名，再对照证件号。',
          'Looking for a subsidy of your own? Names of persons are not searched here. Find your village, look for the whole name among its payouts, and compare the number.',
        )}{' '}
        {within !== undefined && (
          <a href={linkIn(setting, `/board/${within}/payouts`)}>
            {say(`${placeName(within)}的补贴发放`, `Payouts of ${placeName(within)}`)}
          </a>
        )}
      </p>
    </>
  );
}

function Lines({ setting, within, lines }: { setting: Setting; within: DivisionCode; lines: readonly Line[] }) {
  if (lines.length === 0) return null;
  const { say } = setting;
  return (
    <section aria-labelledby="lines">
      <header>
        <h2 id="lines">{say(`${placeName(within)}的账目`, `In ${placeName(within)}`)}</h2>
      </header>
      <ul class="results">
        {lines.map(({ kind, book, id, title, division, amount, date }) => (
          <li key={`${kind} ${book} ${id}`}>
            <span class="tag">{tabTitle(setting, TAB_OF[kind])}</span>
            <span>
              <a href={linkIn(setting, `/board/${within}/${TAB_OF[kind]}/${book}/${id}`)}>{title}</a>
              <span class="quiet">
                {' '}
                {placeName(division)} · {date}
              </span>
            </span>
            {kind !== 'notice' && <span class="num">{grouped(amount)}</span>}
          </li>
        ))}
      </ul>
    </section>
  );
}

function Places({ setting, divisions }: { setting: Setting; divisions: readonly Division[] }) {
  if (divisions.length === 0) return null;
  const { say, lang } = setting;
  const table = DivisionTable.get();
  return (
    <section aria-labelledby="places">
      <header>
        <h2 id="places">{say('地方', 'Places')}</h2>
      </header>
      <ul class="results">
        {divisions.map(({ code, name, level }) => (
          <li key={code}>
            <span class="tag">{wordOf(DIVISION_LEVEL_WORDS, level, lang)}</span>
            <span>
              <a href={linkIn(setting, `/board/${code}`)}>{plainName(name)}</a>
              <span class="quiet">
                {' '}
                {table
                  .path(code)
                  .slice(0, -1)
                  .map((above) => plainName(above.name))
                  .join(' ')}
              </span>
            </span>
            <span class="quiet num">{code}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
