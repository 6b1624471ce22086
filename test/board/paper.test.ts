import { CLOSING } from '../../src/board/paper/notice-paper.js';
import { drawnTable, paperTable, SHEETS, sheetFor } from '../../src/board/paper/paper-table.js';
import { renderPaper } from '../../src/board/paper/render-paper.js';
import type { Row } from '../../src/domain/notices/rows/row.js';
import { type Column, NOTICE_RULES } from '../../src/domain/notices/types.js';
import { pdfText } from '../support/pdf-text.js';

const PADDING_AND_RULE = 8.8;
const LONG = '某某县二〇二六年度巩固拓展脱贫攻坚成果同乡村振兴有效衔接产业配套基础设施建设项目（第二批）';
const NOBODY = { persons: new Map(), names: new Map() };

function rowOf(id: string, texts: Record<string, string>, amounts: Record<string, string>): Row {
  const cells = Object.entries(texts).map(([key, text]) => [key, { path: `data.${key}`, seq: 1, text }]);
  const figures = Object.entries(amounts).map(([key, amount]) => [key, { amount, from: [] }]);
  return { id, entries: [1], cells: Object.fromEntries(cells), figures: Object.fromEntries(figures) };
}

/** The table as pdfmake gets it. */
function printed(columns: readonly Column[], rows: readonly Row[]) {
  const table = paperTable(NOBODY, columns, rows);
  const sheet = sheetFor([table]);
  const drawn = drawnTable('公示内容', table, sheet);
  const { table: body } = drawn.find((part) => 'table' in part && 'fontSize' in part) as {
    table: { widths: number[]; body: { text: string }[][] };
  };
  return {
    table,
    sheet,
    widths: body.widths,
    heads: body.body[0]?.map(({ text }) => text),
    texts: JSON.stringify(drawn),
  };
}

const { columns } = NOTICE_RULES.project_after;
const project = {
  name: LONG,
  category: '产业发展',
  division: '640122101201',
  responsibleUnit: LONG,
  plannedAmount: '9999999999999.99',
  stage: 'accepted',
  level: 'central',
  nature: 'special',
  fiscalYear: '2026',
};
const money = { allocated: '9999999999999.99', capital: '8888888888888.88', expense: '0.01' };

it('tells once what all rows say alike, and no column of a notice with many is cut off', () => {
  const rows = ['1', '2', '3'].map((id) => rowOf(id, { ...project, fund: `${LONG}${id}` }, money));
  const { sheet, widths, heads, texts } = printed(columns, rows);
  expect(heads).toEqual(['序号', '资金名称', '安排资金', '资本性支出', '费用性支出']);
  expect(texts.match(/责任单位/g)).toHaveLength(1);
  expect(texts).toContain('9,999,999,999,999.99 元');
  const width = widths.reduce((sum, one) => sum + one + PADDING_AND_RULE, 0);
  expect(width).toBeLessThanOrEqual(sheet.width + 0.01);
  expect(width).toBeGreaterThan(sheet.width - 1);
});

it('turns the sheet, and then takes smaller letters, where columns that differ have no room', () => {
  const rows = ['1', '2'].map((id) => {
    const own = Object.entries(project).map(([key, text]) => [key, /^\d/.test(text) ? text : `${text}${id}`]);
    const texts = {
      ...Object.fromEntries(own),
      plannedAmount: `${id}.00`,
      division: `64012210120${id}`,
      fiscalYear: `202${id}`,
    };
    return rowOf(id, { ...texts, fund: `${LONG}${id}` }, money);
  });
  const { sheet, widths, heads } = printed(columns, rows);
  expect(heads).toHaveLength(columns.length + 1);
  expect(sheet.isLandscape).toBe(true);
  expect(widths.reduce((sum, one) => sum + one + PADDING_AND_RULE, 0)).toBeLessThanOrEqual(sheet.width + 0.01);
  expect(SHEETS).toContain(sheet);
});

it('leaves a single row something to be known by', () => {
  expect(printed(columns, [rowOf('1', { ...project, fund: '专项' }, money)]).heads).toContain('资金名称');
  const { heads, table } = printed(NOTICE_RULES.asset_register.columns.slice(0, 2), [
    rowOf('1', { name: '圈棚', class: 'operating' }, {}),
  ]);
  expect(heads).toEqual(['序号', '名称']);
  expect(table.shared).toEqual([['资产类别', '经营性资产']]);
});

it('prints the name of a person and the masked number apart, whatever either is like', () => {
  const persons = new Map([
    ['b-1', { name: '阿依古丽 买买提', idNumber: '640121**********31' }],
    ['b-3', { name: '李四', idNumber: '护照 E12****78' }],
  ]);
  const rows = ['b-1', 'b-2-erased', 'b-3'].map((beneficiary, index) =>
    rowOf(String(index), { beneficiary }, { amount: '1.00' }),
  );
  const wanted = NOTICE_RULES.household_subsidy.columns.filter(({ key }) => key === 'beneficiary' || key === 'amount');
  const table = paperTable({ ...NOBODY, persons }, wanted, rows);
  expect(table.rows).toEqual([
    ['0', '阿依古丽 买买提', '640121**********31', '1.00'],
    ['1', 'b-2-eras', '—', '1.00'],
    ['2', '李四', '护照 E12****78', '1.00'],
  ]);
  expect(table.sums).toEqual(['合计', '', '', '3.00']);
});

it('puts a seal on no sheet without a row, and every row on a sheet once', async () => {
  const { columns } = NOTICE_RULES.asset_register;
  let moved = 0;
  for (let count = 20; count <= 34; count += 1) {
    const rows = Array.from({ length: count }, (_, index) => rowOf(`${index + 1}`, { name: `圈棚${index + 1}号` }, {}));
    const table = paperTable(NOBODY, columns.slice(0, 1), rows);
    const closing = { id: CLOSING, unbreakable: true, stack: Array.from({ length: 8 }, () => '盖章') };
    const content = [...drawnTable('公示内容', table, SHEETS[0]), closing];
    const printed = await renderPaper({ title: '公示', isLandscape: false, content, foot: '' });
    const pages = pdfText(printed).map((page) => page.replaceAll('\n', ''));
    const names = pages.flatMap((page) => page.match(/圈棚\d+号/g) ?? []);
    expect(names).toEqual(rows.map((_, index) => `圈棚${index + 1}号`));
    const last = pages.at(-1) ?? '';
    expect(last).toContain('盖章');
    expect(last).toContain(`圈棚${count}号`);
    expect(last).toContain('名称');
    if (pages.length === 2 && !last.includes(`圈棚${count - 3}号`)) moved += 1;
  }
  expect(moved).toBeGreaterThan(0);
});
