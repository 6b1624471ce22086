import { Injectable } from '@nestjs/common';
import { BookWriters } from '../../posting/book-writers.js';
import { GroupRefused } from '../../posting/failures.js';
import type { InOrder } from '../../posting/in-order.js';
import type { EntryOutcome } from '../../posting/pending.js';
import { PostEntries } from '../../posting/post-entries.js';
import type { Request } from '../../posting/post-entry.js';
import { BulkVault } from '../../vault/bulk-vault.js';
import type { EnrollPersonBody } from '../../vault/enroll-person.js';
import type { Identity } from '../../vault/vault.js';
import type { ImportCommand } from './judge-line.js';

export interface Destination {
  book: string;
  actor: string;
  wantsReceipts: boolean;
}

/** Brings the commands of an import to the write path, those with personal data through the vault. */
@Injectable()
export class ImportRecorder {
  constructor(
    private readonly writers: BookWriters,
    private readonly vault: BulkVault,
  ) {}

  /**
   * In their order, each by itself, after those that were handed over before in the same order: an outcome for each. Error:
   * TryAgain.
   */
  async record(
    { book, actor, wantsReceipts }: Destination,
    commands: ImportCommand[],
    order: InOrder,
  ): Promise<EntryOutcome[]> {
    const requests = await order.next(this.requests(book, commands));
    const entries = requests.flatMap((request, index) => {
      return request instanceof Error ? [] : { key: commands[index]?.key ?? '', request };
    });
    const recorded = await this.writers.postAll(new PostEntries(book, actor, entries, false, wantsReceipts));
    let next = 0;
    const outcomes = requests.map((request): EntryOutcome => {
      if (request instanceof Error) return { error: request };
      next += 1;
      return recorded[next - 1] ?? { error: new Error('an entry of an import was not answered') };
    });
    await this.noteEnrolled(book, commands, outcomes);
    return outcomes;
  }

  /** All or none. Errors: GroupRefused, NotInOneAppend, TryAgain. */
  async recordGroup({ book, actor, wantsReceipts }: Destination, commands: ImportCommand[]): Promise<EntryOutcome[]> {
    const requests = await this.requests(book, commands);
    const entries = requests.map((request, index) => {
      if (request instanceof Error) throw new GroupRefused(index, request);
      return { key: commands[index]?.key ?? '', request };
    });
    const outcomes = await this.writers.postAll(new PostEntries(book, actor, entries, true, wantsReceipts));
    await this.noteEnrolled(book, commands, outcomes);
    return outcomes;
  }

  private async requests(book: string, commands: ImportCommand[]): Promise<(Request | Error)[]> {
    const enrolments = commands.flatMap(({ kind, key, body }) => {
      if (kind !== 'beneficiary') return [];
      const { name, idNumber, bankAccount } = body as EnrollPersonBody;
      return { command: key, personal: { name, idNumber, bankAccount } };
    });
    const identities = (await this.vault.seal(book, enrolments)).values();
    return commands.map(({ kind, body }) => {
      if (kind !== 'beneficiary') return { kind, body } as Request;
      const identity = identities.next().value;
      return identity instanceof Error || identity === undefined ? (identity ?? unsealed()) : enrolment(body, identity);
    });
  }

  private async noteEnrolled(book: string, commands: ImportCommand[], outcomes: EntryOutcome[]): Promise<void> {
    const enrolled = commands.filter(({ kind }, index) => {
      const outcome = outcomes[index];
      return kind === 'beneficiary' && outcome !== undefined && 'recorded' in outcome;
    });
    await this.vault.enrolled(
      book,
      enrolled.map(({ key }) => key),
    );
  }
}

function enrolment(body: object, identity: Identity): Request {
  const { name: _name, idNumber: _idNumber, bankAccount: _bankAccount, ...open } = body as EnrollPersonBody;
  return { kind: 'beneficiary', body: { ...open, ...identity } };
}

function unsealed(): Error {
  return new Error('an enrolment of an import was not sealed');
}
