import { type StandingOfNotice, standingOf } from '../domain/notices/standing.js';
import type { LineFacts } from './lines.js';

/** How a notice stands on a day, `YYYY-MM-DD`, by what its line says. */
export function standingOfFacts(facts: LineFacts['notice'], today: string): StandingOfNotice {
  const { publicFrom, publicTo, withdrawal, replacedBy, objections } = facts;
  const ended = {
    ...(withdrawal !== null && { withdrawnBy: withdrawal.seq }),
    ...(replacedBy !== null && { replacedBy }),
  };
  return standingOf({ publicFrom, publicTo, ...ended }, objections, today);
}
