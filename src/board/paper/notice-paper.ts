import { NOTICE_FIELDS, type NoticeField } from '../../domain/notices/fields.js';
import type { Row } from '../../domain/notices/rows/row.js';
import { type Column, NOTICE_RULES } from '../../domain/notices/types.js';
import { inCapitals } from '../capitals.js';
import { grouped } from '../figures.js';
import type { NoticeView } from '../notices/notice-view.js';
import { cellText, warningWords } from '../notices/notice-words.js';
import { summedColumns, totalOf, usedColumns } from '../notices/row-table.js';
import { qrModules, qrPath } from '../qr-code.js';
import { placeName, sayIn } from '../words.js';

/** A4 paper, ready to be printed: plain data, which a thread can be handed. */
export interface Paper {
  title: string;
  isLandscape: boolean;
  /** Of pdfmake. */
  content: object[];
  /** At the foot of each page, before its number. */
  foot: string;
}

export interface PaperFacts {
  proofUrl: string;
  fingerprint: string;
}

const MOST_UPRIGHT_COLUMNS = 8;
const QR_POINTS = 92;
const say = sayIn('zh');

/** A notice as it is pasted on a wall: Chinese, black on white, no word of a day that passes. */
export function noticePaper(view: NoticeView, { proofUrl, fingerprint }: PaperFacts): Paper {
  const { event, rows, columns, before } = view;
  const { data, book, seq } = event;
  const used = usedColumns(columns, rows);
  return {
    title: data.title,
    isLandscape: used.length + 1 > MOST_UPRIGHT_COLUMNS,
    content: [
      { text: data.title, style: 'title' },
      { text: NOTICE_RULES[data.type].zh, style: 'kind' },
      ...marks(view).map((text) => ({ text, style: 'mark' })),
      facts([
        ['公示单位', placeName(data.division)],
        ['公示期', `${data.publicFrom} 至 ${data.publicTo}（${data.days} 个${dayWord(data.dayKind)}）`],
        ['公示地点', data.place],
        ...texts(view),
      ]),
      ...(rows.length > 0 ? [heading(before === undefined ? '公示内容' : '更正后'), ...table(view, used, rows)] : []),
      ...(before !== undefined && before.rows.length > 0
        ? [heading(`更正前（${before.event.data.title}）`), ...table(view, used, before.rows)]
        : []),
      ...answers(view),
      closing(view, proofUrl, fingerprint),
    ],
    foot: `账本 ${book} 第 ${seq} 号记录，内容截至第 ${data.asOfSeq} 号`,
  };
}

function dayWord(kind: 'natural' | 'working'): string {
  return kind === 'working' ? '工作日' : '自然日';
}

function marks({ event, standing, replacedBy, warnings }: NoticeView): string[] {
  const { replaces, reason } = event.data;
  return [
    ...(standing.state === 'withdrawn' ? ['本公告已经撤回。'] : []),
    ...(replacedBy !== null ? [`本公告已由 ${replacedBy} 更正。`] : []),
    ...(replaces !== undefined
      ? [`更正公告，原公告 ${replaces}。${reason === undefined ? '' : `更正原因：${reason}`}`]
      : []),
    ...warnings.map((warning) => warningWords(warning, say)),
  ];
}

function texts({ event }: NoticeView): [string, string][] {
  return (Object.entries(event.data.fields) as [NoticeField, string][]).map(([field, text]) => [
    NOTICE_FIELDS[field].zh,
    text,
  ]);
}

function facts(lines: [string, string][]): object {
  return {
    layout: 'noBorders',
    margin: [0, 6, 0, 4],
    table: {
      widths: [92, '*'],
      body: lines.map(([head, text]) => [{ text: head, style: 'quiet' }, { text }]),
    },
  };
}

function heading(text: string): object {
  return { text, style: 'heading' };
}

function table(view: NoticeView, used: readonly Column[], rows: readonly Row[]): object[] {
  const sums = summedColumns(used, rows);
  const body = [
    [
      { text: '序号', style: 'head', alignment: 'center' },
      ...used.map(({ zh, kind }) => ({
        text: kind === 'amount' ? `${zh}（元）` : zh,
        style: 'head',
        alignment: kind === 'amount' ? 'right' : 'left',
      })),
    ],
    ...rows.map((row) => [{ text: row.id, alignment: 'center' }, ...used.map((column) => cellOf(view, column, row))]),
    ...(sums.length > 0 ? [totals(used, sums, rows)] : []),
  ];
  return [
    {
      table: {
        headerRows: 1,
        dontBreakRows: true,
        widths: ['auto', ...used.map(({ kind }) => (kind === 'amount' || kind === 'date' ? 'auto' : '*'))],
        body,
      },
      layout: 'sheet',
    },
    ...sums.map((column) => ({
      text: `${column.zh}合计（大写）：${inCapitals(totalOf(rows, column.key))}`,
      style: 'capitals',
    })),
  ];
}

function cellOf({ persons }: NoticeView, column: Column, row: Row): object {
  const amount = row.figures[column.key]?.amount;
  const cell = row.cells[column.key];
  if (amount !== undefined) return { text: grouped(amount), alignment: 'right', noWrap: true };
  if (cell === undefined) return { text: '—', alignment: column.kind === 'amount' ? 'right' : 'left' };
  if (column.kind === 'amount') return { text: grouped(cell.text), alignment: 'right', noWrap: true };
  return { text: cellText(column, cell, persons, 'zh'), noWrap: column.kind === 'date' };
}

function totals(used: readonly Column[], sums: readonly Column[], rows: readonly Row[]): object[] {
  const first = used.findIndex((column) => sums.includes(column));
  return [
    { text: '合计', colSpan: first + 1, bold: true },
    ...Array.from({ length: first }, () => ({})),
    ...used
      .slice(first)
      .map((column) =>
        sums.includes(column)
          ? { text: grouped(totalOf(rows, column.key)), alignment: 'right', noWrap: true, bold: true }
          : { text: '' },
      ),
  ];
}

function answers({ filed }: NoticeView): object[] {
  const answered = filed.flatMap(({ answered }) => answered ?? []);
  if (answered.length === 0) return [];
  return [
    heading('异议的答复'),
    ...answered.map(({ data, effectiveDate }) => ({ text: `${effectiveDate}　${data.answer}`, margin: [0, 0, 0, 3] })),
  ];
}

function closing({ event }: NoticeView, proofUrl: string, fingerprint: string): object {
  const { data } = event;
  const modules = qrModules(proofUrl);
  const size = modules.length;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size} ${size}"><path d="${qrPath(modules)}" fill="#000"/></svg>`;
  const [address] = proofUrl.split('#');
  return {
    unbreakable: true,
    margin: [0, 16, 0, 0],
    columnGap: 12,
    columns: [
      { svg, width: QR_POINTS, height: QR_POINTS },
      {
        width: '*',
        stack: [
          `对公示内容有异议的，请在公示期内向${data.contact}反映，电话 ${[data.phone, data.address, data.email].filter((part) => part !== undefined).join('，')}。`,
          `扶贫监督举报电话 ${data.hotline}。`,
          { text: '扫码核对：在您自己的手机上，从签名的账本算出每一个数字。', margin: [0, 6, 0, 0] },
          { text: address, style: 'quiet' },
          { text: `账本密钥指纹 ${fingerprint}`, style: 'quiet' },
        ],
      },
      {
        width: 130,
        stack: [{ text: `${placeName(data.division)}（盖章）` }, { text: data.publicFrom, margin: [0, 6, 0, 0] }],
        alignment: 'right',
      },
    ],
  };
}
