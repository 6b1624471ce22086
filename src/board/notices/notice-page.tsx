import type { PostedPhoto } from '../../disclosure/lines.js';
import type { FollowedObjection } from '../../disclosure/objection-reader.js';
import { NOTICE_FIELDS } from '../../domain/notices/fields.js';
import { NOTICE_RULES } from '../../domain/notices/types.js';
import { Fact, Proof } from '../cards/card-parts.js';
import { linkIn, type Setting } from '../page.js';
import { QrCode } from '../qr-code.js';
import { placeName, type Say, timeInChina, wordOf } from '../words.js';
import type { NoticeView } from './notice-view.js';
import {
  OBJECTION_KIND_WORDS,
  OBJECTION_STATE_WORDS,
  OUTCOME_WORDS,
  STATE_TAGS,
  stateWords,
  textsOf,
  warningWords,
} from './notice-words.js';
import { RowTable } from './row-table.js';

export interface NoticeProps {
  setting: Setting;
  /** The division on whose board it stands. */
  within: string;
  view: NoticeView;
  today: string;
  /** Where the code of the printed page leads. */
  proofUrl: string;
  fingerprint: string;
}

/** A notice as it hangs on the board: what is told, by whom, for how long, and how anybody objects. */
export function NoticePage({ setting, within, view, today, proofUrl, fingerprint }: NoticeProps) {
  const { event, rows, columns, before, filed, photos } = view;
  const { data, book } = event;
  const { say } = setting;
  const at = `/board/${within}/notices/${book}/${data.id}`;
  return (
    <article class="sheet">
      <header class="posted">
        <p class="kind">{NOTICE_RULES[data.type][setting.lang]}</p>
        <p>
          <span class={STATE_TAGS[view.standing.state]}>{stateWords(view.standing, data.publicTo, today, say)}</span>
        </p>
      </header>
      <Marks setting={setting} within={within} view={view} />
      <dl class="facts">
        <Fact head={say('公示单位', 'Division')}>{placeName(data.division)}</Fact>
        <Fact head={say('公示期', 'Public period')}>
          <span class="whole">{data.publicFrom}</span> {say('至', 'to')} <span class="whole">{data.publicTo}</span>{' '}
          {say(
            `（${data.days} 个${data.dayKind === 'working' ? '工作日' : '自然日'}）`,
            `(${data.days} ${data.dayKind} days)`,
          )}
        </Fact>
        <Fact head={say('公示地点', 'Posted at')}>{data.place}</Fact>
        <Fact head={say('联系人', 'Contact')}>
          {[data.contact, data.phone, data.address, data.email].filter((part) => part !== undefined).join(' · ')}
        </Fact>
      </dl>
      <Texts setting={setting} data={view.event.data} />
      {columns.length > 0 && (
        <section aria-labelledby="rows">
          <header>
            <h2 id="rows">
              {before === undefined ? say('公示内容', 'What is published') : say('更正后', 'Corrected')}
            </h2>
            <span class="quiet">
              {say(`截至第 ${data.asOfSeq} 号记录`, `as the book stood at entry ${data.asOfSeq}`)}
            </span>
          </header>
          {rows.length === 0 ? (
            <p class="empty">{say('没有内容', 'Nothing')}</p>
          ) : (
            <RowTable setting={setting} view={view} />
          )}
        </section>
      )}
      {before !== undefined && <Before setting={setting} view={view} within={within} />}
      {filed.length > 0 && <Filed setting={setting} filed={filed} />}
      {photos.length > 0 && <Photos setting={setting} book={book} photos={photos} />}
      <section class="ways noprint">
        <a class="button" href={linkIn(setting, `${at}/objection`)}>
          {say('提出异议或举报', 'Object or report')}
        </a>
        <a class="button plain" href={`${at}.pdf`}>
          {say('下载 A4 打印件（PDF）', 'Print on A4 (PDF)')}
        </a>
        <a class="button plain" href={linkIn(setting, `/verify/${book}/notices/${data.id}`)}>
          {say('核对真伪', 'Check the proof')}
        </a>
      </section>
      <section class="seal">
        <QrCode text={proofUrl} label={say('核对真伪的二维码', 'Code that leads to the proof')} />
        <div>
          <p>
            {say(
              '扫码核对：在您自己的手机上，从签名的账本算出每一个数字。',
              'Scan to check every figure against the signed book.',
            )}
          </p>
          <p class="quiet">
            {say('账本密钥指纹', 'Fingerprint of the key')} <code>{fingerprint}</code>
          </p>
          <p>
            {say('对公示内容有异议，请在公示期内反映。监督举报电话', 'Object within the public period. Hotline')}{' '}
            <a class="hotline" href={`tel:${data.hotline}`}>
              {data.hotline}
            </a>
          </p>
        </div>
      </section>
    </article>
  );
}

/** What a reader must know before the rest: that it is too short, withdrawn, replaced, or replaces another. */
function Marks({ setting, within, view }: Pick<NoticeProps, 'setting' | 'within' | 'view'>) {
  const { say } = setting;
  const { data, book } = view.event;
  const other = (id: string) => linkIn(setting, `/board/${within}/notices/${book}/${id}`);
  return (
    <>
      {view.warnings.map((warning) => (
        <p key={warning.code} class="mark bad">
          {warningWords(warning, say)}
        </p>
      ))}
      {view.withdrawal !== null && (
        <p class="mark bad">
          {say(
            `这份公告已于 ${view.withdrawal.date} 撤回。撤回原因：${view.withdrawal.reason}`,
            `This was withdrawn on ${view.withdrawal.date}. Reason: ${view.withdrawal.reason}`,
          )}{' '}
          <Proof setting={setting} book={book} seq={view.withdrawal.seq} />
        </p>
      )}
      {view.after !== undefined && (
        <p class="mark bad">
          {say(
            `这份公告已于 ${view.after.event.effectiveDate} 由新的公告更正：`,
            `This was corrected on ${view.after.event.effectiveDate} by a later notice: `,
          )}
          <a href={other(view.after.event.data.id)}>{say('看更正后的公告', 'see it as corrected')}</a>
          {reasonWords(view.after.event.data.reason, say)}
        </p>
      )}
      {data.replaces !== undefined && (
        <p class="mark">
          {say('这是更正公告，', 'This corrects an earlier notice: ')}
          <a href={other(data.replaces)}>{say('看原公告', 'see it as it was')}</a>
          {reasonWords(data.reason, say)}
        </p>
      )}
    </>
  );
}

function reasonWords(reason: string | undefined, say: Say): string {
  return reason === undefined ? '' : say(`。更正原因：${reason}`, `. Reason: ${reason}`);
}

interface TextsProps {
  setting: Setting;
  data: NoticeView['event']['data'];
  /** Of the notice that took its place: what is told otherwise there is marked. */
  after?: NoticeView['event']['data'];
}

function Texts({ setting: { say, lang }, data, after }: TextsProps) {
  const texts = textsOf(data);
  if (texts.length === 0) return null;
  return (
    <section aria-label={after === undefined ? say('说明', 'In words') : say('更正前的说明', 'In words, before')}>
      <dl class="facts texts">
        {texts.map(([field, text]) => (
          <Fact key={field} head={NOTICE_FIELDS[field][lang]}>
            {after === undefined || after.fields[field] === text ? text : <span class="was">{text}</span>}
          </Fact>
        ))}
      </dl>
    </section>
  );
}

/** 更正前: what was told stays readable beside what is told now, and what differs is marked. */
function Before({ setting, within, view }: Pick<NoticeProps, 'setting' | 'within' | 'view'>) {
  const { before, event } = view;
  if (before === undefined) return null;
  const { id, title, asOfSeq, rowsHash } = before.event.data;
  return (
    <section aria-labelledby="before" class="before">
      <header>
        <h2 id="before">{setting.say('更正前', 'As it was before')}</h2>
        <a href={linkIn(setting, `/board/${within}/notices/${event.book}/${id}`)}>{title}</a>
      </header>
      <p class="quiet">
        {setting.say(
          `截至第 ${asOfSeq} 号记录。标黄的，更正后不同。`,
          `As the book stood at entry ${asOfSeq}. What is marked is told otherwise now.`,
        )}
      </p>
      <Texts setting={setting} data={before.event.data} after={event.data} />
      {before.rows.length > 0 &&
        (rowsHash === event.data.rowsHash ? (
          <p class="quiet">{setting.say('表中各行没有变化。', 'The rows are the same.')}</p>
        ) : (
          <RowTable setting={setting} view={view} before={before} />
        ))}
    </section>
  );
}

function Filed({ setting, filed }: { setting: Setting; filed: readonly FollowedObjection[] }) {
  const { say, lang } = setting;
  return (
    <section aria-labelledby="filed">
      <header>
        <h2 id="filed">{say('异议与答复', 'Objections and answers')}</h2>
      </header>
      <ol class="filed">
        {filed.map(({ filed: { data, effectiveDate }, answered, state }) => (
          <li key={data.id}>
            <p>
              <span class={state === 'answered' ? 'tag' : state === 'overdue' ? 'tag bad' : 'tag warn'}>
                {wordOf(OBJECTION_STATE_WORDS, state, lang)}
              </span>{' '}
              {effectiveDate} {wordOf(OBJECTION_KIND_WORDS, data.kind, lang)}
              {data.row !== undefined && say(`，针对第 ${data.row} 行`, `, against row ${data.row}`)}
              {answered === undefined && say(`，应于 ${data.dueOn} 前答复`, `, to be answered by ${data.dueOn}`)}
            </p>
            {answered !== undefined && (
              <p class="answer">
                <strong>{wordOf(OUTCOME_WORDS, answered.data.outcome, lang)}</strong> {answered.data.answer}{' '}
                <span class="quiet">{answered.effectiveDate}</span>
              </p>
            )}
          </li>
        ))}
      </ol>
    </section>
  );
}

interface PhotosProps {
  setting: Setting;
  book: string;
  photos: readonly PostedPhoto[];
}

/** 张贴凭证: each with where and when it was taken, and the entry that says so. */
function Photos({ setting, book, photos }: PhotosProps) {
  const { say } = setting;
  return (
    <section aria-labelledby="photos" class="noprint">
      <header>
        <h2 id="photos">{say('张贴照片', 'Where it hangs')}</h2>
      </header>
      <ul class="photos">
        {photos.map(({ seq, sha256, takenAt, place }, index) => (
          <li key={sha256}>
            <figure>
              <img
                src={`/v1/disclosure/books/${book}/photos/${sha256}`}
                alt={say(`张贴照片 ${index + 1}`, `Photo ${index + 1} of the notice where it hangs`)}
                loading="lazy"
              />
              <figcaption>
                {place}
                <span class="quiet">
                  {say('拍摄于', 'Taken at')} <time dateTime={takenAt}>{timeInChina(takenAt)}</time>
                  {say('（北京时间）', ' (Beijing time)')} <Proof setting={setting} book={book} seq={seq} />
                </span>
              </figcaption>
            </figure>
          </li>
        ))}
      </ul>
    </section>
  );
}
