import { randomBytes, randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { Pool, PoolClient } from 'pg';
import { inTransaction } from '../database/in-transaction.js';
import { POOL } from '../database/pool.js';
import { Refusal } from '../domain/refusal.js';
import { EventStore, parseEvent } from '../event-store/event-store.js';
import { PlainError } from '../plain-error.js';
import { IdempotencyKeyReused } from '../posting/failures.js';
import { AT_ONCE, FORGET_AFTER, IN_FLIGHT } from '../posting/kept-meanwhile.js';
import { lock, unlock } from './cipher.js';
import { VAULT_KEYS, type VaultKeys } from './master-key.js';
import { idNumberIndex, nameIndex, openPersonal, type Personal, samePersonal, sealPersonal } from './personal.js';
import { PersonalDataErased } from './personal-data-erased.js';
import { askAgain, deleteSeal } from './seals-in-flight.js';

/** What events know of a person. */
export interface Identity {
  id: string;
  commitment: string;
}

interface SealRow {
  beneficiary: string;
  command: string;
  commitment: string;
  /** Null once erased, as is the key. */
  ciphertext: Buffer | null;
  wrapped_key: Buffer | null;
  is_enrolled: boolean;
  is_recent: boolean;
}

interface PersonRow {
  beneficiary: string;
  wrapped_key: Buffer;
}

const MOST_ATTEMPTS = 10;

/** Another enrolment under the same key, an erasure of the same person or the sweep came between: look again. */
class Overtaken extends Error {
  override readonly name = 'Overtaken';
}

/**
 * Personal data of beneficiaries, each person under a key of its own that the master key wraps. Nothing here decides
 * whether a person is a beneficiary: the book does, on the id and the commitment that this hands out.
 */
@Injectable()
export class Vault {
  private checked: Promise<void> | undefined;

  constructor(
    @Inject(POOL) private readonly pool: Pool,
    @Inject(VAULT_KEYS) private readonly keys: VaultKeys,
    private readonly store: EventStore,
  ) {}

  /** Error: PlainError, where the database was sealed under another master key. */
  async checkKey(): Promise<void> {
    this.checked ??= this.compareFingerprint().catch((error: unknown) => {
      this.checked = undefined;
      throw error;
    });
    await this.checked;
  }

  /**
   * Keeps what an enrolment says of a person, before the book decides on it. The same key and data give the same answer,
   * also after an erasure; the same person under another key has the same id, so that the book knows it again.
   *
   * Error: IdempotencyKeyReused, where the key was used for other data.
   */
  async seal(book: string, command: string, personal: Personal): Promise<Identity> {
    await this.checkKey();
    for (let attempt = 1; ; attempt += 1) {
      try {
        const identity = await this.sealed(book, command, personal);
        if (identity !== undefined) return identity;
        return await inTransaction(this.pool, (client) => this.addSeal(client, book, command, personal));
      } catch (error) {
        if (!(error instanceof Overtaken) || attempt === MOST_ATTEMPTS) throw error;
      }
    }
  }

  /** The event that carries the seal stands; from now on nothing but an erasure removes it. */
  async enrolled(book: string, command: string): Promise<void> {
    await this.pool.query(
      'update vault_seals set enrolled_at = now() where book = $1 and command = $2 and enrolled_at is null',
      [book, command],
    );
  }

  /**
   * Personal data as the latest enrolment gave them.
   *
   * Errors: Refusal beneficiary_unknown, PersonalDataErased, VaultDamaged.
   */
  async read(book: string, beneficiary: string): Promise<Personal> {
    await this.checkKey();
    const { rows: people } = await this.pool.query<{ erased_at: Date | null }>(
      'select erased_at from vault_people where book = $1 and beneficiary = $2',
      [book, beneficiary],
    );
    const [person] = people;
    if (person === undefined) throw unknown(beneficiary);
    if (person.erased_at !== null) throw new PersonalDataErased(beneficiary, person.erased_at.toISOString());
    const seal = await this.latestEnrolled(book, await this.sealsOf(book, [beneficiary]));
    // The seal of an enrolment that was refused, or is not decided yet, says nothing of a beneficiary.
    if (seal === undefined) throw unknown(beneficiary);
    return this.open(book, seal) ?? this.read(book, beneficiary);
  }

  /**
   * Personal data of many, by beneficiary, in a few queries; without those of whom nothing is kept.
   *
   * Error: VaultDamaged.
   */
  async readMany(book: string, beneficiaries: readonly string[]): Promise<Map<string, Personal>> {
    if (beneficiaries.length === 0) return new Map();
    await this.checkKey();
    const seals = Map.groupBy(await this.sealsOf(book, beneficiaries), ({ beneficiary }) => beneficiary);
    const people = new Map<string, Personal>();
    const latest = await this.latestEnrolments(book, [...seals.values()].flat());
    for (const [beneficiary, ofPerson] of seals) {
      const seal = ofPerson.find(({ commitment }) => commitment === latest.get(beneficiary));
      const personal = seal && this.open(book, seal);
      if (personal !== undefined) people.set(beneficiary, personal);
    }
    return people;
  }

  /**
   * Destroys the person's key, what it encrypted, and what would find the person again. What was erased stays so.
   *
   * Error: Refusal beneficiary_unknown.
   */
  async erase(book: string, beneficiary: string, actor: string): Promise<Date> {
    return inTransaction(this.pool, async (client) => {
      const { rows } = await client.query<{ erased_at: Date }>(
        `update vault_people set wrapped_key = null, id_number_index = null,
           erased_at = coalesce(erased_at, now()), erased_by = coalesce(erased_by, $3)
         where book = $1 and beneficiary = $2 returning erased_at`,
        [book, beneficiary, actor],
      );
      const [erased] = rows;
      if (erased === undefined) throw unknown(beneficiary);
      await client.query(
        'update vault_seals set ciphertext = null, name_index = null where book = $1 and beneficiary = $2',
        [book, beneficiary],
      );
      return erased.erased_at;
    });
  }

  /**
   * Deletes what was sealed for enrolments that were refused or never decided: nobody may keep personal data without a
   * reason. Answers how many were deleted.
   */
  async forgetRefused(): Promise<number> {
    const { rows } = await this.pool.query<{ book: string; command: string }>(
      `select book, command from vault_seals where enrolled_at is null and created_at < now() - ${FORGET_AFTER}
       order by created_at limit 1000`,
    );
    let forgotten = 0;
    for (const { book, command } of rows) {
      const [event] = await this.store.findByCommands(book, [command]);
      if (event !== undefined && parseEvent(event).type === 'beneficiary.enrolled') await this.enrolled(book, command);
      else forgotten += await inTransaction(this.pool, (client) => deleteSeal(client, book, command, FORGET_AFTER));
    }
    return forgotten;
  }

  private async compareFingerprint(): Promise<void> {
    await this.pool.query('insert into vault_master_keys (fingerprint) values ($1) on conflict do nothing', [
      this.keys.fingerprint,
    ]);
    const { rows } = await this.pool.query<{ fingerprint: Buffer }>('select fingerprint from vault_master_keys');
    if (rows[0]?.fingerprint.equals(this.keys.fingerprint)) return;
    throw new PlainError(
      'VAULT_KEY (VAULT_KEY_FILE) 不是封存本库个人信息的密钥 is not the key under which the personal data here was sealed; 可用 allowed: that key',
    );
  }

  /** What stands under the key already, where something does. */
  private async sealed(book: string, command: string, personal: Personal): Promise<Identity | undefined> {
    const { rows } = await this.pool.query<SealRow>(
      `select beneficiary, command, commitment, ciphertext, wrapped_key, enrolled_at is not null as is_enrolled,
         vault_seals.created_at > now() - ${IN_FLIGHT} as is_recent
       from vault_seals join vault_people using (book, beneficiary) where book = $1 and command = $2`,
      [book, command],
    );
    const [seal] = rows;
    if (seal === undefined) return undefined;
    const identity = { id: seal.beneficiary, commitment: seal.commitment };
    const before = this.open(book, seal);
    if (before !== undefined && samePersonal(before, personal)) {
      if (!seal.is_enrolled && !(await askAgain(this.pool, book, command))) throw new Overtaken();
      return identity;
    }
    const isRecorded = (await this.store.findByCommands(book, [command])).length > 0;
    if (before === undefined && isRecorded) return identity;
    if (before !== undefined && (isRecorded || seal.is_recent)) throw new IdempotencyKeyReused(command);
    // Of what was erased there is nothing to lose.
    const age = before === undefined ? AT_ONCE : IN_FLIGHT;
    await inTransaction(this.pool, (client) => deleteSeal(client, book, command, age));
    return undefined;
  }

  private async addSeal(client: PoolClient, book: string, command: string, personal: Personal): Promise<Identity> {
    const { beneficiary, wrapped_key: wrapped } = await this.addPerson(client, book, personal);
    const dataKey = unlock(this.keys.wrapping, wrapped, keyPlace(book, beneficiary));
    const { commitment, ciphertext } = sealPersonal(dataKey, personal, { book, beneficiary, command });
    const { rowCount } = await client.query(
      `insert into vault_seals (book, command, beneficiary, commitment, ciphertext, name_index)
       values ($1, $2, $3, $4, $5, $6) on conflict (book, command) do nothing`,
      [book, command, beneficiary, commitment, ciphertext, nameIndex(this.keys.names, book, personal.name)],
    );
    if (rowCount !== 1) throw new Overtaken();
    return { id: beneficiary, commitment };
  }

  private async addPerson(client: PoolClient, book: string, personal: Personal): Promise<PersonRow> {
    const index = idNumberIndex(this.keys.index, book, personal.idNumber);
    const beneficiary = randomUUID();
    const wrapped = lock(this.keys.wrapping, randomBytes(32), keyPlace(book, beneficiary));
    await client.query(
      `insert into vault_people (book, beneficiary, id_number_index, wrapped_key) values ($1, $2, $3, $4)
       on conflict (book, id_number_index) do nothing`,
      [book, beneficiary, index, wrapped],
    );
    // Locked against an erasure until the seal is in.
    const { rows } = await client.query<PersonRow>(
      'select beneficiary, wrapped_key from vault_people where book = $1 and id_number_index = $2 for update',
      [book, index],
    );
    const [person] = rows;
    if (person === undefined) throw new Overtaken();
    return person;
  }

  private async sealsOf(book: string, beneficiaries: readonly string[]): Promise<SealRow[]> {
    const { rows } = await this.pool.query<SealRow>(
      `select beneficiary, command, commitment, ciphertext, wrapped_key, enrolled_at is not null as is_enrolled, false as is_recent
       from vault_seals join vault_people using (book, beneficiary) where book = $1 and beneficiary = any($2)`,
      [book, beneficiaries],
    );
    return rows;
  }

  private async latestEnrolled(book: string, seals: SealRow[]): Promise<SealRow | undefined> {
    const commitments = new Set((await this.latestEnrolments(book, seals)).values());
    return seals.find(({ commitment }) => commitments.has(commitment));
  }

  /** The commitment that the latest enrolment of each beneficiary carries. */
  private async latestEnrolments(book: string, seals: SealRow[]): Promise<Map<string, string>> {
    const events = await this.store.findByCommands(
      book,
      seals.map((seal) => seal.command),
    );
    const enrolments = events
      .map(parseEvent)
      .filter((event) => event.type === 'beneficiary.enrolled')
      .sort((a, b) => a.seq - b.seq);
    return new Map(enrolments.map(({ data }) => [data.id, data.commitment]));
  }

  /** Nothing, where it was erased. */
  private open(book: string, seal: SealRow): Personal | undefined {
    const { beneficiary, command, commitment, ciphertext, wrapped_key: wrapped } = seal;
    if (ciphertext === null || wrapped === null) return undefined;
    const dataKey = unlock(this.keys.wrapping, wrapped, keyPlace(book, beneficiary));
    return openPersonal(dataKey, { commitment, ciphertext }, { book, beneficiary, command });
  }
}

export function keyPlace(book: string, beneficiary: string): string[] {
  return ['the key of', book, beneficiary];
}

function unknown(beneficiary: string): Refusal {
  return new Refusal('beneficiary_unknown', `There is no beneficiary ${beneficiary}.`, {
    field: 'beneficiary',
    beneficiary,
  });
}
