import { randomBytes, randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { Pool } from 'pg';
import { POOL } from '../../database/pool.js';
import { Refusal } from '../../domain/refusal.js';
import { EventStore, parseEvent } from '../../event-store/event-store.js';
import { IdempotencyKeyReused } from '../../posting/failures.js';
import { FORGET_AFTER, IN_FLIGHT } from '../../posting/kept-meanwhile.js';
import { lock, unlock } from '../cipher.js';
import { VAULT_KEYS, type VaultKeys } from '../master-key.js';
import { PersonalDataErased } from '../personal-data-erased.js';
import { Vault } from '../vault.js';
import { followUpCode, hashOfCode, openStatement, type Statement, sameStatement, sealStatement } from './statement.js';

interface StatementRow {
  objection: string;
  commitment: string;
  ciphertext: Buffer | null;
  wrapped_key: Buffer | null;
  filed_at: Date | null;
  erased_at: Date | null;
  is_recent: boolean;
}

/** What the event knows of an objection, and the code that only its author is told. */
export interface SealedObjection {
  id: string;
  commitment: string;
  code: string;
}

const COLUMNS = `objection, commitment, ciphertext, wrapped_key, filed_at, erased_at,
  created_at > now() - ${IN_FLIGHT} as is_recent`;
const MOST_ATTEMPTS = 10;

/** Texts of objections and reports, with name and telephone where they were given, each under a key of its own. */
@Injectable()
export class ObjectionVault {
  constructor(
    @Inject(POOL) private readonly pool: Pool,
    @Inject(VAULT_KEYS) private readonly keys: VaultKeys,
    private readonly store: EventStore,
    private readonly vault: Vault,
  ) {}

  /**
   * Keeps a statement before the book decides on the objection. The same key and statement give the same answer.
   *
   * Error: IdempotencyKeyReused, where the key was used for another statement.
   */
  async seal(book: string, command: string, statement: Statement): Promise<SealedObjection> {
    await this.vault.checkKey();
    for (let attempt = 1; attempt <= MOST_ATTEMPTS; attempt += 1) {
      const sealed = (await this.sealed(book, command, statement)) ?? (await this.add(book, command, statement));
      if (sealed !== undefined) return { ...sealed, code: followUpCode(this.keys.codes, book, sealed.id) };
    }
    throw new IdempotencyKeyReused(command);
  }

  /** The event stands; from now on nothing but an erasure removes the statement. */
  async filed(book: string, objection: string): Promise<void> {
    await this.pool.query(
      'update vault_objections set filed_at = now() where book = $1 and objection = $2 and filed_at is null',
      [book, objection],
    );
  }

  /** Which objection a code belongs to; nothing for a code that was never given. */
  async find(code: string): Promise<{ book: string; objection: string } | undefined> {
    const hash = hashOfCode(code);
    if (hash === undefined) return undefined;
    const { rows } = await this.pool.query<{ book: string; objection: string }>(
      'select book, objection from vault_objections where code_hash = $1',
      [hash],
    );
    return rows[0];
  }

  /** Errors: Refusal objection_unknown, PersonalDataErased, VaultDamaged. */
  async read(book: string, objection: string): Promise<Statement> {
    await this.vault.checkKey();
    const { rows } = await this.pool.query<StatementRow & { command: string }>(
      `select command, ${COLUMNS} from vault_objections where book = $1 and objection = $2`,
      [book, objection],
    );
    const [row] = rows;
    if (row === undefined) throw unknown(objection);
    if (row.erased_at !== null) throw new PersonalDataErased(objection, row.erased_at.toISOString(), 'objection');
    if (row.filed_at === null && !(await this.stands(book, row.command))) throw unknown(objection);
    const statement = this.open(book, row);
    return statement ?? this.read(book, objection);
  }

  /** Destroys the key and the text. What was erased stays so. Refusal: objection_unknown. */
  async erase(book: string, objection: string, actor: string): Promise<Date> {
    const { rows } = await this.pool.query<{ erased_at: Date }>(
      `update vault_objections set wrapped_key = null, ciphertext = null,
         erased_at = coalesce(erased_at, now()), erased_by = coalesce(erased_by, $3)
       where book = $1 and objection = $2 returning erased_at`,
      [book, objection, actor],
    );
    const [erased] = rows;
    if (erased === undefined) throw unknown(objection);
    return erased.erased_at;
  }

  /** Deletes what was said in objections that were refused. Answers how many. */
  async forgetRefused(): Promise<number> {
    const { rows } = await this.pool.query<{ book: string; command: string; objection: string }>(
      `select book, command, objection from vault_objections
       where filed_at is null and created_at < now() - ${FORGET_AFTER} order by created_at limit 1000`,
    );
    let forgotten = 0;
    for (const { book, command, objection } of rows) {
      if (await this.stands(book, command)) await this.filed(book, objection);
      else forgotten += await this.remove(book, objection, FORGET_AFTER);
    }
    return forgotten;
  }

  /** What stands under the key already, where something does. */
  private async sealed(
    book: string,
    command: string,
    statement: Statement,
  ): Promise<Omit<SealedObjection, 'code'> | undefined> {
    const { rows } = await this.pool.query<StatementRow>(
      `select ${COLUMNS} from vault_objections where book = $1 and command = $2`,
      [book, command],
    );
    const [row] = rows;
    if (row === undefined) return undefined;
    const identity = { id: row.objection, commitment: row.commitment };
    const before = this.open(book, row);
    // What was erased cannot be compared; the book knows what else was asked under the key.
    if (before === undefined) return identity;
    // Where it was forgotten meanwhile it is kept anew.
    if (sameStatement(before, statement)) return (await this.askAgain(book, row)) ? identity : undefined;
    if (row.is_recent || row.filed_at !== null || (await this.stands(book, command)))
      throw new IdempotencyKeyReused(command);
    await this.remove(book, row.objection, IN_FLIGHT);
    return undefined;
  }

  /** The sweep leaves it for its posting. False where it was there first. */
  private async askAgain(book: string, { objection, filed_at: filedAt }: StatementRow): Promise<boolean> {
    if (filedAt !== null) return true;
    const { rowCount } = await this.pool.query(
      'update vault_objections set created_at = now() where book = $1 and objection = $2',
      [book, objection],
    );
    return rowCount === 1;
  }

  private async add(
    book: string,
    command: string,
    statement: Statement,
  ): Promise<Omit<SealedObjection, 'code'> | undefined> {
    const id = randomUUID();
    const dataKey = randomBytes(32);
    const { commitment, ciphertext } = sealStatement(dataKey, statement, statementPlace(book, id));
    const wrapped = lock(this.keys.wrapping, dataKey, keyPlace(book, id));
    const codeHash = hashOfCode(followUpCode(this.keys.codes, book, id));
    const { rowCount } = await this.pool.query(
      `insert into vault_objections (book, objection, command, code_hash, commitment, ciphertext, wrapped_key)
       values ($1, $2, $3, $4, $5, $6, $7) on conflict (book, command) do nothing`,
      [book, id, command, codeHash, commitment, ciphertext, wrapped],
    );
    return rowCount === 1 ? { id, commitment } : undefined;
  }

  private open(
    book: string,
    { objection, commitment, ciphertext, wrapped_key: wrapped }: StatementRow,
  ): Statement | undefined {
    if (ciphertext === null || wrapped === null) return undefined;
    const dataKey = unlock(this.keys.wrapping, wrapped, keyPlace(book, objection));
    return openStatement(dataKey, ciphertext, commitment, statementPlace(book, objection));
  }

  /** Unless it was asked for since `age`. */
  private async remove(book: string, objection: string, age: string): Promise<number> {
    const { rowCount } = await this.pool.query(
      `delete from vault_objections where book = $1 and objection = $2 and filed_at is null and created_at < now() - ${age}`,
      [book, objection],
    );
    return rowCount ?? 0;
  }

  private async stands(book: string, command: string): Promise<boolean> {
    const [stored] = await this.store.findByCommands(book, [command]);
    return stored !== undefined && parseEvent(stored).type === 'objection.filed';
  }
}

function keyPlace(book: string, objection: string): string[] {
  return ['the key of the objection', book, objection];
}

function statementPlace(book: string, objection: string): string[] {
  return ['the objection', book, objection];
}

function unknown(objection: string): Refusal {
  return new Refusal('objection_unknown', `There is no objection ${objection}.`, { field: 'objection', objection });
}
