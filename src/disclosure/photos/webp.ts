import { slice, UnreadablePhoto } from './unreadable-photo.js';

const HEADER_BYTES = 12;
const KEPT = new Set(['VP8 ', 'VP8L', 'VP8X', 'ALPH', 'ICCP']);
/** Bits of VP8X: EXIF, XMP and animation. */
const METADATA_BITS = 0x08 | 0x04 | 0x02;

/** RFC 9649: `RIFF <size> WEBP`, then chunks of type, size and data padded to an even length. */
export function bareWebp(sent: Buffer): Buffer {
  const end = slice(sent, 4, 8).readUInt32LE() + 8;
  const file = slice(sent, 0, end);
  const kept: Buffer[] = [];
  let hasPicture = false;
  for (let at = HEADER_BYTES; at < end; ) {
    const length = slice(file, at + 4, at + 8).readUInt32LE();
    const chunk = Buffer.from(slice(file, at, at + 8 + length + (length % 2)));
    const type = chunk.subarray(0, 4).toString('latin1');
    at += chunk.length;
    if (type === 'VP8X' && length > 0) chunk.writeUInt8((chunk[8] ?? 0) & ~METADATA_BITS, 8);
    hasPicture ||= type === 'VP8 ' || type === 'VP8L';
    if (KEPT.has(type)) kept.push(chunk);
  }
  if (!hasPicture) throw new UnreadablePhoto('应为静态的 WebP 图片 must be a still WebP picture');
  const content = Buffer.concat(kept);
  const header = Buffer.from(file.subarray(0, HEADER_BYTES));
  header.writeUInt32LE(content.length + 4, 4);
  return Buffer.concat([header, content]);
}
