import { hash } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { Pool } from 'pg';
import { POOL } from '../../database/pool.js';
import type { PhotoType } from '../../domain/notices/after-publishing.js';
import { EventStore, parseEvent } from '../../event-store/event-store.js';
import { IdempotencyKeyReused } from '../../posting/failures.js';
import { FORGET_AFTER, IN_FLIGHT } from '../../posting/kept-meanwhile.js';
import type { Photo } from './photo.js';

/** The photo that is kept is not the one whose hash stands in the log. */
export class PhotoChanged extends Error {
  override readonly name = 'PhotoChanged';

  constructor(sha256: string) {
    super(`The photo kept under ${sha256} is not the one that was recorded; it is not shown.`);
  }
}

export type KeptPhoto = Pick<Photo, 'mediaType' | 'bytes'>;

/** Photos of posted notices, by the book and the hash that stands in its log. */
@Injectable()
export class PhotoStore {
  constructor(
    @Inject(POOL) private readonly pool: Pool,
    private readonly store: EventStore,
  ) {}

  /**
   * Kept before the book decides; shown to nobody until its event stands.
   *
   * Error: IdempotencyKeyReused, where another photo came under the key and its posting stands or may still be under way.
   */
  async keep(book: string, command: string, photo: Photo): Promise<void> {
    while (!(await this.insert(book, command, photo))) {
      const { rows } = await this.pool.query<{ sha256: string; is_recorded: boolean; is_recent: boolean }>(
        `select sha256, recorded_at is not null as is_recorded, created_at > now() - ${IN_FLIGHT} as is_recent
         from notice_photos where book = $1 and command = $2`,
        [book, command],
      );
      const [kept] = rows;
      if (kept === undefined) continue;
      if (kept.sha256 === photo.sha256) {
        if (kept.is_recorded || (await this.askAgain(book, command, kept.sha256))) return;
        continue;
      }
      const isFixed = kept.is_recorded || kept.is_recent || (await this.stands(book, command, kept.sha256));
      if (isFixed) throw new IdempotencyKeyReused(command);
      await this.remove(book, command, kept.sha256, IN_FLIGHT);
    }
  }

  async recorded(book: string, command: string): Promise<void> {
    await this.pool.query(
      'update notice_photos set recorded_at = now() where book = $1 and command = $2 and recorded_at is null',
      [book, command],
    );
  }

  /** Nothing where no entry of the book has such a photo. Error: PhotoChanged. */
  async read(book: string, sha256: string): Promise<KeptPhoto | undefined> {
    const { rows } = await this.pool.query<{
      command: string;
      media_type: PhotoType;
      bytes: Buffer;
      is_recorded: boolean;
    }>(
      `select command, media_type, bytes, recorded_at is not null as is_recorded from notice_photos
       where book = $1 and sha256 = $2 order by recorded_at nulls last limit 1`,
      [book, sha256],
    );
    const [photo] = rows;
    if (photo === undefined) return undefined;
    const isShown = photo.is_recorded || (await this.stands(book, photo.command, sha256));
    if (!isShown) return undefined;
    if (hash('sha256', photo.bytes, 'hex') !== sha256) throw new PhotoChanged(sha256);
    return { mediaType: photo.media_type, bytes: photo.bytes };
  }

  /** Deletes the photos of postings that were refused. Answers how many. */
  async forgetRefused(): Promise<number> {
    const { rows } = await this.pool.query<{ book: string; command: string; sha256: string }>(
      `select book, command, sha256 from notice_photos where recorded_at is null and created_at < now() - ${FORGET_AFTER}
       order by created_at limit 1000`,
    );
    let forgotten = 0;
    for (const { book, command, sha256 } of rows) {
      if (await this.stands(book, command, sha256)) await this.recorded(book, command);
      else forgotten += await this.remove(book, command, sha256, FORGET_AFTER);
    }
    return forgotten;
  }

  private async insert(book: string, command: string, { sha256, mediaType, bytes }: Photo): Promise<boolean> {
    const { rowCount } = await this.pool.query(
      `insert into notice_photos (book, command, sha256, media_type, bytes) values ($1, $2, $3, $4, $5)
       on conflict (book, command) do nothing`,
      [book, command, sha256, mediaType, bytes],
    );
    return rowCount === 1;
  }

  /** The sweep leaves it for its posting. False where it was there first. */
  private async askAgain(book: string, command: string, sha256: string): Promise<boolean> {
    const { rowCount } = await this.pool.query(
      'update notice_photos set created_at = now() where book = $1 and command = $2 and sha256 = $3',
      [book, command, sha256],
    );
    return rowCount === 1;
  }

  /** Unless it was asked for since `age`. */
  private async remove(book: string, command: string, sha256: string, age: string): Promise<number> {
    const { rowCount } = await this.pool.query(
      `delete from notice_photos where book = $1 and command = $2 and sha256 = $3
         and recorded_at is null and created_at < now() - ${age}`,
      [book, command, sha256],
    );
    return rowCount ?? 0;
  }

  private async stands(book: string, command: string, sha256: string): Promise<boolean> {
    const [stored] = await this.store.findByCommands(book, [command]);
    const event = stored === undefined ? undefined : parseEvent(stored);
    return event?.type === 'notice.evidenced' && event.data.sha256 === sha256;
  }
}
