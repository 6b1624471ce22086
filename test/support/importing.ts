import type { AddressInfo } from 'node:net';
import { startApp, type TestApp } from './app.js';

export type Line = Record<string, unknown>;

export interface Answered {
  status: number;
  type: string;
  text: string;
  lines: Line[];
}

interface Sending {
  query?: string;
  token?: string;
  type?: string;
}

export const fund = (id: string, key: string = id): Line => ({
  ...{ kind: 'fund', key, id, name: '扶贫专项资金', level: 'city', nature: 'special', fiscalYear: 2016 },
  amount: '1000000.00',
});

export const allocation = (key: string, amount: string, more: Line = {}): Line => ({
  ...{ kind: 'allocation', key, to: 'department:nmj', amount },
  ...more,
});

export function ndjson(lines: (Line | string)[]): string {
  return lines.map((line) => `${typeof line === 'string' ? line : JSON.stringify(line)}\n`).join('');
}

/** A service that listens, with some open books and a clerk who sends imports over real connections. */
export class Importing {
  private constructor(
    readonly app: TestApp,
    readonly port: number,
    readonly clerk: string,
  ) {}

  static async into(...books: string[]): Promise<Importing> {
    const app = await startApp();
    await app.app.listen(0, '127.0.0.1');
    const admin = await app.token('admin', ['6401']);
    for (const id of books) {
      const level = id.endsWith('00') ? 'city' : 'county';
      await app.post('/v1/books', admin, { id, name: '财政局', level }).expect(201);
    }
    const { port } = app.app.getHttpServer().address() as AddressInfo;
    return new Importing(app, port, await app.token('clerk', ['6401']));
  }

  async send(
    book: string,
    body: string | Uint8Array<ArrayBuffer>,
    { query = '', token = this.clerk, type = 'application/x-ndjson' }: Sending = {},
  ): Promise<Answered> {
    const response = await fetch(`http://127.0.0.1:${this.port}/v1/books/${book}/imports${query}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': type },
      body,
    });
    const text = await response.text();
    const answeredType = response.headers.get('content-type') ?? '';
    const lines = (answeredType.startsWith('application/x-ndjson') ? text.trimEnd().split('\n') : [text])
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line));
    return { status: response.status, type: answeredType, text, lines };
  }
}
