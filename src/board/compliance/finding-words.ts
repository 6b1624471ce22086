import type { FindingKind } from '../../disclosure/compliance/finding.js';
import { RECORDED_WITHIN_DAYS } from '../../disclosure/compliance/remarks.js';
import { DISCLOSE_WITHIN_WORKING_DAYS, PHOTO_WITHIN_DAYS } from '../../disclosure/compliance/shortcomings.js';
import { ANSWER_WITHIN_WORKING_DAYS } from '../../domain/objections/objections.js';
import type { Words } from '../../domain/words.js';

interface KindWords {
  /** The rule and what falls short of it, or what happened. */
  rule: Words;
  since: Words;
  due?: Words;
  done?: Words;
  /** Where they say more than the days that they lie between. */
  days?: Words;
}

const OVERDUE: Words = { zh: '已超过（天）', en: 'Days overdue' };
const FIRST_ENTRY: Words = { zh: '最早一笔', en: 'First entry' };
const DISCLOSE_BY: Words = { zh: '应公开日期', en: 'Due on' };
const PUBLIC_FROM: Words = { zh: '开始公示', en: 'Public from' };
const FILED_ON: Words = { zh: '提出日期', en: 'Filed on' };
const ANSWER_BY: Words = { zh: '应答复日期', en: 'Answer due on' };
const PUBLISHED_ON: Words = { zh: '原公告日期', en: 'Published on' };

export const KIND_WORDS: Record<FindingKind, KindWords> = {
  undisclosed: {
    rule: {
      zh: `资金分配、项目、补贴、资产等应在 ${DISCLOSE_WITHIN_WORKING_DAYS} 个工作日内公开，这些过了期限还没有公开。`,
      en: `To be disclosed within ${DISCLOSE_WITHIN_WORKING_DAYS} working days, and still not disclosed.`,
    },
    since: FIRST_ENTRY,
    due: DISCLOSE_BY,
    days: OVERDUE,
  },
  late: {
    rule: {
      zh: `已经公开，但过了 ${DISCLOSE_WITHIN_WORKING_DAYS} 个工作日的期限。`,
      en: `Disclosed, but later than ${DISCLOSE_WITHIN_WORKING_DAYS} working days.`,
    },
    since: FIRST_ENTRY,
    due: DISCLOSE_BY,
    done: { zh: '实际公开日期', en: 'Disclosed on' },
    days: { zh: '晚了（天）', en: 'Days late' },
  },
  too_short: {
    rule: { zh: '公示的天数少于规定的天数。', en: 'Public for fewer days than the rule demands.' },
    since: PUBLIC_FROM,
    due: { zh: '至少应到', en: 'At least until' },
    days: { zh: '少了（天）', en: 'Days too few' },
  },
  no_photo: {
    rule: {
      zh: `乡、村公示栏上的公告，贴出 ${PHOTO_WITHIN_DAYS} 天后还没有张贴照片。`,
      en: `On a board of a town or village for ${PHOTO_WITHIN_DAYS} days, without a photo of it.`,
    },
    since: PUBLIC_FROM,
    due: { zh: '应有照片', en: 'Photo due on' },
    days: OVERDUE,
  },
  objection_overdue: {
    rule: { zh: '异议、举报过了答复期限还没有答复。', en: 'Filed, and not answered in time.' },
    since: FILED_ON,
    due: ANSWER_BY,
    days: OVERDUE,
  },
  corrected: {
    rule: { zh: '由新公告更正，原公告仍可查看。', en: 'Corrected by a later notice; the earlier one stays readable.' },
    since: PUBLISHED_ON,
    done: { zh: '更正日期', en: 'Corrected on' },
  },
  withdrawn: {
    rule: { zh: '公告已撤回，仍可查看。', en: 'Taken back; it stays readable.' },
    since: PUBLISHED_ON,
    done: { zh: '撤回日期', en: 'Withdrawn on' },
  },
  objection_open: {
    rule: {
      zh: `还在 ${ANSWER_WITHIN_WORKING_DAYS} 个工作日的答复期限内。`,
      en: `Still within the ${ANSWER_WITHIN_WORKING_DAYS} working days of the answer.`,
    },
    since: FILED_ON,
    due: ANSWER_BY,
    days: { zh: '还有（天）', en: 'Days left' },
  },
  objection_answered: {
    rule: {
      zh: `应在 ${ANSWER_WITHIN_WORKING_DAYS} 个工作日内答复。`,
      en: `To be answered within ${ANSWER_WITHIN_WORKING_DAYS} working days.`,
    },
    since: FILED_ON,
    due: ANSWER_BY,
    done: { zh: '答复日期', en: 'Answered on' },
    days: { zh: '期限', en: 'In time' },
  },
  recorded_late: {
    rule: {
      zh: `开始公示 ${RECORDED_WITHIN_DAYS} 天以后才记入账本，此前是否公示，账本不能证明。`,
      en: `In the book more than ${RECORDED_WITHIN_DAYS} days after it was public, so that the book cannot prove those days.`,
    },
    since: PUBLIC_FROM,
    done: { zh: '记入账本', en: 'Recorded on' },
    days: { zh: '相隔（天）', en: 'Days between' },
  },
};
