import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Vault } from './vault.js';

/** What a person may ask for at any time. Balances, payouts and proofs stand, since they know an id only. */
export class ErasePersonalData {
  constructor(
    readonly book: string,
    readonly beneficiary: string,
    /** Subject of the token. */
    readonly actor: string,
  ) {}
}

export interface Erased {
  beneficiary: string;
  book: string;
  /** Of the first erasure, where there were several. */
  erasedAt: string;
}

@CommandHandler(ErasePersonalData)
export class ErasePersonalDataHandler implements ICommandHandler<ErasePersonalData, Erased> {
  constructor(private readonly vault: Vault) {}

  /** Error: Refusal beneficiary_unknown. */
  async execute({ book, beneficiary, actor }: ErasePersonalData): Promise<Erased> {
    const erasedAt = await this.vault.erase(book, beneficiary, actor);
    return { beneficiary, book, erasedAt: erasedAt.toISOString() };
  }
}
