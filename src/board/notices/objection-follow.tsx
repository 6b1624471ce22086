import type { FollowedObjection } from '../../disclosure/objection-reader.js';
import { linkIn, type Setting } from '../page.js';
import { wordOf } from '../words.js';
import { OBJECTION_KIND_WORDS, OBJECTION_STATE_WORDS, OUTCOME_WORDS } from './notice-words.js';

interface ObjectionFollowProps {
  setting: Setting;
  /** `unknown` where no objection has the code that was entered. */
  found: FollowedObjection | 'unknown' | undefined;
}

/** A code goes in, state and answer come out. The code travels in the body, so that no log and no history keeps it. */
export function ObjectionFollow({ setting, found }: ObjectionFollowProps) {
  const { say } = setting;
  return (
    <>
      <form class="form" method="post" action={linkIn(setting, '/board/objections')}>
        <label>
          {say('查询码', 'Code')}
          <input
            name="code"
            required
            autocomplete="off"
            autocapitalize="off"
            spellcheck={false}
            maxlength={60}
            {...(found === 'unknown' && { 'aria-invalid': 'true' as const, 'aria-describedby': 'code-error' })}
          />
        </label>
        {found === 'unknown' && (
          <p class="error" id="code-error" role="alert">
            {say('没有这个查询码，请再对一遍。', 'There is no such code. Please compare it again.')}
          </p>
        )}
        <p>
          <button type="submit">{say('查询', 'Look up')}</button>
        </p>
      </form>
      {found !== undefined && found !== 'unknown' && <Found setting={setting} found={found} />}
    </>
  );
}

function Found({ setting, found: { filed, answered, state } }: { setting: Setting; found: FollowedObjection }) {
  const { say, lang } = setting;
  const { data, book, effectiveDate, seq } = filed;
  return (
    <section aria-labelledby="found">
      <header>
        <h2 id="found">{wordOf(OBJECTION_STATE_WORDS, state, lang)}</h2>
      </header>
      <dl class="facts">
        <dt>{say('类别', 'Kind')}</dt>
        <dd>{wordOf(OBJECTION_KIND_WORDS, data.kind, lang)}</dd>
        <dt>{say('提出日期', 'Filed on')}</dt>
        <dd>{effectiveDate}</dd>
        <dt>{say('应答复日期', 'To be answered by')}</dt>
        <dd>{data.dueOn}</dd>
        {data.notice !== undefined && (
          <>
            <dt>{say('针对', 'About')}</dt>
            <dd>
              <a href={linkIn(setting, `/board/${book}/notices/${book}/${data.notice}`)}>{data.notice}</a>
              {data.row !== undefined && say(` 第 ${data.row} 行`, `, row ${data.row}`)}
            </dd>
          </>
        )}
        {answered !== undefined && (
          <>
            <dt>{say('答复', 'Answer')}</dt>
            <dd>
              <strong>{wordOf(OUTCOME_WORDS, answered.data.outcome, lang)}</strong> {answered.data.answer}{' '}
              <span class="quiet">{answered.effectiveDate}</span>
            </dd>
          </>
        )}
      </dl>
      <p class="quiet">
        <a href={linkIn(setting, `/verify/${book}/${answered?.seq ?? seq}`)}>
          {say('核对：它记在账本里', 'Check that the book has it')}
        </a>
      </p>
    </section>
  );
}
