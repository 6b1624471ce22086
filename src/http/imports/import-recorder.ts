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
    const entries = await order.next(this.entries(book, commands));
    const sealed = entries.filter((entry): entry is Entry => !(entry instanceof Error));
    const recorded = await this.writers.postAll(new PostEntries(book, actor, sealed, false, wantsReceipts));
    let next = 0;
    const outcomes = entries.map((entry): EntryOutcome => {
      if (entry instanceof Error) return { error: entry };
      next += 1;
      return recorded[next - 1] ?? { error: new Error('an entry of an import was not answered') };
    });
    await this.noteEnrolled(book, commands, outcomes);
    return outcomes;
  }

  /** All or none. Errors: GroupRefused, NotInOneAppend, TryAgain. */
  async recordGroup({ book, actor, wantsReceipts }: Destination, commands: ImportCommand[]): Promise<EntryOutcome[]> {
    const entries = (await this.entries(book, commands)).map((entry, index) => {
      if (entry instanceof Error) throw new GroupRefused(index, entry);
      return entry;
    });
    const outcomes = await this.writers.postAll(new PostEntries(book, actor, entries, true, wantsReceipts));
    await this.noteEnrolled(book, commands, outcomes);
    return outcomes;
  }

  /** Commands with personal data as the vault has sealed them, or the error that it met; all others are entries as they stand. */
  private async entries(book: string, commands: ImportCommand[]): Promise<(Entry | Error)[]> {
    const persons = commands.filter(isEnrolment);
    if (persons.length === 0) return commands as Entry[];
    const enrolments = persons.map(({ key, request }) => {
      const { name, idNumber, bankAccount } = request.body as EnrollPersonBody;
      return { command: key, personal: { name, idNumber, bankAccount } };
    });
    const identities = (await this.vault.seal(book, enrolments)).values();
    return commands.map((command) => {
      if (!isEnrolment(command)) return command as Entry;
      const identity = identities.next().value;
      if (identity instanceof Error || identity === undefined) return identity ?? unsealed();
      return { key: command.key, request: enrolment(command.request.body, identity) };
    });
  }

  private async noteEnrolled(book: string, commands: ImportCommand[], outcomes: EntryOutcome[]): Promise<void> {
    const enrolled = commands.filter((command, index) => {
      const outcome = outcomes[index];
      return isEnrolment(command) && outcome !== undefined && 'recorded' in outcome;
    });
    await this.vault.enrolled(
      book,
      enrolled.map(({ key }) => key),
    );
  }
}

type Entry = PostEntries['entries'][number];

function isEnrolment({ request }: ImportCommand): boolean {
  return request.kind === 'beneficiary';
}

function enrolment(body: object, identity: Identity): Request {
  const { name: _name, idNumber: _idNumber, bankAccount: _bankAccount, ...open } = body as EnrollPersonBody;
  return { kind: 'beneficiary', body: { ...open, ...identity } };
}

function unsealed(): Error {
  return new Error('an enrolment of an import was not sealed');
}
