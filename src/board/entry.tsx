import { DivisionTable, plainName } from '../divisions/division-table.js';
import type { DivisionCode } from '../domain/division.js';
import { Kept, linkIn, type Setting } from './page.js';
import { placeName } from './words.js';

const NO_NAMES: ReadonlySet<string> = new Set(['县', '市辖区', '省直辖县级行政区划', '自治区直辖县级行政区划']);

/** The page above all: find a place, or go down from the provinces. */
export function Entry({ setting, books }: { setting: Setting; books: readonly DivisionCode[] }) {
  const { say } = setting;
  const table = DivisionTable.get();
  return (
    <>
      <section class="hero">
        <p class="lead">
          {say(
            '每一笔乡村振兴资金从哪里来、分到哪里、变成了什么，都在这里；每个数字都可以自己核对。',
            'Where each yuan of rural money came from, where it went and what it became; every figure can be checked by yourself.',
          )}
        </p>
        <search>
          <form action="/board/search">
            <Kept setting={setting} />
            <label for="find">{say('找到你的村、乡镇或县', 'Find your village, town or county')}</label>
            <div>
              <input
                id="find"
                type="search"
                name="q"
                required
                maxLength={100}
                placeholder={say('如：花牛镇，或 北塔 田江', 'e.g. 花牛镇, or 北塔 田江')}
              />
              <button type="submit">{say('查找', 'Find')}</button>
            </div>
          </form>
        </search>
      </section>
      <section aria-labelledby="open">
        <header>
          <h2 id="open">{say('已公开账目的地方', 'Where accounts are open')}</h2>
          <span class="quiet">{say(`${books.length} 个账套`, `${books.length} books`)}</span>
        </header>
        {books.length === 0 ? (
          <p class="empty">{say('还没有账套。', 'There is no book yet.')}</p>
        ) : (
          <dl class="places">
            {[...Map.groupBy(books, (code) => code.slice(0, 2))].map(([province, codes]) => (
              <div key={province}>
                <dt>{placeName(`${province}0000`)}</dt>
                {codes.map((code) => (
                  <dd key={code}>
                    <a href={linkIn(setting, `/board/${code}`)}>{nameBelowProvince(code)}</a>
                  </dd>
                ))}
              </div>
            ))}
          </dl>
        )}
      </section>
      <section aria-labelledby="provinces">
        <header>
          <h2 id="provinces">{say('按行政区划查找', 'By division')}</h2>
        </header>
        <ul class="drill">
          {table.children(undefined).map(({ code, name }) => (
            <li key={code}>
              <a href={linkIn(setting, `/board/${code}`)}>{name}</a>
            </li>
          ))}
        </ul>
      </section>
    </>
  );
}

/** `天水市 麦积区`; what stands between a province and its counties in the table of codes alone has no name to be called by. */
function nameBelowProvince(code: DivisionCode): string {
  const [province, ...below] = DivisionTable.get().path(code);
  const names = below.map(({ name }) => plainName(name)).filter((name) => !NO_NAMES.has(name));
  return names.join(' ') || (province === undefined ? code : plainName(province.name));
}
