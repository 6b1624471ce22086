import type { Lang } from './words.js';

/** A part of a text that is in one language. */
export interface Stretch {
  lang: Lang;
  text: string;
}

const CHINESE = /[\p{Script=Han}\u3000-\u303f\uff01-\uff5e]/u;
const ENGLISH = /\p{Script=Latin}{2}/u;
/** In this order: a tag, whose values may hold `>`, or a text. */
const TOKENS = /<(?:[^"<>]|"[^"]*")*>|[^<]+/g;
/** Elements that hold nothing but text, so that a part of it cannot be marked; a title cannot be marked usefully at all. */
const TEXT_ALONE: ReadonlySet<string> = new Set(['option', 'textarea', 'text']);
const UNMARKED: ReadonlySet<string> = new Set(['title', 'script', 'style']);

/**
 * A text of two languages in its parts, which together are the text. A word is Chinese that has a Chinese letter; figures,
 * signs and codes are of the language that they stand in.
 *
 * @param usual that a part is of which does not say otherwise
 */
export function stretches(text: string, usual: Lang): Stretch[] {
  const words = text.split(/(?<=\s)(?=\S)/u);
  const langs = words.map((word) => (CHINESE.test(word) ? 'zh' : ENGLISH.test(word) ? 'en' : undefined));
  const found: Stretch[] = [];
  for (const [index, word] of words.entries()) {
    const last = found.at(-1);
    const lang = langOf(langs, index, last?.lang ?? usual, usual);
    if (last?.lang === lang) last.text += word;
    else found.push({ lang, text: word });
  }
  return found;
}

function langOf(langs: readonly (Lang | undefined)[], index: number, before: Lang, usual: Lang): Lang {
  const own = langs[index];
  const isBeforeChinese = nextOf(langs, index) === 'zh';
  // A single name in a Chinese sentence is a part of it; in an English one each Chinese name stands for itself.
  if (own === 'en' && usual === 'zh' && before === 'zh' && isBeforeChinese) return 'zh';
  if (own !== undefined) return own;
  return usual === 'zh' || isBeforeChinese ? before : usual;
}

/** Of the next word that has one. */
function nextOf(langs: readonly (Lang | undefined)[], index: number): Lang | undefined {
  return langs.slice(index + 1).find((lang) => lang !== undefined);
}

/**
 * An English page, in which what is Chinese says so (WCAG 3.1.2): a screen reader would spell names out or leave them
 * out. Done where the page is whole, so that no name is forgotten.
 */
export function markChinese(html: string): string {
  const tokens = html.match(TOKENS) ?? [];
  const open: Element[] = [];
  return tokens
    .map((token, index) => {
      if (!token.startsWith('<')) return CHINESE.test(token) ? markText(token, open.at(-1)) : token;
      const name = /^<\/?([a-z0-9]+)/i.exec(token)?.[1];
      if (name === undefined) return token;
      if (token.startsWith('</')) {
        open.pop();
        return token;
      }
      const isMarked = open.at(-1)?.isMarked === true || / lang="zh/.test(token) || UNMARKED.has(name);
      const text = !isMarked && tokens[index + 2] === `</${name}>` ? (tokens[index + 1] ?? '') : '';
      const isWhole = isChinese(text) || (TEXT_ALONE.has(name) && CHINESE.test(text));
      if (!token.endsWith('/>') && !VOID.has(name)) open.push({ isMarked: isMarked || isWhole });
      return isWhole ? `${token.slice(0, -1)} lang="zh-CN">` : token;
    })
    .join('');
}

interface Element {
  /** Whether what stands in it is marked, or cannot be. */
  isMarked: boolean;
}

/** Elements without an end. */
const VOID: ReadonlySet<string> = new Set(['meta', 'link', 'input', 'img', 'br', 'hr', 'source']);

function isChinese(text: string): boolean {
  return CHINESE.test(text) && stretches(text.trim(), 'en').every(({ lang }) => lang === 'zh');
}

/** In one element, since where boxes stand beside each other each text is one. */
function markText(text: string, parent: Element | undefined): string {
  if (parent === undefined || parent.isMarked) return text;
  const [, before = '', said = '', after = ''] = /^(\s*)(.*?)(\s*)$/su.exec(text) ?? [];
  const parts = stretches(said, 'en').map(({ lang, text: part }) => {
    const end = part.trimEnd();
    return lang === 'zh' ? `<span lang="zh-CN">${end}</span>${part.slice(end.length)}` : part;
  });
  const marked = parts.length === 1 ? parts.join('') : `<span>${parts.join('')}</span>`;
  return before + marked + after;
}
