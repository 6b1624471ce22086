import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { BookWriters } from './book-writers.js';
import { PostEntry, type Posted } from './post-entry.js';

@CommandHandler(PostEntry)
export class PostEntryHandler implements ICommandHandler<PostEntry, Posted> {
  constructor(private readonly writers: BookWriters) {}

  execute(command: PostEntry): Promise<Posted> {
    return this.writers.post(command);
  }
}
