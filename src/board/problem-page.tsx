import { stretches } from './languages.js';
import { linkIn, type Setting } from './page.js';
import { renderPage } from './render-page.js';
import { type Lang, sayIn } from './words.js';

export interface PageProblem {
  url: URL;
  /** What could not be understood was sent by a form. */
  isForm: boolean;
  status: number;
  /** As the REST surface says it, in both languages. */
  detail: string;
  /** Names in the address that are not as they should be. */
  fields: readonly string[];
  /** For a fault of the service: what its log knows the request by. */
  requestId: string | undefined;
}

type ProblemWords = [zh: string, en: string, zhMore: string, enMore: string];

const FORM_WORDS: ProblemWords = [
  '送来的内容看不懂',
  'What was sent cannot be understood',
  '请回到原来的页面，填好表再提交一次。',
  'Go back to the page of the form, and send it once more.',
];
const WORDS: Record<number, ProblemWords> = {
  400: [
    '这个网址看不懂',
    'This address cannot be understood',
    '网址里有一处写得不对。',
    'Something in the address is not as it should be.',
  ],
  404: [
    '没有这一页',
    'There is no such page',
    '这里没有内容：可能是网址写错了，也可能这一天还没有记录。',
    'Nothing is here: the address may be mistyped, or nothing was on record on that day.',
  ],
  403: [
    '不能从别的网站提交',
    'Not to be sent from another site',
    '这张表只能在公示栏自己的页面上填写和提交。',
    'This form is filled in and sent on the pages of the board alone.',
  ],
  405: [
    '这个网址只能打开看',
    'This address can only be read',
    '这里不收提交的内容。请在浏览器里直接打开。',
    'Nothing can be sent here: open it in a browser.',
  ],
  413: [
    '送来的内容太长',
    'What was sent is too long',
    '请写得短一些，再提交一次。',
    'Say it more briefly, and send it once more.',
  ],
  414: [
    '这个网址太长',
    'This address is too long',
    '没有哪一页的网址有这么长，请核对后再打开。',
    'No page has so long an address: please check it.',
  ],
  415: FORM_WORDS,
  429: [
    '看得太快了，请稍等',
    'Please wait a moment',
    '这个网络在一分钟内打开了太多页面。内容一条也没有少，过一分钟再看即可。',
    'Too many pages were opened from this network within a minute. Nothing is lost: look again in a minute.',
  ],
  503: [
    '请稍后再看',
    'Please look again in a moment',
    '服务正忙，内容一条也没有丢。过一会儿刷新本页即可。',
    'The service is busy and nothing is lost. Reload this page in a moment.',
  ],
};

/** Says what is wrong in plain words, and leads on. */
export function problemPage({ url, isForm, status, detail, fields, requestId }: PageProblem): string {
  const lang = url.searchParams.get('lang') === 'en' ? 'en' : 'zh';
  const say = sayIn(lang);
  const setting: Setting = { lang, say, url, asOf: undefined, kiosk: url.searchParams.get('kiosk') === '1' };
  const [zh, en, zhMore, enMore] = (status === 400 && isForm ? FORM_WORDS : WORDS[status]) ?? [
    status < 500 ? '这一页打不开' : '服务出错了',
    status < 500 ? 'This page cannot be shown' : 'The service failed',
    '可以回到首页，或搜索要找的内容。',
    'Go back to the start, or search for what you look for.',
  ];
  return renderPage(
    { setting, title: say(zh, en) },
    <section class="problem">
      <p class="lead">{say(fields.length === 0 ? zhMore : `网址里的 ${fields.join('、')} 写得不对。`, enMore)}</p>
      {status === 400 && <Detail lang={lang}>{detail}</Detail>}
      {requestId !== undefined && (
        <p class="quiet">
          {say('报告问题时请附上编号', 'When you report this, name')} <code>{requestId}</code>
        </p>
      )}
      <p>
        <a class="button" href={linkIn(setting, '/board')}>
          {say('回到公示栏首页', 'To the start of the board')}
        </a>
      </p>
    </section>,
  );
}

/** What is told in both languages at once; what is not of the page says so. */
function Detail({ lang: usual, children }: { lang: Lang; children: string }) {
  return (
    <p class="quiet">
      {stretches(children, 'zh').map(({ lang, text }) =>
        lang === usual ? (
          text
        ) : (
          <span key={text} lang={lang === 'zh' ? 'zh-CN' : 'en'}>
            {text}
          </span>
        ),
      )}
    </p>
  );
}
