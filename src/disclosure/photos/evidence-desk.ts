import { Injectable } from '@nestjs/common';
import { BookWriters } from '../../posting/book-writers.js';
import { PostEntry, type Posted } from '../../posting/post-entry.js';
import { barePhoto } from './photo.js';
import { PhotoStore } from './photo-store.js';

/** The way of a photo: the picture to its store, its hash to the book. */
@Injectable()
export class EvidenceDesk {
  constructor(
    private readonly photos: PhotoStore,
    private readonly writers: BookWriters,
  ) {}

  /** Errors: UnreadablePhoto, IdempotencyKeyReused, those of the posting. */
  async post(
    { book, key, actor }: { book: string; key: string; actor: string },
    sent: Buffer,
    where: { notice: string; takenAt: string; place: string },
  ): Promise<Posted> {
    const photo = barePhoto(sent);
    await this.photos.keep(book, key, photo);
    const { sha256, mediaType, bytes } = photo;
    const body = { ...where, sha256, mediaType, bytes: bytes.length };
    const posted = await this.writers.post(new PostEntry(book, key, actor, { kind: 'notice_evidence', body }));
    await this.photos.recorded(book, key);
    return posted;
  }
}
