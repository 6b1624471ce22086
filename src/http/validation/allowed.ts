import type { Words } from '../../domain/words.js';

/** The message of a fault: what is allowed, in Chinese, then in English. */
export function mustBe({ zh, en }: Words): string {
  return `应为${/^[\dA-Z]/.test(zh) ? ' ' : ''}${zh} must be ${en}`;
}

export const JSON_OBJECT: Words = { zh: 'JSON 对象', en: 'a JSON object' };
export const UTF_8: Words = { zh: 'UTF-8', en: 'UTF-8' };
export const DAY: Words = {
  zh: '日历上的一天,写作 YYYY-MM-DD,自 1949-10-01 至 2100-12-31',
  en: 'a day of the calendar as YYYY-MM-DD, from 1949-10-01 to 2100-12-31',
};
export const INSTANT: Words = {
  zh: '时刻,如 2016-07-13T01:02:03.004Z 或 2016-07-13T09:02:03+08:00(地址中 + 写作 %2B)',
  en: 'an instant such as 2016-07-13T01:02:03.004Z or 2016-07-13T09:02:03+08:00 (a plus as %2B)',
};
export const DIVISION_CODE: Words = { zh: '6、9 或 12 位区划代码', en: 'a division code of 6, 9 or 12 digits' };
export const NEXT_OF_PAGE: Words = { zh: '某页的 `next`', en: 'the `next` of a page' };
export const TELEPHONE: Words = {
  zh: '电话号码,4 至 30 个数字、空格和连字符',
  en: 'a telephone number of 4 to 30 figures, spaces and hyphens',
};

export function wholeNumber(min: number, max: number): Words {
  return { zh: `${min} 至 ${max} 的整数`, en: `a whole number from ${min} to ${max}` };
}

export function oneOf(choices: Iterable<string>): Words {
  return { zh: '后列之一', en: `one of ${[...choices].join(', ')}` };
}

/** `what` says what is on it. */
export function listOf(min: number, max: number, what: Words): Words {
  return { zh: `${min} 至 ${max} 项的列表,${what.zh}`, en: `a list of ${min} to ${max} ${what.en}` };
}

const LINE: Words = { zh: '的单行文字,不得空白或含控制字符', en: 'on one line, not blank, without control characters' };

export function lineOfText(max: number): Words {
  return { zh: `1 至 ${max} 字${LINE.zh}`, en: `a text of 1 to ${max} characters ${LINE.en}` };
}

export function linesOfText(max: number): Words {
  return { zh: `各为 1 至 ${max} 字${LINE.zh}`, en: `texts of 1 to ${max} characters each, ${LINE.en}` };
}
