import { Inject, Injectable } from '@nestjs/common';
import type { Pool } from 'pg';
import { POOL, VIEW_POOL } from '../database/pool.js';
import { VaultDamaged } from './cipher.js';
import { VAULT_KEYS, type VaultKeys } from './master-key.js';
import { nameIndex, type Personal } from './personal.js';
import { Vault } from './vault.js';

/** Of one name in one book. */
const MOST_OF_A_NAME = 500;
const AT_ONCE = 500;

/** Finds persons by their whole name. What is kept for it is an HMAC, which an erasure empties. */
@Injectable()
export class VaultNames {
  constructor(
    @Inject(POOL) private readonly pool: Pool,
    @Inject(VIEW_POOL) private readonly readers: Pool,
    @Inject(VAULT_KEYS) private readonly keys: VaultKeys,
    private readonly vault: Vault,
  ) {}

  /** Opaque ids of those whose latest enrolment has this name. Error: VaultDamaged. */
  async named(book: string, name: string): Promise<string[]> {
    const wanted = nameIndex(this.keys.names, book, name);
    const { rows } = await this.readers.query<{ beneficiary: string }>(
      'select distinct beneficiary from vault_seals where book = $1 and name_index = $2 order by beneficiary limit $3',
      [book, wanted, MOST_OF_A_NAME],
    );
    const people = await this.vault.readMany(
      book,
      rows.map(({ beneficiary }) => beneficiary),
    );
    const isNamedSo = (person: Personal) => nameIndex(this.keys.names, book, person.name).equals(wanted);
    return [...people].filter(([, person]) => isNamedSo(person)).map(([beneficiary]) => beneficiary);
  }

  /** For whom was enrolled before names were searched. Answers how many were added. Error: VaultDamaged, once all others are. */
  async addMissing(mayGoOn: () => boolean): Promise<number> {
    let added = 0;
    let damaged: VaultDamaged | undefined;
    for (let [book, command] = ['', '']; mayGoOn(); ) {
      const { rows } = await this.pool.query<{ book: string; command: string; beneficiary: string }>(
        `select book, command, beneficiary from vault_seals
         where name_index is null and ciphertext is not null and (book, command) > ($1, $2) order by book, command limit $3`,
        [book, command, AT_ONCE],
      );
      const last = rows.at(-1);
      if (last === undefined) break;
      for (const [of, seals] of Map.groupBy(rows, (seal) => seal.book)) {
        const beneficiaries = [...new Set(seals.map(({ beneficiary }) => beneficiary))];
        added += await this.add(of, beneficiaries).catch(async (error: unknown) => {
          if (!(error instanceof VaultDamaged)) throw error;
          damaged = error;
          return this.addEach(of, beneficiaries);
        });
      }
      [book, command] = [last.book, last.command];
    }
    if (damaged !== undefined) throw damaged;
    return added;
  }

  /** Those of them that can be read: one that cannot must hide no other. */
  private async addEach(book: string, beneficiaries: readonly string[]): Promise<number> {
    let added = 0;
    for (const beneficiary of beneficiaries) {
      added += await this.add(book, [beneficiary]).catch((error: unknown) => {
        if (error instanceof VaultDamaged) return 0;
        throw error;
      });
    }
    return added;
  }

  private async add(book: string, beneficiaries: string[]): Promise<number> {
    const people = [...(await this.vault.readMany(book, beneficiaries))];
    const { rowCount } = await this.pool.query(
      `update vault_seals set name_index = given.name_index from unnest($2::text[], $3::bytea[]) as given (beneficiary, name_index)
       where book = $1 and vault_seals.beneficiary = given.beneficiary
         and vault_seals.name_index is null and ciphertext is not null`,
      [
        book,
        people.map(([beneficiary]) => beneficiary),
        people.map(([, { name }]) => nameIndex(this.keys.names, book, name)),
      ],
    );
    return rowCount ?? 0;
  }
}
