/** Those who wait for views of books, in this process. */
export class Waiters {
  /** By how many each book is waited for. */
  private readonly books = new Map<string, number>();
  private readonly looks = new Set<() => void>();

  /** Whether somebody waits for a view of the book. */
  has(book: string): boolean {
    return this.books.has(book);
  }

  /** Whether somebody waits for one of them. */
  hasAnyOf(books: ReadonlySet<string>): boolean {
    for (const book of this.books.keys()) if (books.has(book)) return true;
    return false;
  }

  add(book: string): void {
    this.books.set(book, (this.books.get(book) ?? 0) + 1);
  }

  remove(book: string): void {
    const others = (this.books.get(book) ?? 0) - 1;
    if (others > 0) this.books.set(book, others);
    else this.books.delete(book);
  }

  /** A view has moved in this process. */
  tell(): void {
    for (const look of this.looks) look();
  }

  /** Looks again whenever a view has moved in this process, for some time. */
  until(isSo: () => boolean, timeMs: number): Promise<void> {
    return new Promise((resolve) => {
      const end = () => {
        clearTimeout(timer);
        this.looks.delete(look);
        resolve();
      };
      const look = () => {
        if (isSo()) end();
      };
      const timer = setTimeout(end, timeMs);
      this.looks.add(look);
    });
  }
}
