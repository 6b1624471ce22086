import type { Trace, TraceNode } from '../views/trace/trace.js';

const KINDS: Record<string, string> = {
  source: '来源',
  bureau: '待分配',
  department: '部门',
  pool: '整合资金池',
  project: '项目',
  transit: '在途 →',
  wip: '在建',
  expense: '支出',
  paid: '补贴',
  asset: '资产',
  income: '资产收益',
  collective: '村集体账户',
  beneficiary: '农户',
  village: '村集体',
  township: '乡镇',
  county: '县级',
  enterprise: '企业',
  cooperative: '合作社',
  book: '账套',
};

const TYPES: Record<string, string> = {
  'fund.registered': '登记',
  'fund.adjusted': '调整',
  'funds.allocated': '分配',
  'funds.integrated': '整合',
  'funds.dispatched': '下达',
  'funds.received': '到账',
  'payment.made': '支付',
  'subsidy.paid': '补贴发放',
  'asset.registered': '转固',
  'asset.ownership_changed': '权属变更',
  'income.received': '资产收益',
};

/** A node in Chinese, e.g. `项目 养殖圈棚`; a second coming of money to the same place says so. */
export function nodeLabel({ kind, ref, name, step }: Pick<TraceNode, 'kind' | 'ref' | 'name' | 'step'>): string {
  const words = [KINDS[kind] ?? kind, name ?? ref ?? ''].filter((word) => word !== '').join(' ');
  return step === null ? words : `${words}（第${step}步）`;
}

export function typeLabel(type: string): string {
  return TYPES[type] ?? type;
}

export function traceTitle({ book, target, nodes }: Trace): string {
  const names = { fund: ['资金去向', 'source'], asset: ['资产来源', 'asset'], payout: ['补贴来源', ''] } as const;
  const [title, kind] = names[target.kind];
  const name = nodes.find((node) => node.book === book && node.kind === kind && node.ref === target.id)?.name ?? '';
  return [title, target.id, name, `账套 ${book}`].filter((word) => word !== '').join(' · ');
}
