import type { EventType } from './event.js';
import { Refusal } from './refusal.js';
import type { BookState } from './state.js';

/**
 * The id of what an entry makes: the caller's, once only, or the service's own.
 *
 * Refusal: id_exists.
 */
export function claimId(state: BookState, type: EventType, given: string | undefined, newId: string): string {
  if (given !== undefined && state.ids.has(`${type}:${given}`)) {
    throw new Refusal('id_exists', `The id ${given} is already taken.`, { field: 'id' });
  }
  return given ?? newId;
}
