import { EventReader } from '../../src/audit/event-reader.js';
import type { ByteLine } from '../../src/audit/scanner.js';
import type { BookEvent } from '../../src/domain/event.js';

/** A line as it stands in a file, among others. The text is byte for byte. */
export function byteLine(text: string): ByteLine {
  return { bytes: Buffer.from(`{"${text}"}\n{"actor":"`, 'latin1'), from: 2, to: 2 + text.length };
}

const reader = new EventReader(({ path, expected, found }) => {
  throw new Error(`${path}: expected ${expected}, found ${found}`);
});

/** An event as an audit reads it of its line. */
export function readEvent(text: string): BookEvent {
  return reader.read(byteLine(text));
}
