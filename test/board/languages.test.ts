import { markChinese, stretches } from '../../src/board/languages.js';

describe('a text of two languages', () => {
  it('is the Chinese of a refusal, then its English', () => {
    const told = '请求有误。 year 应为 1900 至 2100 的整数 must be a whole number from 1900 to 2100.';
    expect(stretches(told, 'zh')).toEqual([
      { lang: 'zh', text: '请求有误。 year 应为 1900 至 2100 的整数 ' },
      { lang: 'en', text: 'must be a whole number from 1900 to 2100.' },
    ]);
  });

  it('has each Chinese name in an English sentence for itself', () => {
    expect(stretches('Village 永清村 1/3, Township 花牛镇 2/3', 'en').map(({ lang, text }) => [lang, text])).toEqual([
      ['en', 'Village '],
      ['zh', '永清村 '],
      ['en', '1/3, Township '],
      ['zh', '花牛镇 '],
      ['en', '2/3'],
    ]);
  });

  it('keeps what is one name in one part, with the figures in it', () => {
    expect(stretches('天水市 2 号 泵站', 'en')).toEqual([{ lang: 'zh', text: '天水市 2 号 泵站' }]);
    expect(stretches('1,250,000.00', 'en')).toEqual([{ lang: 'en', text: '1,250,000.00' }]);
  });
});

describe('an English page', () => {
  it.each([
    ['an element that is a name', '<a href="/b">花牛镇</a>', '<a href="/b" lang="zh-CN">花牛镇</a>'],
    [
      'a name in a sentence, in one box',
      '<td>Held by 花牛镇 now</td>',
      '<td><span>Held by <span lang="zh-CN">花牛镇</span> now</span></td>',
    ],
    ['a name beside elements', '<dd>花牛镇 <b>1</b></dd>', '<dd><span lang="zh-CN">花牛镇</span> <b>1</b></dd>'],
    ['a choice', '<option value="x">花牛镇 only</option>', '<option value="x" lang="zh-CN">花牛镇 only</option>'],
  ])('marks %s', (_, html, marked) => {
    expect(markChinese(html)).toBe(marked);
  });

  it.each([
    ['what is English', '<p>Held by <b>Maiji</b></p>'],
    ['what is marked', '<p><a lang="zh-CN" href="/b"><b>花</b>牛镇</a></p>'],
    ['values of attributes', '<input value="花牛镇 > &quot;" name="q"><img alt="花牛镇">'],
    ['the title', '<head><title>Funds · 花牛镇</title></head>'],
  ])('leaves %s', (_, html) => {
    expect(markChinese(html)).toBe(html);
  });
});
