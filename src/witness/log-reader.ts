import { fetchText } from '../bounded-fetch.js';
import type { Hash } from '../log/hash.js';
import { parsedJson } from '../parsed-json.js';
import { PlainError } from '../plain-error.js';

/** What a witness asks of a log; nothing of the answers is trusted. Errors: PlainError. */
export class LogReader {
  /** @param url where the service is, without a slash at its end */
  constructor(
    readonly url: string,
    private readonly signal?: AbortSignal,
  ) {}

  /** The vkeys that the log publishes. */
  async keys(): Promise<string[]> {
    return (await this.get('/log/keys')).split('\n').filter((line) => line !== '');
  }

  /** The latest checkpoint that the log shows, a signed note. */
  checkpoint(book: string): Promise<string> {
    return this.get(`/log/${book}/checkpoint`);
  }

  /** What the log gives as the proof that its tree of `to` leaves begins with that of `from` leaves. */
  async consistency(book: string, from: number, to: number): Promise<Hash[]> {
    const text = await this.get(`/v1/books/${book}/consistency?from=${from}&to=${to}`);
    const answer = parsedJson(text);
    const proof = typeof answer === 'object' && answer !== null && 'proof' in answer ? answer.proof : undefined;
    if (!Array.isArray(proof) || !proof.every((hash) => typeof hash === 'string'))
      throw new PlainError(
        `${this.url} 的一致性证明不是哈希的列表 gives a proof of consistency that is no list of hashes`,
      );
    return proof.map((hash: string) => Buffer.from(hash, 'base64'));
  }

  private async get(path: string): Promise<string> {
    const { status, text } = await fetchText(`${this.url}${path}`, { signal: this.signal });
    // Without the query, which is another each time that a book has grown.
    const [address] = path.split('?');
    if (status !== 200) throw new PlainError(`${this.url}${address} 未能答复 answers with status ${status}.`);
    return text;
  }
}
