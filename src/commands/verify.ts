import type { AuditOptions } from '../audit/bundle/audit-with.js';
import { Different } from '../audit/difference.js';
import type { Trusted } from '../audit/trusted.js';
import type { Progress } from '../progress.js';

export interface VerifyOptions {
  /** Trusted keys; those that come with the book where there are none. */
  key: string[];
  book?: string;
  /** A file with an earlier checkpoint. */
  since?: string;
  json: boolean;
}

/** Judges a book and says what it found; the exit status is 1 where something differs. */
export async function verifyBook(source: string, { key, book, since, json }: VerifyOptions): Promise<void> {
  let bar: Progress | undefined;
  let entries = 0;
  let trusted: Trusted | undefined;
  // Every millisecond before the threads begin that judge a book is waited for: the rest is loaded after that.
  const begin = async (): Promise<AuditOptions> => {
    const [{ readTrusted }, { startProgress }] = await Promise.all([
      import('../audit/trusted.js'),
      import('../progress.js'),
    ]);
    trusted = readTrusted(key, since);
    return {
      ...(book !== undefined && { book }),
      ...trusted,
      onSize: (size) => {
        entries = size;
        bar = startProgress('verify', size, process.stderr);
      },
      onEvents: (count) => bar?.advance(count),
      onLines: (count, all) => {
        bar?.grow(entries + all);
        bar?.advance(count);
      },
    };
  };
  try {
    const whole = /^https?:\/\//.test(source)
      ? await (await import('../audit/read-service.js')).auditService(source, await begin())
      : await (await import('../audit/bundle/audit-in-two.js')).auditInTwo(source, begin);
    bar?.end();
    const result = { whole: true, ...whole, keysGiven: key.length > 0, since: trusted?.since?.size ?? null };
    console.log(json ? JSON.stringify(result) : (await words()).report(whole, key.length > 0, trusted?.since));
  } catch (error) {
    bar?.end();
    if (!(error instanceof Different)) throw error;
    console.log(
      json ? JSON.stringify({ whole: false, difference: error.difference }) : (await words()).differing(error),
    );
    process.exitCode = 1;
  }
}

/** Loaded once there is something to say. */
const words = () => import('./verify-report.js');
