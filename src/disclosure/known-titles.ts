import type { DivisionCode } from '../domain/division.js';
import { counts, members } from '../views/disclosure/disclosure-tables.js';
import type { RowSource } from '../views/engine/row-source.js';
import type { LineKind } from './lines.js';

/**
 * Whether any line of the kind may have the words in its title. What many lines share as their title is the name of a policy, a fund
 * or an asset, and those are few: where none of them has the words, no line is looked at.
 */
export async function hasTitle(rows: RowSource, kind: LineKind, book: DivisionCode, words: string): Promise<boolean> {
  const named = (of: 'fund' | 'asset') =>
    rows.list(members, { where: { kind: of, name: { contains: words } }, orderBy: ['id'], limit: 1 });
  switch (kind) {
    case 'payout': {
      const where = { division: book, kind, category: { contains: words } };
      return (await rows.list(counts, { where, orderBy: ['category'], limit: 1 })).length > 0;
    }
    case 'allocation':
    case 'integration':
      return (await named('fund')).length > 0;
    case 'income':
      return (await named('asset')).length > 0;
    default:
      return true;
  }
}
