import type { BookEvent } from '../../domain/event.js';
import type { Row } from './standing.js';

/** What is kept outside the log and named by an entry: the photos of notices, and the words of objections. */
export class KeptOutside {
  private readonly photos: Row[] = [];
  private readonly seals: Row[] = [];

  take(event: BookEvent): void {
    const { command } = event;
    if (event.type === 'notice.evidenced') {
      const { bytes, mediaType, sha256 } = event.data;
      this.photos.push({ key: [command], fields: () => ({ bytes, command, contents: sha256, mediaType, sha256 }) });
    }
    if (event.type === 'objection.filed') {
      const { commitment, id } = event.data;
      this.seals.push({ key: [command], fields: () => ({ command, commitment, halfErased: false, objection: id }) });
    }
  }

  photoRows(): Iterable<Row> {
    return this.photos;
  }

  sealRows(): Iterable<Row> {
    return this.seals;
  }
}
