export interface WorkInBook {
  book: string;
  /** In the last half to whole minute. */
  events: number;
}

const WINDOW_MS = 30_000;
const MOST_SHOWN = 20;

/** Counts events by book, for about as long as somebody looks at. */
export class RecentWork {
  private now = new Map<string, number>();
  private before = new Map<string, number>();
  private turnAt = Date.now() + WINDOW_MS;

  add(book: string, events: number): void {
    this.turn();
    this.now.set(book, (this.now.get(book) ?? 0) + events);
  }

  /** The busiest first. */
  busiest(): WorkInBook[] {
    this.turn();
    const sums = new Map(this.before);
    for (const [book, events] of this.now) sums.set(book, (sums.get(book) ?? 0) + events);
    return [...sums]
      .map(([book, events]) => ({ book, events }))
      .sort((a, b) => b.events - a.events)
      .slice(0, MOST_SHOWN);
  }

  private turn(): void {
    const late = Date.now() - this.turnAt;
    if (late < 0) return;
    this.before = late < WINDOW_MS ? this.now : new Map();
    this.now = new Map();
    this.turnAt = Date.now() + WINDOW_MS;
  }
}
