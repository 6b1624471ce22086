import { Injectable } from '@nestjs/common';
import { VaultNames } from '../vault/names.js';
import { Vault } from '../vault/vault.js';
import type { ShownPerson } from './lines.js';

/** Puts names to opaque ids, masked as the practice of public boards has it, for display alone: nothing is kept. */
@Injectable()
export class ShownPersons {
  constructor(
    private readonly vault: Vault,
    private readonly names: VaultNames,
  ) {}

  /** Of those whose data is there; who was erased, or never enrolled in this book, is left out. */
  async of(book: string, beneficiaries: Iterable<string>): Promise<Map<string, ShownPerson>> {
    const people = await this.vault.readMany(book, [...new Set(beneficiaries)]);
    return new Map([...people].map(([id, { name, idNumber }]) => [id, { name, idNumber: maskedIdNumber(idNumber) }]));
  }

  /** Those who are called so, by the whole name as it is shown. */
  named(book: string, name: string): Promise<string[]> {
    return this.names.named(book, name);
  }
}

/** The county that issued it and the last two figures: the day of birth, in the middle, is what must not be seen. */
export function maskedIdNumber(idNumber: string): string {
  return `${idNumber.slice(0, 6)}${'*'.repeat(Math.max(idNumber.length - 8, 0))}${idNumber.slice(-2)}`;
}
