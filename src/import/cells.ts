import { formatYuan } from '../domain/money.js';

/** What is wrong with a cell, in Chinese and in English. */
export class CellFault extends Error {
  override readonly name = 'CellFault';
}

export type Unit = '元' | '万元' | '亿元';

const DECIMALS: Record<Unit, number> = { 元: 2, 万元: 6, 亿元: 10 };
/** A number of Excel has so many figures. */
const FIGURES = 15;

/** As a clerk means it: full-width letters, digits and spaces become plain, what stands around it goes. */
export function normalised(text: string): string {
  return text
    .replace(/[\uFF01-\uFF5E]/g, (full) => String.fromCharCode(full.charCodeAt(0) - 0xfee0))
    .replace(/[\u00A0\u3000]/g, ' ')
    .trim();
}

/** Text keeps its punctuation: only the blanks around it go. */
export function trimmed(text: string): string {
  return text.replace(/[\u00A0\u3000]/g, ' ').trim();
}

/** The decimal that Excel shows of its binary number. Error: CellFault. */
export function textOfNumber(value: number): string {
  const text = Number(value.toPrecision(FIGURES)).toString();
  if (!Number.isFinite(value) || text.includes('e'))
    throw new CellFault(
      '数字太大或太小,请设为文本格式 a number that Excel cannot hold exactly; format the cell as text',
    );
  return text;
}

/** A number that stands where a text belongs, as an id does. Error: CellFault. */
export function idOfNumber(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) < 10 ** FIGURES) return String(value);
  if (!Number.isInteger(value)) return textOfNumber(value);
  throw new CellFault(
    '超过15位的数字会失真,请设为文本格式 a number of more than 15 figures is not exact; format the cell as text',
  );
}

/** Commas, or blanks, part thousands alone: any other stands where something else was meant, or is missing. */
const AMOUNT = /^([-+]?) ?(\d+|[1-9]\d{0,2}(?:(?:,\d{3})+|(?: \d{3})+))(?:\.(\d+))?$/;

/**
 * Exact: `1,250,000` in 元, or `125` in 万元, is `1250000.00`. Nothing is rounded. Error: CellFault.
 *
 * @param commaIsUnclear where Windows parts cells by another sign than a comma, a comma may be its decimal point
 */
export function yuanOf(given: string, unit: Unit, commaIsUnclear = false): string {
  const plain = normalised(given).replace(/^[¥￥]\s*/, '');
  if (commaIsUnclear && /^[-+]? ?\d{1,3},\d{3}$/.test(plain)) {
    const [thousands, decimal] = [plain.replace(',', ''), plain.replace(',', '.')];
    throw new CellFault(
      `逗号是千位分隔还是小数点?请写 ${thousands} 或 ${decimal} the comma may part thousands or be a decimal point; write ${thousands} or ${decimal}`,
    );
  }
  const [, sign = '', whole, decimals = ''] = AMOUNT.exec(plain) ?? [];
  if (whole === undefined) {
    throw new CellFault(`不是金额;单位写在表头 not an amount such as 1,250,000.00; the unit belongs into the header`);
  }
  const places = DECIMALS[unit];
  const kept = decimals.replace(/0+$/, '');
  if (kept.length > places)
    throw new CellFault(
      `${unit}最多${places}位小数,更细不足一分 at most ${places} decimals: there is nothing smaller than a fen`,
    );
  const fen = BigInt(whole.replace(/[, ]/g, '') + kept.padEnd(places, '0'));
  return formatYuan(sign === '-' ? -fen : fen);
}

const DAY = /^(\d{4})(?:[-/.](\d{1,2})[-/.](\d{1,2})|年(\d{1,2})月(\d{1,2})日)$/;

/** `2016-07-13`, `2016/7/13`, `2016.7.13`, `2016年7月13日` or `20160713`. Error: CellFault. */
export function dayOf(given: string): string {
  const text = normalised(given)
    .replace(/ 0?0:00(?::00)?$/, '')
    .replace(/^(\d{4})(\d\d)(\d\d)$/, '$1-$2-$3');
  const [, year, month = '', day = '', chineseMonth = '', chineseDay = ''] = DAY.exec(text) ?? [];
  if (year === undefined) throw new CellFault('不是日期 not a day such as 2016-07-13');
  return `${year}-${(month || chineseMonth).padStart(2, '0')}-${(day || chineseDay).padStart(2, '0')}`;
}

/** A date of Excel, which the library gives as midnight UTC. */
export function dayOfDate(date: Date): string {
  // Excel keeps a date as a binary fraction, which may lie a hair before midnight.
  return new Date(Math.round(date.getTime() / 1000) * 1000).toISOString().slice(0, 10);
}

/** Error: CellFault. */
export function wholeOf(given: string): number {
  const text = normalised(given).replace(/年$/, '');
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new CellFault('不是整数 not a whole number');
}

export function listOf(given: string): string[] {
  return given
    .split(/[、;；\n]/)
    .map(trimmed)
    .filter((item) => item !== '');
}
