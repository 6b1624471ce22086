import { formatDecimal, formatIn, percentOf, roundIn } from '../../src/demo/report/figures.js';
import { drawTable } from '../../src/demo/report/table.js';
import { parseWan, parseYi, parseYuan } from '../../src/domain/money.js';

describe('figures', () => {
  test('are read from 万元 and 亿元 without a float', () => {
    expect(parseWan('724.712484')).toBe(724_712_484n);
    expect(parseYi('289.31')).toBe(2_893_100_000_000n);
    expect(parseYi('0.0000000001')).toBe(1n);
    for (const wrong of ['1e3', '-1', '1.', '.5', '1,000', '0.00000000001', ''])
      expect(() => parseYi(wrong)).toThrow(RangeError);
    for (const wrong of ['1e3', '-1', '1.', '.5', '1,000', '0.0000001', ''])
      expect(() => parseWan(wrong)).toThrow(RangeError);
  });

  test('are printed exactly, grouped, with at least two decimals', () => {
    expect(formatIn('wan', 724_712_484n)).toBe('724.712484');
    expect(formatIn('wan', parseWan('64458.18'))).toBe('64,458.18');
    expect(formatIn('yi', -100_000_000n)).toBe('-0.01');
    expect(formatIn('yuan', parseYuan('1234567.05'))).toBe('1,234,567.05');
    expect(formatIn('wan', 0n)).toBe('0.00');
  });

  test('are rounded half up, percentages too', () => {
    expect(roundIn('wan', parseWan('24481.4918'), 2)).toBe(parseWan('24481.49'));
    expect(roundIn('wan', parseWan('0.005'), 2)).toBe(parseWan('0.01'));
    expect(formatDecimal(percentOf(parseYi('38.55'), parseYi('289.31'), 2), 2)).toBe('13.32');
    expect(formatDecimal(percentOf(parseYi('38.55'), parseYi('289.30'), 2), 2)).toBe('13.33');
    expect(formatDecimal(percentOf(3165n, 4000n, 2), 2)).toBe('79.13');
  });
});

test('a table aligns Chinese by the columns of a terminal', () => {
  const table = drawTable(
    { zh: '标题', en: 'title' },
    [
      { head: { zh: '账套', en: 'book' }, cell: (row: string[]) => row[0] ?? '' },
      { head: { zh: '金额', en: 'amount' }, cell: (row) => row[1] ?? '', isFigure: true },
    ],
    [
      ['永宁县', '1.00'],
      ['a', '1,000.00'],
    ],
  );
  expect(table.split('\n').slice(4)).toEqual(['────────────────', '永宁县      1.00', 'a       1,000.00', '']);
});
