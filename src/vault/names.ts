import { Inject, Injectable } from '@nestjs/common';
import type { Pool, PoolClient } from 'pg';
import { POOL, VIEW_POOL } from '../database/pool.js';
import { unlock, VaultDamaged } from './cipher.js';
import { VAULT_KEYS, type VaultKeys } from './master-key.js';
import { nameIndex, openPersonal, type Personal, type Place, type Sealed } from './personal.js';
import { keyPlace, Vault } from './vault.js';

/** Of one name in one book. */
const MOST_OF_A_NAME = 500;
const AT_ONCE = 500;
const LOCK = `select pg_try_advisory_lock(hashtextextended('names in the vault', 0)) as "isMine"`;
const UNLOCK = `select pg_advisory_unlock(hashtextextended('names in the vault', 0))`;
const NAMELESS = `
  select book, command, beneficiary, commitment, ciphertext, wrapped_key
  from vault_seals join vault_people using (book, beneficiary)
  where name_index is null and ciphertext is not null and wrapped_key is not null and (book, command) > ($1, $2)
  order by book, command limit $3`;

interface NamelessSeal extends Sealed, Place {
  wrapped_key: Buffer;
}

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

  /**
   * For what was sealed before names were searched, each seal by the name that it holds itself: which enrolment of a person is the
   * latest is not known before it is recorded. Of several processes one does it at a time; the others add nothing. Answers how
   * many were added. Error: VaultDamaged, once all others are.
   */
  async addMissing(mayGoOn: () => boolean): Promise<number> {
    await this.vault.checkKey();
    const client = await this.pool.connect();
    try {
      const { rows } = await client.query<{ isMine: boolean }>(LOCK);
      const added = rows[0]?.isMine === true ? await this.addAll(client, mayGoOn) : 0;
      await client.query(UNLOCK);
      client.release();
      return added;
    } catch (error) {
      // Closed, not returned: the lock ends with the connection.
      client.release(true);
      throw error;
    }
  }

  private async addAll(client: PoolClient, mayGoOn: () => boolean): Promise<number> {
    let added = 0;
    let damaged: VaultDamaged | undefined;
    for (let [book, command] = ['', '']; mayGoOn(); ) {
      const { rows: seals } = await client.query<NamelessSeal>(NAMELESS, [book, command, AT_ONCE]);
      const last = seals.at(-1);
      if (last === undefined) break;
      const named = seals.flatMap((seal) => {
        const name = this.nameIn(seal);
        if (name instanceof VaultDamaged) damaged = name;
        return name instanceof VaultDamaged ? [] : [{ ...seal, name }];
      });
      const { rowCount } = await client.query(
        `update vault_seals set name_index = given.name_index
         from unnest($1::text[], $2::text[], $3::bytea[]) as given (book, command, name_index)
         where vault_seals.book = given.book and vault_seals.command = given.command
           and vault_seals.name_index is null and ciphertext is not null`,
        [named.map((seal) => seal.book), named.map((seal) => seal.command), named.map(({ name }) => name)],
      );
      added += rowCount ?? 0;
      [book, command] = [last.book, last.command];
    }
    if (damaged !== undefined) throw damaged;
    return added;
  }

  /** One that cannot be read must hide no other. */
  private nameIn({ wrapped_key: wrapped, ...seal }: NamelessSeal): Buffer | VaultDamaged {
    try {
      const dataKey = unlock(this.keys.wrapping, wrapped, keyPlace(seal.book, seal.beneficiary));
      return nameIndex(this.keys.names, seal.book, openPersonal(dataKey, seal, seal).name);
    } catch (error) {
      if (error instanceof VaultDamaged) return error;
      throw error;
    }
  }
}
