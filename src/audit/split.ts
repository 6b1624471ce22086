import type { BookEvent } from '../domain/event.js';
import { formatYuan } from '../domain/money.js';
import { utf8 } from './byte-text.js';
import type { Ledger } from './ledger.js';
import { type Line, sumOf } from './moves.js';
import type { Misfit } from './shape.js';

interface Holding {
  fund: string;
  amountFen: bigint;
}

interface Part {
  fund: string;
  fen: bigint;
}

/** Where an entry says by which rule its amount was split over what the giver held, whether it was. The ledger has not taken it in. */
export function splitMisfit({ data }: BookEvent, lines: readonly Line[], ledger: Ledger): Misfit | undefined {
  if (!('split' in data) || data.split === undefined) return undefined;
  const [first] = lines;
  if (first === undefined) return undefined;
  const parts = partsOf(ledger.holdingsOf(first.from), sumOf(lines));
  for (let at = 0; at < Math.max(lines.length, parts.length); at += 1) {
    const [line, part] = [lines[at], parts[at]];
    if (line?.fund === part?.fund && line !== undefined && BigInt(line.amountFen) === part?.fen) continue;
    return {
      path: `postings[${2 * at}]`,
      expected: `${textOf(part)}, as an amount is split over what ${utf8(first.from)} holds`,
      found: textOf(line && { fund: line.fund, fen: BigInt(line.amountFen) }),
    };
  }
  return undefined;
}

function textOf(part: Part | undefined): string {
  return part === undefined ? 'nothing' : `${formatYuan(part.fen)} of fund ${part.fund}`;
}

function partsOf(held: readonly Holding[], amountFen: bigint): Part[] {
  const [only] = held;
  return held.length === 1 && only !== undefined
    ? [{ fund: only.fund, fen: amountFen }]
    : byLargestRemainder(held, amountFen);
}

/** In proportion to what is held; the fen that are left over go where most was cut off, of two alike to the fund that comes first. */
function byLargestRemainder(held: readonly Holding[], amountFen: bigint): Part[] {
  const totalFen = held.reduce((sum, { amountFen: fen }) => sum + fen, 0n);
  if (totalFen <= 0n) return [];
  const parts = held.map(({ fund, amountFen: fen }) => {
    const share = fen * amountFen;
    return { fund, fen: share / totalFen, cut: share % totalFen };
  });
  let left = amountFen - parts.reduce((sum, { fen }) => sum + fen, 0n);
  for (const part of parts.toSorted((a, b) => (a.cut === b.cut ? inOrder(a, b) : a.cut > b.cut ? -1 : 1))) {
    if (left === 0n) break;
    part.fen += 1n;
    left -= 1n;
  }
  return parts.filter(({ fen }) => fen > 0n).sort(inOrder);
}

function inOrder(one: Part, other: Part): number {
  return one.fund < other.fund ? -1 : 1;
}
