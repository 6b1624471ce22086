import { crc32 } from 'node:zlib';
import { slice, UnreadablePhoto } from './unreadable-photo.js';

const SIGNATURE_BYTES = 8;
/** What a still picture needs to look right; texts, EXIF, times and further frames are not among it. */
const KEPT = new Set(['IHDR', 'PLTE', 'IDAT', 'IEND', 'tRNS', 'cHRM', 'gAMA', 'iCCP', 'sBIT', 'sRGB', 'bKGD', 'pHYs']);

/** ISO/IEC 15948: chunks of length, type, data and CRC. What comes after IEND is cut off. */
export function barePng(sent: Buffer): Buffer {
  const kept = [slice(sent, 0, SIGNATURE_BYTES)];
  const seen = new Set<string>();
  for (let at = SIGNATURE_BYTES; !seen.has('IEND'); ) {
    const length = slice(sent, at, at + 4).readUInt32BE();
    const chunk = slice(sent, at, at + 12 + length);
    const type = chunk.subarray(4, 8).toString('latin1');
    if (seen.size === 0 && type !== 'IHDR')
      throw new UnreadablePhoto('应为完整的 PNG 图片 must be a whole PNG picture');
    if (crc32(chunk.subarray(4, 8 + length)) !== chunk.readUInt32BE(8 + length))
      throw new UnreadablePhoto(
        'PNG 图片在途中有改动 must be a whole PNG picture; a part of it was changed on the way',
      );
    if (KEPT.has(type)) kept.push(chunk);
    seen.add(type);
    at += chunk.length;
  }
  if (!seen.has('IDAT')) throw new UnreadablePhoto('应为 PNG 图片,其中没有图像 must be a PNG picture, and holds none');
  return Buffer.concat(kept);
}
