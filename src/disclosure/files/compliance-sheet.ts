import { OBJECTION_KIND_WORDS, OUTCOME_WORDS } from '../../board/notices/notice-words.js';
import { type Lang, wordOf } from '../../board/words.js';
import { NOTICE_RULES } from '../../domain/notices/types.js';
import type { Words } from '../../domain/words.js';
import type { Column, Row } from '../../export/tables/tables.js';
import { type Finding, type FindingKind, isShortcoming } from '../compliance/finding.js';
import type { Sheet } from './line-files.js';

export const FINDING_WORDS: Record<FindingKind, Words> = {
  undisclosed: { zh: '应公开未公开', en: 'Not disclosed' },
  late: { zh: '逾期公开', en: 'Disclosed late' },
  too_short: { zh: '公示期不足', en: 'Not long enough' },
  no_photo: { zh: '无张贴照片', en: 'No photo' },
  objection_overdue: { zh: '异议逾期未答复', en: 'Objection not answered in time' },
  corrected: { zh: '公告已更正', en: 'Corrected' },
  withdrawn: { zh: '公告已撤回', en: 'Withdrawn' },
  objection_open: { zh: '异议待答复', en: 'Objection open' },
  objection_answered: { zh: '异议已答复', en: 'Objection answered' },
  recorded_late: { zh: '公告补录', en: 'Recorded late' },
};

const SHORTCOMING_WORDS: Words = { zh: '问题', en: 'Shortcoming' };
const REMARK_WORDS: Words = { zh: '备查', en: 'For the record' };

interface FindingColumn extends Words {
  kind: Column['kind'];
  value(item: Finding, lang: Lang): string | number | null;
}

/** The same in the CSV and in the workbook. */
const COMPLIANCE_COLUMNS: readonly FindingColumn[] = [
  {
    zh: '性质',
    en: 'Nature',
    kind: 'text',
    value: ({ kind }, lang) => (isShortcoming(kind) ? SHORTCOMING_WORDS : REMARK_WORDS)[lang],
  },
  { zh: '情形', en: 'Finding', kind: 'text', value: ({ kind }, lang) => FINDING_WORDS[kind][lang] },
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
  {
    zh: '异议或举报',
    en: 'Objection or report',
    kind: 'text',
    value: ({ objection }, lang) => (objection === null ? null : OBJECTION_KIND_WORDS[objection][lang]),
  },
  { zh: '起始日', en: 'Since', kind: 'text', value: ({ since }) => since },
  { zh: '期限', en: 'Due on', kind: 'text', value: ({ dueOn }) => dueOn },
  { zh: '办理日', en: 'Done on', kind: 'text', value: ({ doneOn }) => doneOn },
  { zh: '天数', en: 'Days', kind: 'count', value: ({ days }) => days },
  {
    zh: '办理结果',
    en: 'Outcome',
    kind: 'text',
    value: ({ outcome }, lang) => (outcome === null ? null : wordOf(OUTCOME_WORDS, outcome, lang)),
  },
  { zh: '原因', en: 'Reason', kind: 'text', value: ({ reason }) => reason },
  { zh: '笔数', en: 'Entries', kind: 'count', value: ({ entries }) => entries },
  { zh: '公告', en: 'Notice', kind: 'text', value: ({ notice }) => notice },
  { zh: '原公告', en: 'Corrected notice', kind: 'text', value: ({ replaces }) => replaces },
  { zh: '账套', en: 'Book', kind: 'text', value: ({ book }) => book },
  { zh: '记录序号', en: 'Entry', kind: 'count', value: ({ seq }) => seq },
];

export function complianceSheet(items: readonly Finding[], lang: Lang): Sheet {
  async function* rows(): AsyncGenerator<Row> {
    for (const item of items) yield COMPLIANCE_COLUMNS.map(({ value }) => value(item, lang) ?? undefined);
  }
  return { name: 'compliance', columns: COMPLIANCE_COLUMNS.map((c) => ({ name: c[lang], kind: c.kind })), rows };
}
