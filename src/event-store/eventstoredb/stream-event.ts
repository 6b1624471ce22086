import { createHash } from 'node:crypto';
import { canonical } from '../canonical.js';
import type { NewEvent, Seal } from '../event-store.js';

/** What EventStoreDB keeps beside the bytes of an event. The last event of a batch carries what was signed over the batch. */
export interface StreamMetadata {
  /** SHA-256, in base64, of the request that made it. */
  requestHash: string;
  seal?: Pick<Seal, 'size' | 'note'>;
}

/** An event as it goes into a book's stream. */
export interface StreamEvent {
  id: string;
  type: string;
  /** The UTF-8 bytes of this text are the event's data: binary to EventStoreDB, so that it never writes them anew. */
  canonical: string;
  metadata: StreamMetadata;
}

export function streamEvents(events: readonly NewEvent[], { size, note }: Seal): StreamEvent[] {
  return events.map(({ event, canonical: bytes, requestHash }, index) => {
    const text = bytes.toString('utf8');
    const metadata = index === events.length - 1 ? { requestHash, seal: { size, note } } : { requestHash };
    return { id: idOf(text, metadata), type: event.type, canonical: text, metadata };
  });
}

/**
 * A UUID (RFC 9562, version 8) made of everything that is kept. EventStoreDB takes an append of ids that it has for a repeated
 * one and answers success, so the same id must mean the same bytes: an entry decided anew, with another time, is another.
 */
function idOf(text: string, metadata: StreamMetadata): string {
  const bytes = createHash('sha256').update(text).update('\n').update(canonical(metadata)).digest().subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x80, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
