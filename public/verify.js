// Checks an entry of a book, or a whole notice, in the reader's own browser. Nothing here believes the service: it fetches
// bytes, hashes them, and compares what comes out with what the key of the book has signed.
//
// One file, without a build and without other scripts, so that it can be read from top to bottom:
//   1. bytes and hashes    2. the signed note    3. one entry    4. the rows of a notice    5. the page
// The formats: RFC 6962 (the tree), C2SP tlog-checkpoint and signed-note (what is signed), tlog-tiles (where entries are),
// RFC 8785 (how rows are written down). The same is done outside a browser by `npx mingzhang verify-receipt`.

/** Something is not as it must be: the page turns red. `row` is the row of a notice where it is one that is wrong. */
export class Wrong extends Error {
  constructor(zh, en, row) {
    super(row === undefined ? zh : `第 ${row} 行${zh}`);
    this.zh = this.message;
    this.en = row === undefined ? en : `row ${row}: ${en}`;
  }
}

/** Nothing is known to be wrong, but it could not be checked: never green, never red. */
export class Unsure extends Error {
  constructor(zh, en) {
    super(zh);
    this.zh = zh;
    this.en = en;
  }
}

// ---- 1. Bytes and hashes ---------------------------------------------------------------------------------------------

const utf8 = (text) => new TextEncoder().encode(text);
const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
const toBase64 = (bytes) => btoa(String.fromCharCode(...bytes));

function fromBase64(text) {
  try {
    const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
    // Only the one canonical writing of the bytes.
    if (toBase64(bytes) === text) return bytes;
  } catch {
    // Not base64 at all: the same answer as below.
  }
  throw new Wrong(`这不是 base64：${text.slice(0, 40)}`, `this is no base64: ${text.slice(0, 40)}`);
}

function concat(...parts) {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

const isSame = (a, b) => a.length === b.length && a.every((byte, at) => byte === b[at]);

async function sha256(bytes) {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
}

/** RFC 6962, 2.1: a leaf and a node never hash alike, for the byte before them differs. */
const leafHash = (entry) => sha256(concat(Uint8Array.of(0), entry));
const nodeHash = (left, right) => sha256(concat(Uint8Array.of(1), left, right));

/** RFC 9162, 2.1.3.2: the root to which the path leads from leaf `index` of a tree of `size` leaves; null for a path that fits no such tree. */
async function rootOf(leaf, index, size, path) {
  let [place, last, hash] = [index, size - 1, leaf];
  for (const sibling of path) {
    if (last === 0) return null;
    if (place % 2 === 1 || place === last) {
      hash = await nodeHash(sibling, hash);
      while (place % 2 === 0 && place !== 0) [place, last] = [Math.floor(place / 2), Math.floor(last / 2)];
    } else {
      hash = await nodeHash(hash, sibling);
    }
    [place, last] = [Math.floor(place / 2), Math.floor(last / 2)];
  }
  return last === 0 ? hash : null;
}

/** RFC 8785 for what rows and entries hold: texts, whole numbers, lists, and objects with names in ASCII. */
export function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const names = Object.keys(value).sort();
  return `{${names.map((name) => `${JSON.stringify(name)}:${canonical(value[name])}`).join(',')}}`;
}

// ---- 2. The signed note ----------------------------------------------------------------------------------------------

/**
 * `name+keyid+base64(0x01 || public key)`; the id is the first four bytes of SHA-256(name || 0x0A || 0x01 || public key). Its
 * fingerprint, as it is printed on paper, is the first half of SHA-256(the line), in hex.
 */
export async function parseKey(line) {
  const [, name, id, data] = /^([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+=*)$/.exec(line) ?? [];
  const bytes = data === undefined ? new Uint8Array() : fromBase64(data);
  if (bytes.length !== 33 || bytes[0] !== 1) throw new Wrong(`这不是公钥：${line}`, `this is no public key: ${line}`);
  const ownId = (await sha256(concat(utf8(`${name}\n`), bytes))).subarray(0, 4);
  if (hex(ownId) !== id) throw new Wrong('公钥的编号与公钥不符', 'the id of the key is not that of the key');
  let key;
  try {
    key = await crypto.subtle.importKey('raw', bytes.subarray(1), { name: 'Ed25519' }, false, ['verify']);
  } catch {
    throw new Unsure(
      '这个浏览器还不会验 Ed25519 签名，请换新一点的浏览器',
      'this browser cannot check Ed25519 signatures yet; take a newer one',
    );
  }
  return { line, name, id: ownId, key, fingerprint: hex((await sha256(utf8(line))).subarray(0, 16)) };
}

/** A text, an empty line, and signature lines `— name base64(key id || signature)`. */
function parseNote(note) {
  const end = note.lastIndexOf('\n\n');
  if (end < 0 || !note.endsWith('\n')) throw new Wrong('签名文件的样式不对', 'this is no signed note');
  const signatures = note
    .slice(end + 2, -1)
    .split('\n')
    .map((line) => {
      const [, name, data] = /^— ([^\s+]+) ([A-Za-z0-9+/]+=*)$/.exec(line) ?? [];
      if (data === undefined) throw new Wrong('签名行的样式不对', 'this is no signature line');
      const bytes = fromBase64(data);
      return { name, id: bytes.subarray(0, 4), signature: bytes.subarray(4) };
    });
  return { text: note.slice(0, end + 1), signatures };
}

/**
 * What the book's key signed: `origin`, `size` and `root`. `pinned` is the fingerprint that the reader has from paper.
 * Witnesses are told by their name and time; their keys are not here, so their signatures are shown, not checked.
 */
export async function checkCheckpoint(note, book, keys, pinned) {
  const { text, signatures } = parseNote(note);
  const [origin, sizeText, rootText, ...rest] = text.split('\n');
  if (!/^(0|[1-9]\d*)$/.test(sizeText ?? '') || rest.length !== 1 || rest[0] !== '')
    throw new Wrong('被签的内容不是账本的总指纹', 'what is signed is no checkpoint');
  const signer = await signerOf(text, signatures, keys);
  if (signer === undefined)
    throw new Wrong('总指纹的签名不是公布的密钥签的', 'the checkpoint is not signed with a published key');
  if (pinned !== undefined && pinned !== signer.fingerprint) {
    if (!keys.some(({ fingerprint }) => fingerprint === pinned))
      throw new Wrong('公布的密钥不是纸上的那一把', 'the published key is not the one on paper');
    throw new Unsure(
      '签名的密钥后来换过，纸上的是旧的一把；请向上级部门或证人核对新密钥',
      'the key was changed since the paper was printed; ask the superior bureau or a witness for the new one',
    );
  }
  if (origin !== `${signer.name}/${book}`)
    throw new Wrong(`签名属于 ${origin}，不是本账本`, `the signature is for ${origin}, not for this book`);
  const witnesses = signatures
    .filter(({ signature }) => signature.length === 72)
    .map(({ name, signature }) => ({
      name,
      time: Number(new DataView(signature.buffer, signature.byteOffset).getBigUint64(0)) * 1000,
    }));
  return { origin, size: Number(sizeText), root: fromBase64(rootText), signer, witnesses };
}

async function signerOf(text, signatures, keys) {
  for (const key of keys) {
    for (const { name, id, signature } of signatures) {
      if (name !== key.name || !isSame(id, key.id) || signature.length !== 64) continue;
      if (await crypto.subtle.verify({ name: 'Ed25519' }, key.key, signature, utf8(text))) return key;
    }
  }
  return undefined;
}

// ---- 3. One entry ----------------------------------------------------------------------------------------------------

/** Where the bundle of entries that holds `seq` is, in a log of `size` (C2SP tlog-tiles). */
function bundlePath(seq, size) {
  const index = Math.floor(seq / 256);
  const digits = String(index);
  const groups = digits.padStart(Math.ceil(digits.length / 3) * 3, '0').match(/\d{3}/g);
  const place = groups.map((group, at) => (at < groups.length - 1 ? `x${group}` : group)).join('/');
  const width = Math.min(256, size - index * 256);
  return `entries/${place}${width < 256 ? `.p/${width}` : ''}`;
}

/** A bundle is entries, each after its length in two bytes, big-endian. */
function entryIn(bundle, seq) {
  const view = new DataView(bundle.buffer, bundle.byteOffset, bundle.byteLength);
  let at = 0;
  for (let left = seq % 256; at + 2 <= bundle.length; left -= 1) {
    const length = view.getUint16(at);
    if (left === 0 && at + 2 + length <= bundle.length) return bundle.subarray(at + 2, at + 2 + length);
    at += 2 + length;
  }
  throw new Wrong(`账本没有给出第 ${seq} 号记录的原文`, `the log does not show entry ${seq}`);
}

/** A book as its service shows it; `load(path)` answers the bytes at a path. */
export class Book {
  #keys;
  #notes = new Map();
  #bundles = new Map();

  constructor(id, load, pinned) {
    this.id = id;
    this.load = load;
    this.pinned = pinned;
  }

  keys() {
    this.#keys ??= this.text('/log/keys').then((lines) => Promise.all(lines.trim().split('\n').map(parseKey)));
    return this.#keys;
  }

  async text(path) {
    return new TextDecoder().decode(await this.load(path));
  }

  async json(path) {
    return JSON.parse(await this.text(path));
  }

  /** The entry with number `seq`, once it is proven that the signed book has just these bytes there. */
  async prove(seq) {
    const receipt = await this.json(`/v1/books/${this.id}/events/${seq}/proof`);
    const checkpoint = await this.checkpoint(receipt.checkpoint);
    const path = bundlePath(seq, checkpoint.size);
    if (!this.#bundles.has(path)) this.#bundles.set(path, this.load(`/log/${this.id}/tile/${path}`));
    const bytes = entryIn(await this.#bundles.get(path), seq);
    const leaf = await leafHash(bytes);
    const at = `第 ${seq} 号记录`;
    if (toBase64(leaf) !== receipt.leafHash)
      throw new Wrong(
        `${at}的原文被改过：指纹与账本里的不同`,
        `entry ${seq} was changed: its hash is not the one in the log`,
      );
    const root = await rootOf(leaf, seq, checkpoint.size, receipt.proof.map(fromBase64));
    if (root === null || !isSame(root, checkpoint.root))
      throw new Wrong(`${at}不在签了名的账本里`, `entry ${seq} is not in the signed book`);
    const event = JSON.parse(new TextDecoder().decode(bytes));
    if (event.book !== this.id || event.seq !== seq)
      throw new Wrong(`${at}自称是另一条记录`, `entry ${seq} says that it is another one`);
    return { event, bytes, leaf, checkpoint, path: receipt.proof.length };
  }

  async checkpoint(note) {
    if (!this.#notes.has(note))
      this.#notes.set(
        note,
        this.keys().then((keys) => checkCheckpoint(note, this.id, keys, this.pinned)),
      );
    return this.#notes.get(note);
  }
}

// ---- 4. The rows of a notice -----------------------------------------------------------------------------------------

/** `data.funds[1].name` */
function valueAt(event, path) {
  let value = event;
  for (const step of path.split(/[.[\]]+/).filter((part) => part !== '')) value = value?.[step];
  return value;
}

/** `-60.05` in fen, exact. */
function fen(yuan) {
  if (!/^-?\d+\.\d\d$/.test(yuan)) throw new Wrong(`${yuan} 不是金额`, `${yuan} is no amount`);
  return BigInt(yuan.replace('.', ''));
}

/** A row, against the proven entries that it names: cells word for word, figures as sums of postings. */
export function checkRow(row, entries, nameOf = (column) => column) {
  for (const [column, { seq, path, text }] of Object.entries(row.cells)) {
    const value = valueAt(entries.get(seq), path);
    const stands = typeof value === 'string' ? value : value === undefined ? '' : canonical(value);
    if (stands !== text)
      throw new Wrong(
        `“${nameOf(column)}”写的是“${text}”，第 ${seq} 号记录里是“${stands}”`,
        `“${nameOf(column)}” is “${text}”, but “${stands}” in entry ${seq}`,
        row.id,
      );
  }
  for (const [column, { amount, from }] of Object.entries(row.figures)) {
    let sum = 0n;
    for (const { seq, account, fund } of from)
      for (const leg of entries.get(seq)?.postings ?? [])
        if (leg.account === account && (fund === undefined || fund === leg.fund)) sum += fen(leg.amount);
    if (sum !== fen(amount))
      throw new Wrong(
        `“${nameOf(column)}”写的是 ${amount}，所引记录合计是 ${yuanOf(sum)}`,
        `“${nameOf(column)}” is ${amount}, but its entries sum to ${yuanOf(sum)}`,
        row.id,
      );
  }
}

function yuanOf(sum) {
  const digits = String(sum < 0n ? -sum : sum).padStart(3, '0');
  return `${sum < 0n ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}

/**
 * The whole notice: its entry is proven, its rows are those whose hash it carries, and each row follows from proven entries.
 * `onProgress(done, all)` is told of each cited entry.
 */
export async function checkNotice(book, id, onProgress = () => {}) {
  const shown = await book.json(`/v1/disclosure/books/${book.id}/notices/${encodeURIComponent(id)}`);
  const proven = await book.prove(shown.seq);
  const { type, data } = proven.event;
  if (type !== 'notice.published' || data.id !== id)
    throw new Wrong(`第 ${shown.seq} 号记录不是这份公告`, `entry ${shown.seq} is not this notice`);
  if (canonical(shown.notice) !== canonical(data))
    throw new Wrong('公告的文字与账本里的不同', 'the words of the notice are not those in the log');
  const cited = [...new Set(shown.rows.flatMap(({ entries }) => entries))].sort((a, b) => a - b);
  const late = cited.find((seq) => seq > data.asOfSeq);
  if (late !== undefined)
    throw new Wrong(`引用了截止以后的第 ${late} 号记录`, `it cites entry ${late}, which came later`);
  const entries = new Map();
  for (const seq of cited) {
    entries.set(seq, (await book.prove(seq)).event);
    onProgress(entries.size, cited.length);
  }
  const names = new Map(shown.columns.map(({ key, zh }) => [key, zh]));
  for (const row of shown.rows) checkRow(row, entries, (column) => names.get(column) ?? column);
  // Last, so that a changed figure is named before the hash, which only tells that something was changed.
  const rowsHash = hex(await sha256(utf8(canonical(shown.rows))));
  if (rowsHash !== data.rowsHash || shown.rows.length !== data.rows)
    throw new Wrong(
      '各行合起来的指纹与公告时记下的不同：有行被改、被加或被删',
      'the rows are not those that were published',
    );
  return { ...proven, rows: shown.rows, cited };
}

// ---- 5. The page -----------------------------------------------------------------------------------------------------

const isEnglish = globalThis.document?.documentElement.lang === 'en';
const say = (zh, en) => (isEnglish ? en : zh);

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

/** What the page shows against what was proven, so that a page that shows other figures than the log is found out. */
function compareShown(root, event, rows = []) {
  for (const element of root.querySelectorAll('[data-path]')) compare(element, valueAt(event, element.dataset.path));
  const rowOf = new Map(rows.map((row) => [row.id, row]));
  for (const element of root.querySelectorAll('[data-row][data-column]')) {
    const { row: id, column } = element.dataset;
    const row = rowOf.get(id);
    compare(element, row?.figures[column]?.amount ?? row?.cells[column]?.text, id);
  }
  for (const { id } of rows)
    if (root.querySelector('[data-row]') !== null && root.querySelector(`[data-row="${CSS.escape(id)}"]`) === null)
      throw new Wrong('不在页面上', 'the page does not show it', id);
}

function compare(element, expected, row) {
  const shown = element.textContent.trim();
  const text = typeof expected === 'string' || expected === undefined ? expected : canonical(expected);
  const isAmount = /^-?\d+\.\d\d$/.test(text ?? '');
  if ((isAmount ? shown.replaceAll(',', '') : shown) === text?.trim()) return;
  element.classList.add('changed');
  throw new Wrong(
    `页面显示“${shown}”，账本里是“${text ?? ''}”`,
    `the page shows “${shown}”, the log has “${text ?? ''}”`,
    row,
  );
}

function tell(box, state, title, lines) {
  box.className = `verdict ${state}`;
  const head = document.createElement('h2');
  head.textContent = title;
  const list = document.createElement('ul');
  for (const line of lines) {
    const item = document.createElement('li');
    item.textContent = line;
    list.append(item);
  }
  box.replaceChildren(head, list);
}

const grouped = (fingerprint) => fingerprint.match(/.{4}/g).join(' ');
const count = (number) => number.toLocaleString('en');

function linesOf({ checkpoint, leaf, path, event }, pinned) {
  const { size, origin, signer, witnesses } = checkpoint;
  const lines = [
    say(
      `第 ${event.seq} 号记录的原文，指纹是 ${hex(leaf).slice(0, 16)}…，与账本里的相同。`,
      `The bytes of entry ${event.seq} have the hash ${hex(leaf).slice(0, 16)}…, the one in the log.`,
    ),
    say(
      `沿 ${path} 步可算到全账的总指纹；这本账（${origin}）有 ${count(size)} 条记录。`,
      `A path of ${path} steps leads to the hash of the whole book (${origin}), which has ${count(size)} entries.`,
    ),
    say(
      `总指纹由 ${signer.name} 的密钥签名。密钥指纹：${grouped(signer.fingerprint)}`,
      `That hash is signed by ${signer.name}. Fingerprint of the key: ${grouped(signer.fingerprint)}`,
    ),
    pinned === undefined
      ? say('请把密钥指纹与纸上印的对一对；不一样就不要信。', 'Compare the fingerprint with the one on paper.')
      : say('密钥与您扫的纸上印的是同一把。', 'It is the key that the paper you scanned names.'),
  ];
  for (const { name, time } of witnesses)
    lines.push(
      say(
        `证人 ${name} 于 ${new Date(time).toLocaleString('zh-CN')} 附署（附署未在此页核验）。`,
        `Witness ${name} cosigned at ${new Date(time).toISOString()} (not checked on this page).`,
      ),
    );
  return lines;
}

/** `#key=<fingerprint>` in the address, as the code on a printed notice has it. */
function pinnedKey() {
  return (
    new URLSearchParams(location.hash.slice(1))
      .get('key')
      ?.replace(/[^0-9a-f]/gi, '')
      .toLowerCase() || undefined
  );
}

async function run(box) {
  const { book: bookId, seq, notice } = box.dataset;
  const pinned = pinnedKey();
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
    const book = new Book(bookId, load, pinned);
    const proven =
      notice === undefined
        ? await book.prove(Number(seq))
        : await checkNotice(book, notice, (done, all) => {
            progress.max = all;
            progress.value = done;
          });
    compareShown(content, proven.event, proven.rows);
    const lines = linesOf(proven, pinned);
    if (notice === undefined) {
      tell(box, 'good', say('查过了：没有被改', 'Checked: nothing was changed'), lines);
      return;
    }
    const { rows, cited } = proven;
    lines.unshift(
      say(
        `公告的 ${count(rows.length)} 行，一行不多、一行不少，就是公告时的那些行。`,
        `The ${count(rows.length)} rows are those that were published, none added, none left out.`,
      ),
      say(
        `每个数字都等于它所引记录的合计；所引 ${count(cited.length)} 条记录逐条证明在账本里。`,
        `Every figure is the sum of the entries that it names; each of those ${count(cited.length)} is proven to be in the log.`,
      ),
    );
    tell(box, 'good', say('查过了：公告与账本一致', 'Checked: the notice is what the book says'), lines);
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

const box = globalThis.document?.getElementById('verdict');
if (box !== null && box !== undefined) await run(box);
