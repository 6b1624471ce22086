import type { BookEvent, EventOf } from '../../domain/event.js';
import { shown } from '../difference.js';
import type { Misfit } from '../shape.js';
import type { Row } from './standing.js';

/**
 * The dispatches that this book settled, each once: one of its own by reversing it, one of another book by its arrival, until
 * that is reversed.
 */
export class ClaimRegister {
  private readonly claims = new Map<string, number>();

  constructor(private readonly book: string) {}

  take(event: BookEvent): Misfit | undefined {
    if (event.type === 'funds.received') return this.arrive(event);
    if (event.type !== 'entry.reversed') return undefined;
    const { type, of } = event.data;
    if (type === 'funds.dispatched') this.claims.set(keyOf(this.book, of.id ?? ''), event.seq);
    if (type === 'funds.received') this.claims.delete(keyOf(of.fromBook ?? '', of.dispatch ?? ''));
    return undefined;
  }

  private arrive({ data: { fromBook, dispatch }, seq }: EventOf<'funds.received'>): Misfit | undefined {
    const key = keyOf(fromBook, dispatch);
    const before = this.claims.get(key);
    this.claims.set(key, seq);
    if (before === undefined) return undefined;
    return {
      path: 'data.dispatch',
      expected: 'a dispatch that has not arrived yet',
      found: `${shown(dispatch)}, which entry ${before} took`,
    };
  }

  *rows(): Iterable<Row> {
    for (const [key, seq] of this.claims) yield { key: [key], fields: () => ({ key, seq }) };
  }
}

function keyOf(book: string, dispatch: string): string {
  return `dispatch:${book}/${dispatch}`;
}
