/** By themselves, for those who need not load the views. */
export const VIEW_NAMES = [
  'balances',
  'funds',
  'projects',
  'payouts',
  'assets',
  'divisions',
  'dates',
  'disclosure',
] as const;
export type ViewName = (typeof VIEW_NAMES)[number];
