import { randomBytes, randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { Pool, PoolClient } from 'pg';
import { inTransaction } from '../database/in-transaction.js';
import { POOL } from '../database/pool.js';
import { lock, unlock } from './cipher.js';
import { VAULT_KEYS, type VaultKeys } from './master-key.js';
import { idNumberIndex, nameIndex, type Personal, sealPersonal } from './personal.js';
import { type Identity, keyPlace, Vault } from './vault.js';

export interface Enrolment {
  /** Idempotency key. */
  command: string;
  personal: Personal;
}

interface PersonRow {
  id_number_index: Buffer;
  beneficiary: string;
  wrapped_key: Buffer;
}

/** What the vault does for one enrolment, for many in a few statements. */
@Injectable()
export class BulkVault {
  constructor(
    @Inject(POOL) private readonly pool: Pool,
    @Inject(VAULT_KEYS) private readonly keys: VaultKeys,
    private readonly vault: Vault,
  ) {}

  /** As `Vault.seal` does for each: an identity, or the error that it met. */
  async seal(book: string, enrolments: Enrolment[]): Promise<(Identity | Error)[]> {
    if (enrolments.length === 0) return [];
    await this.vault.checkKey();
    const sealed = await this.sealNew(book, await this.withoutSeal(book, enrolments));
    const answers: (Identity | Error)[] = [];
    for (const enrolment of enrolments) {
      const { command, personal } = enrolment;
      answers.push(sealed.get(enrolment) ?? (await this.vault.seal(book, command, personal).catch(asError)));
    }
    return answers;
  }

  /** As `Vault.enrolled` does for each. */
  async enrolled(book: string, commands: string[]): Promise<void> {
    if (commands.length === 0) return;
    await this.pool.query(
      'update vault_seals set enrolled_at = now() where book = $1 and command = any ($2::text[]) and enrolled_at is null',
      [book, commands],
    );
  }

  private async withoutSeal(book: string, enrolments: Enrolment[]): Promise<Enrolment[]> {
    const { rows } = await this.pool.query<{ command: string }>(
      'select command from vault_seals where book = $1 and command = any ($2::text[])',
      [book, enrolments.map(({ command }) => command)],
    );
    const seen = new Set(rows.map(({ command }) => command));
    return enrolments.filter(({ command }) => !seen.has(command) && seen.add(command));
  }

  /** Those that another process seals at the same time are left out. */
  private async sealNew(book: string, enrolments: Enrolment[]): Promise<Map<Enrolment, Identity>> {
    if (enrolments.length === 0) return new Map();
    const indexes = enrolments.map(({ personal }) => idNumberIndex(this.keys.index, book, personal.idNumber));
    return inTransaction(this.pool, async (client) => {
      const people = await this.addPeople(client, book, indexes);
      const seals = enrolments.flatMap((enrolment, place) => {
        const person = people.get(indexes[place]?.toString('base64') ?? '');
        if (person === undefined) return [];
        const { beneficiary, wrapped_key: wrapped } = person;
        const { command, personal } = enrolment;
        const dataKey = unlock(this.keys.wrapping, wrapped, keyPlace(book, beneficiary));
        const name = nameIndex(this.keys.names, book, personal.name);
        const sealed = sealPersonal(dataKey, personal, { book, beneficiary, command });
        return { enrolment, command, beneficiary, name, ...sealed };
      });
      const { rows } = await client.query<{ command: string }>(
        `insert into vault_seals (book, command, beneficiary, commitment, ciphertext, name_index)
         select $1, * from unnest($2::text[], $3::text[], $4::text[], $5::bytea[], $6::bytea[])
         on conflict (book, command) do nothing returning command`,
        [
          book,
          seals.map(({ command }) => command),
          seals.map(({ beneficiary }) => beneficiary),
          seals.map(({ commitment }) => commitment),
          seals.map(({ ciphertext }) => ciphertext),
          seals.map(({ name }) => name),
        ],
      );
      const added = new Set(rows.map(({ command }) => command));
      const ours = seals.filter(({ command }) => added.has(command));
      return new Map(ours.map(({ enrolment, beneficiary: id, commitment }) => [enrolment, { id, commitment }]));
    });
  }

  /** Each by its index; locked against an erasure until its seal is in, and in one order, so that two imports never wait in a circle. */
  private async addPeople(client: PoolClient, book: string, indexes: Buffer[]): Promise<Map<string, PersonRow>> {
    const people = indexes.map((index) => {
      const beneficiary = randomUUID();
      return { index, beneficiary, wrapped: lock(this.keys.wrapping, randomBytes(32), keyPlace(book, beneficiary)) };
    });
    people.sort((a, b) => a.index.compare(b.index));
    await client.query(
      `insert into vault_people (book, beneficiary, id_number_index, wrapped_key)
       select $1, * from unnest($2::text[], $3::bytea[], $4::bytea[])
       on conflict (book, id_number_index) do nothing`,
      [
        book,
        people.map(({ beneficiary }) => beneficiary),
        people.map(({ index }) => index),
        people.map(({ wrapped }) => wrapped),
      ],
    );
    const { rows } = await client.query<PersonRow>(
      `select id_number_index, beneficiary, wrapped_key from vault_people
       where book = $1 and id_number_index = any ($2::bytea[]) order by id_number_index for update`,
      [book, indexes],
    );
    return new Map(rows.map((row) => [row.id_number_index.toString('base64'), row]));
  }
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
