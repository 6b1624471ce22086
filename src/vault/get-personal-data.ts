import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import type { Personal } from './personal.js';
import { Vault } from './vault.js';

export class GetPersonalData {
  constructor(
    readonly book: string,
    readonly beneficiary: string,
  ) {}
}

export interface PersonalData extends Personal {
  beneficiary: string;
  book: string;
}

@QueryHandler(GetPersonalData)
export class GetPersonalDataHandler implements IQueryHandler<GetPersonalData, PersonalData> {
  constructor(private readonly vault: Vault) {}

  /** Errors: Refusal beneficiary_unknown, PersonalDataErased. */
  async execute({ book, beneficiary }: GetPersonalData): Promise<PersonalData> {
    return { beneficiary, book, ...(await this.vault.read(book, beneficiary)) };
  }
}
