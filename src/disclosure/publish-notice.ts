import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { CommonFields } from '../domain/command.js';
import type { PublishNotice as Notice } from '../domain/notices/publish-notice.js';
import { BookWriters } from '../posting/book-writers.js';
import { PostEntry, type Posted } from '../posting/post-entry.js';
import { NoticeReader } from './notice-reader.js';

/** Publishes a notice; answers `Posted`, which also tells the public period, the hash of the rows and what is wrong with it. */
export class PublishNotice {
  constructor(
    readonly book: string,
    readonly key: string,
    readonly actor: string,
    readonly body: Notice & CommonFields,
  ) {}
}

@CommandHandler(PublishNotice)
export class PublishNoticeHandler implements ICommandHandler<PublishNotice, Posted> {
  constructor(
    private readonly writers: BookWriters,
    private readonly reader: NoticeReader,
  ) {}

  /** Errors: those of the posting. */
  async execute({ book, key, actor, body }: PublishNotice): Promise<Posted> {
    const posted = await this.writers.post(new PostEntry(book, key, actor, { kind: 'notice', body }));
    return { ...posted, told: await this.reader.published(book, posted.seq) };
  }
}
