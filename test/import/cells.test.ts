import fc from 'fast-check';
import { formatYuan } from '../../src/domain/money.js';
import { defused, undefused } from '../../src/export/tables/formulas.js';
import {
  dayOf,
  dayOfDate,
  idOfNumber,
  listOf,
  normalised,
  textOfNumber,
  wholeOf,
  yuanOf,
} from '../../src/import/cells.js';

describe('an amount', () => {
  it('is read as clerks write it', () => {
    const good: [string, '元' | '万元' | '亿元', string][] = [
      ['1,250,000.00', '元', '1250000.00'],
      ['1250000', '元', '1250000.00'],
      ['１，２５０，０００．５', '元', '1250000.50'],
      ['￥ 1 250.50', '元', '1250.50'],
      ['1 250 000', '元', '1250000.00'],
      ['-　１ ２５０', '元', '-1250.00'],
      ['0125', '元', '125.00'],
      ['-250000', '元', '-250000.00'],
      ['0.010', '元', '0.01'],
      ['125', '万元', '1250000.00'],
      ['0.000001', '万元', '0.01'],
      ['724.712484', '万元', '7247124.84'],
      ['2.8931', '亿元', '289310000.00'],
    ];
    for (const [text, unit, yuan] of good) expect([text, yuanOf(text, unit)]).toEqual([text, yuan]);
  });

  it('is refused where it is unclear, or finer than a fen', () => {
    for (const text of ['125万元', '125万', '1,25', '12,50,000', '1.005', '1e5', '壹佰', '', '.5', '1 0a'])
      expect(() => yuanOf(text, '元')).toThrow();
    for (const text of [
      '12 5',
      '1 25',
      '0,125',
      '0 125',
      '00,125',
      '1,250 000',
      '1 250,000',
      '1  250',
      '1, 250',
      '1. 5',
    ])
      expect(() => `${text} is ${yuanOf(text, '元')}`).toThrow('不是金额');
    expect(() => yuanOf('0.0000001', '万元')).toThrow();
  });

  it('is exact for every fen, whatever Excel keeps of it', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -99_999_999_999_999n, max: 99_999_999_999_999n }), (fen) => {
        const yuan = formatYuan(fen);
        expect(yuanOf(textOfNumber(Number(yuan)), '元')).toBe(yuan);
        expect(yuanOf(yuan, '元')).toBe(yuan);
      }),
    );
    expect(yuanOf(textOfNumber(0.1 + 0.2), '元')).toBe('0.30');
  });
});

it('reads days as clerks and Excel write them', () => {
  for (const text of [
    '2016-07-13',
    '2016/7/13',
    '2016.7.13',
    '2016年7月13日',
    '20160713',
    '２０１６－０７－１３',
    '2016-7-13 0:00:00',
  ])
    expect([text, dayOf(text)]).toEqual([text, '2016-07-13']);
  expect(dayOfDate(new Date('2016-07-12T23:59:59.999Z'))).toBe('2016-07-13');
  for (const time of ['00:00:00', '12:00:00', '23:59:30', '23:59:59'])
    expect([time, dayOfDate(new Date(`2016-07-31T${time}Z`))]).toEqual([time, '2016-07-31']);
  expect(() => dayOf('13/7/2016')).toThrow();
});

it('takes no number for a text that a number cannot hold', () => {
  expect(idOfNumber(640121100201)).toBe('640121100201');
  expect(() => idOfNumber(Number('110105194912310021'))).toThrow(/15/);
  expect(wholeOf('2016年')).toBe(2016);
  expect(listOf('宁财农〔2016〕12号、宁财农〔2016〕13号;')).toEqual(['宁财农〔2016〕12号', '宁财农〔2016〕13号']);
  expect(normalised('　ＹＷ－１ ')).toBe('YW-1');
});

it('defuses what a spreadsheet would run, and reads it as it was', () => {
  for (const text of ['=1+1', '+1', '-1', '@x', '\t=1', '\r=1', '＝1', "'quoted", "'=1", '平常']) {
    expect(undefused(defused(text))).toBe(text);
    expect(/^[=+\-@\t\r＝]/.test(defused(text))).toBe(false);
  }
});
