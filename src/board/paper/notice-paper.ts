import { NOTICE_FIELDS } from '../../domain/notices/fields.js';
import { NOTICE_RULES } from '../../domain/notices/types.js';
import { lettersOf } from '../../drawing/letters.js';
import type { NoticeView } from '../notices/notice-view.js';
import { textsOf, warningWords } from '../notices/notice-words.js';
import { usedColumns } from '../notices/told-columns.js';
import { qrModules, qrPath } from '../qr-code.js';
import { dateInChinese, longPlaceName, placeName, sayIn } from '../words.js';
import { facts, heading } from './paper-parts.js';
import { drawnTable, paperTable, SHEETS, type Sheet, sheetFor } from './paper-table.js';

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

const QR_POINTS = 96;
const TITLE_POINTS = [20, 18, 16];
const SEAL_POINTS = 112;
/** The id of what closes a paper: how to object, how to check, and room for the seal. */
export const CLOSING = 'closing';
const say = sayIn('zh');

/** A notice as it is pasted on a wall: Chinese, black on white, no word of a day that passes. */
export function noticePaper(view: NoticeView, { proofUrl, fingerprint }: PaperFacts): Paper {
  const { event } = view;
  const { data, book, seq } = event;
  const { zh: kind } = NOTICE_RULES[data.type];
  const { sheet, drawn } = tables(view);
  return {
    title: data.title,
    isLandscape: sheet.isLandscape,
    content: [
      titleOn(data.title, sheet.width),
      ...(data.title.includes(kind) ? [] : [{ text: kind, style: 'kind' }]),
      ...marks(view).map((text) => ({ text, style: 'mark' })),
      facts([
        ['公示单位', longPlaceName(data.division)],
        [
          '公示期',
          `${dateInChinese(data.publicFrom)}至${dateInChinese(data.publicTo)}（${data.days}个${dayWord(data.dayKind)}）`,
        ],
        ['公示地点', data.place],
        ...texts(view),
      ]),
      ...drawn,
      ...answers(view),
      closing(view, proofUrl, fingerprint),
    ],
    foot: `账本 ${book} 第 ${seq} 号记录，内容截至第 ${data.asOfSeq} 号`,
  };
}

/** What is published; of a correction that changed rows, those as they were too. */
function tables(view: NoticeView): { sheet: Sheet; drawn: object[] } {
  const { rows, columns, before } = view;
  const used = usedColumns(columns, rows);
  const isChanged = before !== undefined && before.event.data.rowsHash !== view.event.data.rowsHash;
  const parts = [
    { title: isChanged ? '更正后' : '公示内容', rows },
    ...(isChanged ? [{ title: `更正前（${before.event.data.title}）`, rows: before.rows }] : []),
  ]
    .filter((part) => part.rows.length > 0)
    .map((part) => ({ title: part.title, table: paperTable(view, used, part.rows) }));
  const sheet = parts.length === 0 ? SHEETS[0] : sheetFor(parts.map(({ table }) => table));
  return { sheet, drawn: parts.flatMap(({ title, table }) => drawnTable(title, table, sheet)) };
}

/** In letters as large as leave it on one line; if that is not to be had, on lines of the same length. */
function titleOn(text: string, width: number): object {
  const letters = lettersOf(text);
  const fontSize = TITLE_POINTS.find((points) => letters * points <= width);
  if (fontSize !== undefined) return { text, style: 'title', fontSize, margin: [0, 0, 0, 8] };
  const [, points = 18] = TITLE_POINTS;
  const lines = Math.ceil((letters * points) / width);
  const side = Math.max(0, (width - (letters / lines + 1) * points) / 2);
  return { text, style: 'title', fontSize: points, margin: [side, 0, side, 8] };
}

function dayWord(kind: 'natural' | 'working'): string {
  return kind === 'working' ? '工作日' : '自然日';
}

function marks({ event, withdrawal, before, after, warnings }: NoticeView): string[] {
  const { replaces, reason } = event.data;
  const corrected = before === undefined ? replaces : `${before.event.data.title}（${replaces}）`;
  return [
    ...(withdrawal === null ? [] : [`本公告已于${dateInChinese(withdrawal.date)}撤回。撤回原因：${withdrawal.reason}`]),
    ...(after === undefined ? [] : [correctedWords(after.event)]),
    ...(replaces === undefined ? [] : [`更正公告，原公告：${corrected}。${reasonWords(reason)}`]),
    ...warnings.map((warning) => warningWords(warning, say)),
  ];
}

function correctedWords({ effectiveDate, data: { id, title, reason } }: NoticeView['event']): string {
  return `本公告已于${dateInChinese(effectiveDate)}由《${title}》（${id}）更正。${reasonWords(reason)}`;
}

function reasonWords(reason: string | undefined): string {
  return reason === undefined ? '' : `更正原因：${reason}`;
}

/** Of a correction: below what it says otherwise, what was said before. */
function texts({ event, before }: NoticeView): (readonly [string, string])[] {
  return textsOf(event.data).flatMap(([field, text]) => {
    const was = before?.event.data.fields[field];
    const told = [NOTICE_FIELDS[field].zh, text] as const;
    return was === undefined || was === text ? [told] : [told, ['（更正前）', was] as const];
  });
}

function answers({ filed }: NoticeView): object[] {
  const answered = filed.flatMap(({ answered }) => answered ?? []);
  if (answered.length === 0) return [];
  return [
    heading('异议的答复'),
    ...answered.map(({ data, effectiveDate }) => ({
      text: `${dateInChinese(effectiveDate)}　${data.answer}`,
      margin: [0, 0, 0, 3],
    })),
  ];
}

function closing(view: NoticeView, proofUrl: string, fingerprint: string): object {
  const { data } = view.event;
  const modules = qrModules(proofUrl);
  const size = modules.length;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size} ${size}"><path d="${qrPath(modules)}" fill="#000"/></svg>`;
  const [address = ''] = proofUrl.split('#');
  return {
    id: CLOSING,
    unbreakable: true,
    margin: [0, 18, 0, 0],
    columnGap: 12,
    columns: [
      { svg, width: QR_POINTS, height: QR_POINTS },
      {
        width: '*',
        stack: [
          '对公示内容有异议的，请在公示期内反映。',
          ...contacts(view).map(([head, text]) => ({ text: [{ text: `${head}　`, color: '#555555' }, text] })),
          { text: '扫码核对：在您自己的手机上，从签名账本算出每个数字。', margin: [0, 6, 0, 0] },
          { text: address, style: 'fine' },
          { text: `账本密钥指纹 ${fingerprint}`, style: 'fine' },
        ],
      },
      {
        width: SEAL_POINTS,
        margin: [0, 30, 0, 0],
        alignment: 'center',
        stack: [
          { text: `${placeName(data.division)}（盖章）` },
          { text: dateInChinese(data.publicFrom), margin: [0, 6, 0, 0] },
        ],
      },
    ],
  };
}

function contacts({ event }: NoticeView): [string, string][] {
  const { contact, phone, address, email, hotline } = event.data;
  const given: [string, string | undefined][] = [
    ['联系单位', contact],
    ['联系电话', phone === hotline ? undefined : phone],
    ['通讯地址', address],
    ['电子邮箱', email],
    ['监督举报', hotline],
  ];
  return given.flatMap(([head, text]) => (text === undefined ? [] : [[head, text]]));
}
