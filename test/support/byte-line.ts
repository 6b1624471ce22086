import type { ByteLine } from '../../src/audit/scanner.js';

/** A line as it stands in a file, among others. The text is byte for byte. */
export function byteLine(text: string): ByteLine {
  return { bytes: Buffer.from(`{"${text}"}\n{"actor":"`, 'latin1'), from: 2, to: 2 + text.length, text };
}
