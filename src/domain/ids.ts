import { KeySet } from './compact/key-set.js';
import type { EventType } from './event.js';
import { Refusal } from './refusal.js';
import type { BookState } from './state.js';

/**
 * The id of what an entry makes: the caller's, once only, or the service's own.
 *
 * Refusal: id_exists.
 */
export function claimId(state: BookState, type: EventType, given: string | undefined, newId: string): string {
  if (given !== undefined && state.ids.get(type)?.has(given) === true) {
    throw new Refusal('id_exists', `The id ${given} is already taken.`, { field: 'id' });
  }
  return given ?? newId;
}

export function recordId(state: BookState, type: EventType, id: string): void {
  const ids = state.ids.get(type);
  if (ids !== undefined) ids.add(id);
  else {
    const first = new KeySet();
    first.add(id);
    state.ids.set(type, first);
  }
}
