import type { Lang } from '../../board/words.js';
import { NOTICE_RULES } from '../../domain/notices/types.js';
import type { Column, Row } from '../../export/tables/tables.js';
import type { Shortcoming, ShortcomingKind } from '../compliance.js';
import type { Sheet } from './line-files.js';

export const SHORTCOMING_WORDS: Record<ShortcomingKind, Record<Lang, string>> = {
  undisclosed: { zh: '应公开未公开', en: 'Not disclosed' },
  late: { zh: '逾期公开', en: 'Disclosed late' },
  too_short: { zh: '公示期不足', en: 'Not long enough' },
  no_photo: { zh: '无张贴照片', en: 'No photo' },
  objection_overdue: { zh: '异议逾期未答复', en: 'Objection not answered in time' },
};

interface ShortcomingColumn {
  zh: string;
  en: string;
  kind: Column['kind'];
  value(item: Shortcoming, lang: Lang): string | number | null;
}

/** The same in the CSV and in the workbook. */
const COMPLIANCE_COLUMNS: readonly ShortcomingColumn[] = [
  { zh: '情形', en: 'Shortcoming', kind: 'text', value: ({ kind }, lang) => SHORTCOMING_WORDS[kind][lang] },
  { zh: '地点', en: 'Place', kind: 'text', value: ({ divisionName }) => divisionName },
  { zh: '区划代码', en: 'Division code', kind: 'text', value: ({ division }) => division },
  { zh: '责任单位', en: 'Responsible unit', kind: 'text', value: ({ unit }) => unit },
  {
    zh: '公开事项',
    en: 'Type of notice',
    kind: 'text',
    value: ({ type }, lang) => (type === null ? null : NOTICE_RULES[type][lang]),
  },
  { zh: '内容', en: 'What', kind: 'text', value: ({ title }) => title },
  { zh: '起始日', en: 'Since', kind: 'text', value: ({ since }) => since },
  { zh: '期限', en: 'Due on', kind: 'text', value: ({ dueOn }) => dueOn },
  { zh: '天数', en: 'Days', kind: 'count', value: ({ days }) => days },
  { zh: '笔数', en: 'Entries', kind: 'count', value: ({ entries }) => entries },
  { zh: '公告', en: 'Notice', kind: 'text', value: ({ notice }) => notice },
  { zh: '账套', en: 'Book', kind: 'text', value: ({ book }) => book },
  { zh: '记录序号', en: 'Entry', kind: 'count', value: ({ seq }) => seq },
];

export function complianceSheet(items: readonly Shortcoming[], lang: Lang): Sheet {
  async function* rows(): AsyncGenerator<Row> {
    for (const item of items) yield COMPLIANCE_COLUMNS.map(({ value }) => value(item, lang) ?? undefined);
  }
  return { name: 'compliance', columns: COMPLIANCE_COLUMNS.map((c) => ({ name: c[lang], kind: c.kind })), rows };
}
