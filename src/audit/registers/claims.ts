import type { BookEvent } from '../../domain/event.js';
import type { Row } from './standing.js';

/**
 * The dispatches that this book settled, each once: one of its own by reversing it, one of another book by its arrival, until
 * that is reversed.
 */
export class ClaimRegister {
  private readonly claims = new Map<string, number>();

  constructor(private readonly book: string) {}

  take(event: BookEvent): void {
    if (event.type === 'funds.received') this.claims.set(keyOf(event.data.fromBook, event.data.dispatch), event.seq);
    if (event.type !== 'entry.reversed') return;
    const { type, of } = event.data;
    if (type === 'funds.dispatched') this.claims.set(keyOf(this.book, of.id ?? ''), event.seq);
    if (type === 'funds.received') this.claims.delete(keyOf(of.fromBook ?? '', of.dispatch ?? ''));
  }

  *rows(): Iterable<Row> {
    for (const [key, seq] of this.claims) yield { key: [key], fields: () => ({ key, seq }) };
  }
}

function keyOf(book: string, dispatch: string): string {
  return `dispatch:${book}/${dispatch}`;
}
