import { hash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { FileObjection } from '../../domain/objections/objections.js';
import { BookWriters } from '../../posting/book-writers.js';
import { PostEntry, type Posted } from '../../posting/post-entry.js';
import { ObjectionVault } from './objection-vault.js';
import type { Statement } from './statement.js';

export interface FileObjectionBody extends Statement, Pick<FileObjection, 'kind' | 'notice' | 'row' | 'entry'> {}

/** The actor of what anybody may post without a token. */
export const PUBLIC_ACTOR = 'public';

export interface Filed extends Posted {
  /** Told to the author alone. */
  code: string;
}

/** The way of an objection: its words to the vault, the rest to the book. */
@Injectable()
export class ObjectionDesk {
  constructor(
    private readonly vault: ObjectionVault,
    private readonly writers: BookWriters,
  ) {}

  /**
   * @param key of the caller's choice. The entry has a hash of it: a stranger's words never enter the log, and no stranger
   * can take a key that a bureau is going to use.
   *
   * Errors: IdempotencyKeyReused, those of the posting.
   */
  async file(book: string, key: string, { text, name, phone, ...open }: FileObjectionBody): Promise<Filed> {
    const command = `${PUBLIC_ACTOR}:${hash('sha256', key, 'hex')}`;
    const { code, ...identity } = await this.vault.seal(book, command, { text, name, phone });
    const request = { kind: 'objection', body: { ...open, ...identity } } as const;
    const posted = await this.writers.post(new PostEntry(book, command, PUBLIC_ACTOR, request));
    await this.vault.filed(book, identity.id);
    return { ...posted, code };
  }
}
