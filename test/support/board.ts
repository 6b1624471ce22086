import { VIEWS } from '../../src/views/all-views.js';
import { Follower } from '../../src/views/engine/follower.js';
import type { TestApp } from './app.js';

/** A book with a clerk who fills it and a reader who opens the pages of the board. */
export class BoardOfBook {
  private constructor(
    readonly app: TestApp,
    readonly book: string,
    private readonly clerk: string,
  ) {}

  static async open(app: TestApp, book: string, name: string): Promise<BoardOfBook> {
    const scope = [book.slice(0, 4)];
    const admin = await app.token('admin', scope);
    await app.post('/v1/books', admin, { id: book, name, level: 'county' }).expect(201);
    return new BoardOfBook(app, book, await app.token('clerk', scope));
  }

  async post(path: string, body: object): Promise<{ id: string; seq: number }> {
    const { body: answer, status } = await this.app.post(`/v1/books/${this.book}/${path}`, this.clerk, body);
    if (status !== 201) throw new Error(`${path}: ${JSON.stringify(answer)}`);
    return answer;
  }

  /** Once every view has taken in all that was posted. */
  async settled(): Promise<void> {
    const seq = await this.app.revision(this.book);
    await Promise.all(VIEWS.map((view) => this.app.app.get(Follower).waitFor(view, this.book, seq)));
  }

  page(path: string): Promise<string> {
    return readPage(this.app, path);
  }
}

export async function readPage(app: TestApp, path: string): Promise<string> {
  const { status, text, headers } = await app.get(path);
  expect([path, status, headers['content-type']]).toEqual([path, 200, 'text/html; charset=utf-8']);
  return text;
}

/** What a reader sees, without tags, one space between words. */
export function words(html: string): string {
  return html
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
}
