import type { BookEvent } from '../../domain/event.js';
import { Fact } from '../cards/card-parts.js';
import { grouped } from '../figures.js';
import type { NoticeView } from '../notices/notice-view.js';
import { RowTable } from '../notices/row-table.js';
import { linkIn, type Setting } from '../page.js';
import { VERIFY_SCRIPT, VERIFY_SCRIPTS } from '../public-files.js';
import { holderWords, placeName, wordOf } from '../words.js';
import { EVENT_WORDS } from './event-words.js';

interface VerdictProps {
  setting: Setting;
  book: string;
  seq: number;
  notice?: string;
}

/** What public/verify/page.js writes its finding into; without scripts it says how else to check. */
function Verdict({ setting: { say }, book, seq, notice }: VerdictProps) {
  return (
    <>
      <div
        id="verdict"
        class="verdict unsure"
        role="status"
        data-book={book}
        data-seq={seq}
        {...(notice !== undefined && { 'data-notice': notice })}
      >
        <h2>{say('没有查', 'Not checked')}</h2>
        <p>
          {say(
            '核对在您自己的浏览器里做，需要打开脚本（JavaScript）。不用脚本，可以照下面的命令查。',
            'The check runs in your own browser and needs scripts. Without them, use the command below.',
          )}
        </p>
      </div>
      {VERIFY_SCRIPTS.map((script) => (
        <link key={script} rel="modulepreload" href={script} />
      ))}
      <script type="module" src={VERIFY_SCRIPT} />
    </>
  );
}

function Limits({ setting: { say }, book, seq, url }: { setting: Setting; book: string; seq: number; url: string }) {
  return (
    <section aria-labelledby="limits">
      <header>
        <h2 id="limits">{say('证明了什么，没有证明什么', 'What is proven, and what is not')}</h2>
      </header>
      <ul>
        <li>
          {say(
            '绿色表示：这些内容与签了名的账本逐字相同，记下以后没有人改过。',
            'Green says: this is word for word what the signed book has; nobody changed it afterwards.',
          )}
        </li>
        <li>
          {say(
            '没有证明：记账的人当初记的是不是实情。钱是不是真的发到了人，要靠收据、现场和您自己。',
            'It does not say that what was recorded was true. Whether the money came is for receipts, a visit and you.',
          )}
        </li>
        <li>
          {say(
            '没有证明：别人看到的是同一本账。密钥指纹要与纸上、上级部门或证人那里的对一对。',
            'It does not say that others are shown the same book: compare the fingerprint of the key with paper, a superior bureau or a witness.',
          )}
        </li>
        <li>
          {say(
            '后来有没有冲销、更正、撤回：以后的记录不太多时，浏览器把它们全部读完，证明有或没有；太多时明说没有查。',
            'Whether it was reversed, corrected or withdrawn later: where not too many entries came later, your browser reads all of them and proves it; else it says that it did not.',
          )}
        </li>
        <li>
          {say(
            '没有证明：公告没有漏列该列的内容。这要查整本账：npx mingzhang verify。',
            'It does not say that nothing was left out of a notice: for that the whole book is checked, with npx mingzhang verify.',
          )}
        </li>
        <li>
          {say(
            '姓名、中文名称等由本站对照编号写出，账本里只有编号。',
            'Names of persons and words for codes are put in by this site; the book holds the codes.',
          )}
        </li>
      </ul>
      <h3>{say('另一种查法', 'The other way')}</h3>
      <pre>
        <code>
          {`curl -s ${url}/log/${book}/proof/${seq}.tlog-proof -o ${seq}.tlog-proof\n`}
          {`curl -s ${url}/verify/${book}/${seq}/entry -o ${seq}.json\n`}
          {`npx mingzhang verify-receipt ${seq}.tlog-proof --entry ${seq}.json --key "$(curl -s ${url}/log/keys | head -1)"`}
        </code>
      </pre>
      <p class="quiet">
        <a href={`/log/${book}/proof/${seq}.tlog-proof`}>{say('证明文件', 'The proof as a file')}</a> ·{' '}
        <a href="/log/keys">{say('公布的密钥', 'The published keys')}</a> ·{' '}
        <a href={`/log/${book}/checkpoint`}>{say('签名的总指纹', 'The signed checkpoint')}</a> ·{' '}
        <a href={VERIFY_SCRIPT}>{say('核对程序的原文', 'The program that checks')}</a>
      </p>
    </section>
  );
}

interface VerifyEntryProps {
  setting: Setting;
  event: BookEvent;
  bytes: string;
  url: string;
}

/** An entry in words; whatever has a `data-path`, and the whole of `data-bytes`, is compared with its bytes. */
export function VerifyEntry({ setting, event, bytes, url }: VerifyEntryProps) {
  const { say, lang } = setting;
  const { book, seq, type, effectiveDate, recordedAt, documents, note, postings, data } = event;
  const reversed = type === 'entry.reversed' ? data.seq : undefined;
  return (
    <>
      <Verdict setting={setting} book={book} seq={seq} />
      <section aria-labelledby="entry">
        <header>
          <h2 id="entry">{wordOf(EVENT_WORDS, type, lang)}</h2>
          <span class="quiet">
            {placeName(book)} · {say('第', 'entry ')}
            <span data-path="seq">{seq}</span>
            {say(' 号记录', '')}
          </span>
        </header>
        <dl class="facts">
          <Fact head={say('记录种类', 'Type')}>
            <code data-path="type">{type}</code>
          </Fact>
          <Fact head={say('业务日期', 'Effective')}>
            <span data-path="effectiveDate">{effectiveDate}</span>
          </Fact>
          <Fact head={say('记账时间', 'Recorded')}>
            <time data-path="recordedAt">{recordedAt}</time>
          </Fact>
          {documents.map((document, index) => (
            <Fact key={document} head={index === 0 ? say('依据文件', 'Documents') : ''}>
              <span data-path={`documents[${index}]`}>{document}</span>
            </Fact>
          ))}
          {note !== undefined && (
            <Fact head={say('摘要', 'Note')}>
              <span data-path="note">{note}</span>
            </Fact>
          )}
          {'reason' in data && data.reason !== undefined && (
            <Fact head={say('原因', 'Reason')}>
              <span data-path="data.reason">{data.reason}</span>
            </Fact>
          )}
          {reversed !== undefined && (
            <Fact head={say('冲销的记录', 'Reverses')}>
              <a href={linkIn(setting, `/verify/${book}/${reversed}`)}>
                <span data-path="data.seq">{reversed}</span>
              </a>
            </Fact>
          )}
        </dl>
      </section>
      {postings.length > 0 && <Postings setting={setting} event={event} />}
      <details>
        <summary>{say('记录的原文（签名的就是这些字节）', 'The entry itself: the bytes that are signed')}</summary>
        <pre>
          <code data-bytes>{bytes}</code>
        </pre>
      </details>
      <Limits setting={setting} book={book} seq={seq} url={url} />
    </>
  );
}

function Postings({ setting, event }: { setting: Setting; event: BookEvent }) {
  const { say, lang } = setting;
  return (
    <section aria-labelledby="postings">
      <header>
        <h2 id="postings">{say('分录（元）', 'Postings, yuan')}</h2>
      </header>
      <table class="cards">
        <thead>
          <tr>
            <th scope="col">{say('账户', 'Account')}</th>
            <th scope="col">{say('账户代码', 'Code')}</th>
            <th scope="col">{say('资金', 'Fund')}</th>
            <th scope="col" class="num">
              {say('金额', 'Amount')}
            </th>
          </tr>
        </thead>
        <tbody>
          {event.postings.map(({ account, fund, amount }, index) => (
            <tr key={`${account} ${fund} ${amount}`}>
              <th scope="row">{holderWords(account, lang)}</th>
              <td data-label={say('账户代码', 'Code')} data-path={`postings[${index}].account`}>
                {account}
              </td>
              <td data-label={say('资金', 'Fund')} data-path={`postings[${index}].fund`}>
                {fund}
              </td>
              <td class="num" data-label={say('金额', 'Amount')} data-path={`postings[${index}].amount`}>
                {grouped(amount)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

interface VerifyNoticeProps {
  setting: Setting;
  view: NoticeView;
  url: string;
}

export function VerifyNotice({ setting, view, url }: VerifyNoticeProps) {
  const { say } = setting;
  const { event, rows } = view;
  const { book, seq, data } = event;
  return (
    <>
      <Verdict setting={setting} book={book} seq={seq} notice={data.id} />
      <section aria-labelledby="notice">
        <header>
          <h2 id="notice" data-path="data.title">
            {data.title}
          </h2>
          <a href={linkIn(setting, `/board/${data.division}/notices/${book}/${data.id}`)}>
            {say('公告全文', 'The notice')}
          </a>
        </header>
        <dl class="facts">
          <Fact head={say('公示单位', 'Division')}>
            {placeName(data.division)} <span data-path="data.division">{data.division}</span>
          </Fact>
          <Fact head={say('公示期', 'Public period')}>
            <span data-path="data.publicFrom">{data.publicFrom}</span> {say('至', 'to')}{' '}
            <span data-path="data.publicTo">{data.publicTo}</span>
          </Fact>
          <Fact head={say('记在账本的', 'In the book as')}>
            <a href={linkIn(setting, `/verify/${book}/${seq}`)}>
              {say('第 ', 'entry ')}
              <span data-path="seq">{seq}</span>
              {say(' 号记录', '')}
            </a>
            {say('，内容截至第 ', ', as the book stood at entry ')}
            <span data-path="data.asOfSeq">{data.asOfSeq}</span>
            {say(' 号记录', '')}
          </Fact>
          <Fact head={say('各行的指纹', 'Hash of the rows')}>
            <code data-path="data.rowsHash">{data.rowsHash}</code>
          </Fact>
        </dl>
        {rows.length > 0 && <RowTable setting={setting} view={view} />}
      </section>
      <Limits setting={setting} book={book} seq={seq} url={url} />
    </>
  );
}
