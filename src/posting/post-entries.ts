import type { Request } from './post-entry.js';

/** Several commands for one book, in order; answered by an outcome for each. */
export class PostEntries {
  constructor(
    readonly book: string,
    /** Subject of the token. */
    readonly actor: string,
    /** Each under its idempotency key. */
    readonly entries: { key: string; request: Request }[],
    /** All or none, in one append. */
    readonly isAtomic: boolean,
    readonly wantsReceipts: boolean,
  ) {}
}
