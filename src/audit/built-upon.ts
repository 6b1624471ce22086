import type { EventOf } from '../domain/event.js';
import type { Ledger } from './ledger.js';
import { unmadeBy } from './registers/funds.js';

type Reversal = EventOf<'entry.reversed'>;

/**
 * What stands must be a history that could have come about by itself, so that nothing is taken back on which an entry that stands is
 * built. Gives such an entry: one that moved money of a fund, a project or an asset that is taken back, or that took what
 * would not have been there.
 *
 * @param ledger has taken the reversal in, which leaves nobody with less than nothing
 */
export function builtUpon(reversal: Reversal, ledger: Ledger, stands: (seq: number) => boolean): number | undefined {
  const { seq: reversed } = reversal.data;
  for (const entries of entriesThatUse(reversal, ledger))
    for (const seq of entries) if (seq !== reversed && stands(seq)) return seq;
  for (const { way } of ledger.linesOf(reversed)) {
    if (way.to.startsWith('source:')) continue;
    // What the account had after each of the later entries, from the last back.
    let heldFen = ledger.heldAt(way);
    for (const { seq, amountFen } of ledger.after(reversed, way)) {
      if (!stands(seq)) continue;
      if (heldFen < 0n) return seq;
      heldFen -= BigInt(amountFen);
    }
  }
  return undefined;
}

function* entriesThatUse(reversal: Reversal, ledger: Ledger): Iterable<Iterable<number>> {
  const { type, of } = reversal.data;
  for (const fund of unmadeBy(reversal)) yield ledger.entriesOfFund(fund);
  if (type === 'asset.registered') yield ledger.entriesOf(`income:${of.id}`);
  if (type !== 'project.registered') return;
  yield ledger.entriesOf(`project:${of.id}`);
  yield ledger.entriesOf(`wip:${of.id}`);
}
