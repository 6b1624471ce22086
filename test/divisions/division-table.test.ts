import { DivisionTable, plainName } from '../../src/divisions/division-table.js';

const table = DivisionTable.get();
const codes = (divisions: { code: string }[]) => divisions.map(({ code }) => code);

describe('the table of divisions', () => {
  it('finds a division of every level, with the path down to it', () => {
    expect(table.path('430511003206').map(({ code, name, level }) => `${level} ${code} ${name}`)).toEqual([
      'province 430000 湖南省',
      'city 430500 邵阳市',
      'county 430511 北塔区',
      'town 430511003 田江街道',
      'village 430511003206 田江村',
    ]);
  });

  it('knows no division of a code that never was', () => {
    for (const code of ['999999', '640199', '430511999', '430511003999', '']) expect(table.find(code)).toBeUndefined();
  });

  it('lists what is directly below', () => {
    expect(table.children(undefined)).toHaveLength(31);
    expect(codes(table.children('640000'))).toEqual(['640100', '640200', '640300', '640400', '640500']);
    expect(codes(table.children('640100'))).toContain('640121');
    expect(table.children('430511').every(({ level }) => level === 'town')).toBe(true);
    expect(codes(table.children('430511003'))).toContain('430511003206');
    expect(table.children('430511003206')).toEqual([]);
  });

  it('keeps the towns of a city without counties right below it', () => {
    expect(codes(table.path('441900003'))).toEqual(['440000', '441900', '441900003']);
    expect(codes(table.children('441900'))).toContain('441900003');
  });

  it('holds every division once, each below one that it holds too', () => {
    let count = 0;
    for (const province of table.children(undefined)) {
      const below = [province];
      for (let next = below.pop(); next !== undefined; next = below.pop()) {
        count += 1;
        below.push(...table.children(next.code));
      }
    }
    expect(count).toBe(665_273);
  });
});

describe('searching divisions', () => {
  it('finds by a part of the name, by words of those above, and only within', () => {
    expect(codes(table.search(['闽宁'], 10))).toContain('640121104');
    expect(codes(table.search(['北塔', '田江'], 10))).toEqual(['430511003', '430511003206']);
    expect(codes(table.search(['田江'], 100, '430511'))).toEqual(['430511003', '430511003206']);
    expect(codes(table.search(['田江'], 100, '430511003206'))).toEqual(['430511003206']);
    expect(table.search(['田江'], 100, '640000').every(({ code }) => code.startsWith('64'))).toBe(true);
  });

  it('puts whole names before parts of names', () => {
    expect(table.search(['永宁县'], 1)).toEqual([{ code: '640121', name: '永宁县', level: 'county' }]);
  });

  it('finds nothing for no word, and ends for a word that is everywhere', () => {
    expect(table.search([], 10)).toEqual([]);
    expect(table.search([''], 10)).toEqual([]);
    expect(table.search(['村'], 10)).toHaveLength(10);
    expect(table.search(['\n'], 10)).toEqual([]);
  });
});

describe('searching by several words', () => {
  /** All in a county, each held against the names on its way down, one after the other. */
  function oneByOne(words: string[], county: string): string[] {
    const last = words.at(-1) ?? '';
    const towns = table.children(county);
    const all = [county, ...codes(towns), ...towns.flatMap(({ code }) => codes(table.children(code)))];
    return all.filter((code) => {
      const names = table.path(code).map(({ name }) => name);
      return names.at(-1)?.includes(last) && words.every((word) => names.some((name) => name.includes(word)));
    });
  }

  it.each([
    ['宁夏 村'],
    ['杨和 村'],
    ['永宁 杨和 杨和'],
    ['王 村'],
    ['会 村'],
    ['村 会 永宁县'],
    ['001 村'],
    ['回族 银川 永宁 闽宁 社区'],
    ['没有 村'],
  ])('finds of %s what each name says', (text) => {
    const words = text.split(' ');
    expect(codes(table.search(words, 5_000, '640121')).sort()).toEqual(oneByOne(words, '640121').sort());
  });

  it('looks up what stands above for each county, not for each of half a million villages', () => {
    const find = jest.spyOn(table, 'find');
    expect(table.search(['没有', '村'], 10)).toEqual([]);
    expect(find.mock.calls.length).toBeLessThan(20_000);
    find.mockRestore();
  });
});

describe('codes that are no longer in use', () => {
  it('names the successor of a county and of its towns', () => {
    expect(table.formerly('500223')).toEqual({
      code: '500223',
      name: '潼南县',
      until: 2015,
      successors: [{ code: '500152', name: '潼南区', level: 'county' }],
    });
    expect(codes(table.formerly('500223101')?.successors ?? [])).toEqual(['500152101']);
  });

  it('follows several changes to a code that is in use now', () => {
    // 密山 was a county under 牡丹江地区, then under 牡丹江市, then a city of the province, then of 牡丹江, then of 鸡西.
    expect(codes(table.formerly('232527')?.successors ?? [])).toEqual(['230382']);
  });

  it('says nothing of a code in use or unknown', () => {
    expect(table.formerly('640121')).toBeUndefined();
    expect(table.formerly('999999')).toBeUndefined();
  });
});

it('shortens the names of committees to those of their places', () => {
  expect(
    ['田江村村委会', '石村民委员会', '东村村民委员会', '新滩社区居委会', '新滩社区居民委员会', '永宁县'].map(plainName),
  ).toEqual(['田江村', '石村', '东村', '新滩社区', '新滩社区', '永宁县']);
});
