// The words that some fields of entries have to choose from, by themselves: whoever judges a book needs nothing else of the ledger.

/** 层级: who gives the money; `village` for what a village earned or raised. `mixed` for a line that a notice does not split. */
export const FUND_LEVELS = ['central', 'province', 'city', 'county', 'town', 'village', 'social', 'mixed'] as const;

/** 性质. */
export const FUND_NATURES = [
  'special',
  'integrated',
  'sector',
  'bond',
  'land_quota',
  'east_west',
  'designated',
  'donation',
  'collective',
  'stock',
] as const;

/**
 * What a fund must not be used for: enter a pool, leave for a lower bureau, be paid out to beneficiaries, be spent as
 * expense.
 */
export const FUND_RESTRICTIONS = ['no_integration', 'no_dispatch', 'no_payout', 'capital_only'] as const;

/** 批复、开工、完工、验收、结算、销号: each follows the one before. */
export const STAGES = ['approved', 'started', 'completed', 'accepted', 'settled', 'closed'] as const;

export const PAYMENT_KINDS = ['capital', 'expense'] as const;

export const ASSET_CLASSES = ['operating', 'public', 'household'] as const;

export const OWNER_KINDS = ['village', 'township', 'county', 'enterprise', 'cooperative', 'household'] as const;

export const PAYER_KINDS = ['enterprise', 'cooperative', 'government', 'household', 'other'] as const;

export const PHOTO_TYPES = ['image/jpeg', 'image/png', 'image/webp'] as const;

export const OBJECTION_KINDS = ['objection', 'report'] as const;

export const OBJECTION_OUTCOMES = ['upheld', 'rejected', 'corrected', 'noted'] as const;
