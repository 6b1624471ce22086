// Checks an entry of a book, or a whole notice, in the reader's own browser, and writes what it found into the page. Nothing
// here believes the service: it fetches bytes, hashes them, and compares what comes out with what the key of the book has
// signed. No build and no script of others, so that it can be read: bytes.js, note.js, book.js, later.js, sums.js, notice.js,
// shown.js, this.
// The same is done outside a browser by `npx mingzhang verify-receipt`.

import { Book } from './book.js';
import { hex, Unsure, Wrong } from './bytes.js';
import { lookLater } from './later.js';
import { checkNotice } from './notice.js';
import { compareShown } from './shown.js';

const isEnglish = document.documentElement.lang === 'en';
const say = (zh, en) => (isEnglish ? en : zh);
/** Words up to a space or a quotation mark that have a Chinese letter. */
const CHINESE_WORDS = /([^\s“”]*[\p{Script=Han}\u3000-\u303f\uff01-\uff5e][^\s“”]*)/u;

async function load(path) {
  let answer;
  try {
    answer = await fetch(path, { cache: 'no-store' });
  } catch {
    throw new Unsure('连不上服务，没有查成', 'the service cannot be reached; nothing was checked');
  }
  if (!answer.ok)
    throw new Unsure(`服务没有给出 ${path}（${answer.status}）`, `the service did not show ${path} (${answer.status})`);
  return new Uint8Array(await answer.arrayBuffer());
}

/** A line is a text, or a text that leads to another page. How it was found is folded away, for those who want to know. */
function tell(box, state, title, lines, how = []) {
  box.className = `verdict ${state}`;
  const head = document.createElement('h2');
  head.textContent = title;
  box.replaceChildren(head, listOf(lines));
  if (how.length === 0) return;
  const details = document.createElement('details');
  const summary = document.createElement('summary');
  summary.textContent = say('怎么查的', 'How it was checked');
  details.append(summary, listOf(how));
  box.append(details);
}

function listOf(lines) {
  const list = document.createElement('ul');
  for (const line of lines) {
    const item = document.createElement('li');
    item.append(...(typeof line === 'string' ? spoken(line) : [linkTo(line)]));
    list.append(item);
  }
  return list;
}

/** What an English finding quotes in Chinese says so, for screen readers (WCAG 3.1.2). */
function spoken(line) {
  if (!isEnglish) return [line];
  return line.split(CHINESE_WORDS).map((part, index) => {
    if (index % 2 === 0) return part;
    const quoted = document.createElement('span');
    quoted.lang = 'zh-CN';
    quoted.textContent = part;
    return quoted;
  });
}

function linkTo({ text, path }) {
  const link = document.createElement('a');
  link.href = path + location.search;
  link.textContent = text;
  return link;
}

const grouped = (fingerprint) => fingerprint.match(/.{4}/g).join(' ');
const count = (number) => number.toLocaleString('en');

/** Which key signed: the one thing that a reader must compare. */
function keyLine({ checkpoint: { signer } }, pinned) {
  const fingerprint = grouped(signer.fingerprint);
  return pinned === undefined
    ? say(
        `请把密钥指纹 ${fingerprint} 与纸上印的对一对；不一样就不要信。`,
        `Compare the fingerprint of the key, ${fingerprint}, with the one on paper.`,
      )
    : say(
        `密钥与您扫的纸上印的是同一把：${fingerprint}`,
        `It is the key that the paper you scanned names: ${fingerprint}`,
      );
}

function howLines({ checkpoint, leaf, path, event }) {
  const { size, origin, signer, witnesses } = checkpoint;
  return [
    say(
      `第 ${event.seq} 号记录的原文，指纹是 ${hex(leaf).slice(0, 16)}…，与账本里的相同。`,
      `The bytes of entry ${event.seq} have the hash ${hex(leaf).slice(0, 16)}…, the one in the log.`,
    ),
    say(
      `沿 ${path} 步可算到全账的总指纹；这本账（${origin}）有 ${count(size)} 条记录。`,
      `A path of ${path} steps leads to the hash of the whole book (${origin}), which has ${count(size)} entries.`,
    ),
    say(`总指纹由 ${signer.name} 的密钥签名。`, `That hash is signed by ${signer.name}.`),
    ...witnesses.map(({ name, time }) =>
      say(
        `证人 ${name} 于北京时间 ${new Date(time).toLocaleString('zh-CN', { timeZone: 'Asia/Shanghai' })} 附署（附署未在此页核验）。`,
        `Witness ${name} cosigned at ${new Date(time).toISOString()} (not checked on this page).`,
      ),
    ),
  ];
}

/** What later entries say of it, and how far that is proven. */
function laterLines({ event, checkpoint, later, told }) {
  const { from, found } = later;
  const path = (seq) => `/verify/${event.book}/${seq}`;
  const lines = found.map(({ what, seq, by }) => ({ text: laterWords(what, seq, by), path: path(by) }));
  const after = checkpoint.size - 1 - (from ?? event.seq);
  if (from === undefined) {
    lines.push(
      say(
        `以后还有 ${count(after)} 条记录，太多，本页没有读：后来有没有冲销，本页没有证明。要查整本账，请用 npx mingzhang verify。`,
        `${count(after)} entries came later, too many to be read here: whether one reversed it is not proven. Check the whole book with npx mingzhang verify.`,
      ),
    );
    if (told !== undefined) lines.push(toldWords(told));
    return lines;
  }
  const nothing = found.length === 0;
  lines.push(
    say(
      `第 ${from} 号以后的 ${count(after)} 条记录逐条读过，证明是全部：${nothing ? '没有冲销、更正或撤回' : '除此之外没有冲销、更正或撤回'}。`,
      `All ${count(after)} entries after entry ${from} were read and proven to be all: ${nothing ? 'none' : 'no other'} reverses, corrects or withdraws it.`,
    ),
  );
  return lines;
}

function laterWords(what, seq, by) {
  if (what === 'replaced')
    return say(`后来由第 ${by} 号记录的公告更正`, `corrected later by the notice of entry ${by}`);
  if (what === 'withdrawn') return say(`后来由第 ${by} 号记录撤回`, `withdrawn later by entry ${by}`);
  return say(
    `第 ${seq} 号记录后来被第 ${by} 号记录冲销，金额不再算数`,
    `entry ${seq} was reversed later by entry ${by}; its amounts count no more`,
  );
}

/** Only what the service says of a notice: nothing shows that it says all. */
function toldWords({ replacedBy, state }) {
  if (replacedBy !== null)
    return say(`本站说它已由 ${replacedBy} 更正。`, `The service says that ${replacedBy} corrected it.`);
  return state === 'withdrawn'
    ? say('本站说它已经撤回。', 'The service says that it was withdrawn.')
    : say(
        '本站没有说它被更正或撤回；这只是本站所说。',
        'The service does not say that it was corrected or withdrawn; that is not proven.',
      );
}

/** The last thing that came is what matters most. */
function titleOf({ later: { found } }, whole) {
  const last = found.map(({ what }) => what);
  if (last.includes('withdrawn')) return say(`${whole.zh}，但后来撤回了`, `${whole.en}, but withdrawn later`);
  if (last.includes('replaced')) return say(`${whole.zh}，但后来更正了`, `${whole.en}, but corrected later`);
  if (last.includes('reversed')) return say(`${whole.zh}，但后来有冲销`, `${whole.en}, but reversed later`);
  return say(whole.zh, whole.en);
}

/** `#key=<fingerprint>` in the address, as the code on a printed notice has it; a part of one shows nothing. */
function pinnedKey() {
  const named = new URLSearchParams(location.hash.slice(1)).get('key');
  if (named === null) return undefined;
  const fingerprint = named.replace(/[^0-9a-f]/gi, '').toLowerCase();
  if (fingerprint.length === 32) return fingerprint;
  throw new Unsure(
    '网址里的密钥指纹不完整，请重新扫纸上的码',
    'the fingerprint of the key in the address is not whole: scan the code on the paper again',
  );
}

async function proveEntry(book, seq) {
  const proven = await book.prove(seq);
  return { ...proven, later: await lookLater(book, proven) };
}

function rowLines({ rows, cited }) {
  return [
    say(
      `公告的 ${count(rows.length)} 行，一行不多、一行不少，就是公告时的那些行。`,
      `The ${count(rows.length)} rows are those that were published, none added, none left out.`,
    ),
    say(
      `每个数字都等于它所引记录的合计；所引 ${count(cited.length)} 条记录逐条证明在账本里。`,
      `Every figure is the sum of the entries that it names; each of those ${count(cited.length)} is proven to be in the log.`,
    ),
  ];
}

async function run(box) {
  const { book: bookId, seq, notice } = box.dataset;
  const content = document.getElementById('content');
  const progress = document.createElement('progress');
  try {
    if (globalThis.crypto?.subtle === undefined)
      throw new Unsure(
        '浏览器只在 https 网址（或本机）上允许计算指纹，本页没有查',
        'browsers hash only on https addresses (or this very computer); nothing was checked',
      );
    tell(box, 'busy', say('正在您的手机或电脑上核对…', 'Checking on your own device…'), []);
    box.append(progress);
    const pinned = pinnedKey();
    const book = new Book(bookId, load, pinned);
    const proven =
      notice === undefined
        ? await proveEntry(book, Number(seq))
        : await checkNotice(book, notice, (done, all) => {
            progress.max = all;
            progress.value = done;
          });
    compareShown(content, proven);
    const whole =
      notice === undefined
        ? { zh: '查过了：没有被改', en: 'Checked: nothing was changed' }
        : { zh: '查过了：公告与账本一致', en: 'Checked: the notice is what the book says' };
    const state = proven.later.found.length === 0 ? 'good' : 'noted';
    const lines = [...(notice === undefined ? [] : rowLines(proven)), ...laterLines(proven), keyLine(proven, pinned)];
    tell(box, state, titleOf(proven, whole), lines, howLines(proven));
  } catch (error) {
    if (error instanceof Unsure) {
      tell(box, 'unsure', say('没有查成', 'Not checked'), [say(error.zh, error.en)]);
      return;
    }
    // Whatever cannot be read is not what it must be.
    const { zh, en } =
      error instanceof Wrong ? error : { zh: `读不懂：${error.message}`, en: `unreadable: ${error.message}` };
    tell(box, 'bad', say('不对：与账本不符', 'Wrong: this is not what the book says'), [
      say(zh, en),
      say('请不要相信本页，并拨打 12317 举报。', 'Do not trust this page, and tell hotline 12317.'),
    ]);
  }
}

const box = document.getElementById('verdict');
if (box !== null) await run(box);
