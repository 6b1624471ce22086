import type { EventType } from '../../domain/event.js';
import type { Words } from '../../domain/words.js';

export const EVENT_WORDS: Record<EventType, Words> = {
  'book.opened': { zh: '建账', en: 'Book opened' },
  'fund.registered': { zh: '资金登记', en: 'Fund registered' },
  'fund.adjusted': { zh: '资金调整', en: 'Fund adjusted' },
  'funds.allocated': { zh: '资金分配', en: 'Funds allocated' },
  'funds.integrated': { zh: '统筹整合', en: 'Funds integrated' },
  'funds.dispatched': { zh: '资金下达', en: 'Funds dispatched' },
  'funds.received': { zh: '资金收到', en: 'Funds received' },
  'project.registered': { zh: '项目入库', en: 'Project registered' },
  'project.advanced': { zh: '项目进展', en: 'Project advanced' },
  'payment.made': { zh: '项目支付', en: 'Payment made' },
  'beneficiary.enrolled': { zh: '对象登记', en: 'Beneficiary enrolled' },
  'subsidy.paid': { zh: '补贴发放', en: 'Subsidy paid' },
  'asset.registered': { zh: '资产登记', en: 'Asset registered' },
  'asset.ownership_changed': { zh: '确权变更', en: 'Ownership changed' },
  'income.received': { zh: '资产收益', en: 'Income received' },
  'notice.published': { zh: '公告公示', en: 'Notice published' },
  'notice.evidenced': { zh: '张贴凭证', en: 'Notice photographed' },
  'notice.withdrawn': { zh: '公告撤回', en: 'Notice withdrawn' },
  'objection.filed': { zh: '异议、举报', en: 'Objection filed' },
  'objection.answered': { zh: '异议答复', en: 'Objection answered' },
  'entry.reversed': { zh: '冲销', en: 'Entry reversed' },
  'period.closed': { zh: '结账', en: 'Period closed' },
};
