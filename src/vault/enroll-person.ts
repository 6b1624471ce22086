import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { CommonFields } from '../domain/command.js';
import type { EnrollBeneficiary } from '../domain/payouts/enroll-beneficiary.js';
import { BookWriters } from '../posting/book-writers.js';
import { PostEntry, type Posted } from '../posting/post-entry.js';
import type { Personal } from './personal.js';
import { Vault } from './vault.js';

export interface EnrollPersonBody extends Personal, Pick<EnrollBeneficiary, 'division' | 'categories'>, CommonFields {}

/** Enrols a person or household; answers `Posted`, whose `id` is the beneficiary's. */
export class EnrollPerson {
  constructor(
    readonly book: string,
    /** Idempotency key, kept for ever. */
    readonly key: string,
    /** Subject of the token. */
    readonly actor: string,
    readonly body: EnrollPersonBody,
  ) {}
}

@CommandHandler(EnrollPerson)
export class EnrollPersonHandler implements ICommandHandler<EnrollPerson, Posted> {
  constructor(
    private readonly vault: Vault,
    private readonly writers: BookWriters,
  ) {}

  /** Errors: IdempotencyKeyReused, those of the posting. */
  async execute({ book, key, actor, body }: EnrollPerson): Promise<Posted> {
    const { name, idNumber, bankAccount, ...open } = body;
    const identity = await this.vault.seal(book, key, { name, idNumber, bankAccount });
    const request = { kind: 'beneficiary', body: { ...open, ...identity } } as const;
    const posted = await this.writers.post(new PostEntry(book, key, actor, request));
    await this.vault.enrolled(book, key);
    return posted;
  }
}
