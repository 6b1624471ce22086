import { slice, UnreadablePhoto } from './unreadable-photo.js';

const SOI = Buffer.from([0xff, 0xd8]);
const EOI = Buffer.from([0xff, 0xd9]);
const JFIF = 'JFIF\0';
const EXIF = 'Exif\0\0';

/**
 * ITU-T T.81: `FF <marker> <length> …` segments, then scans. Of the application segments (APPn) stay those that say what
 * the colours mean (JFIF, ICC, Adobe), and of EXIF the one number that says which side is up. What comes after the end of
 * the picture (a second picture, a film) is cut off.
 */
export function bareJpeg(sent: Buffer): Buffer {
  const kept: Buffer[] = [];
  let orientation: number | undefined;
  let hasScan = false;
  for (let at = SOI.length; ; ) {
    if (slice(sent, at, at + 2)[0] !== 0xff)
      throw new UnreadablePhoto('应为完整的 JPEG 图片 must be a whole JPEG picture');
    const marker = sent[at + 1] ?? 0;
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    if (marker === 0xd9) break;
    const length = slice(sent, at + 2, at + 4).readUInt16BE();
    const segment = slice(sent, at, at + 2 + length);
    at += segment.length;
    orientation ??= orientationOf(marker, segment);
    const bare = bareSegment(marker, segment);
    if (bare !== undefined) kept.push(bare);
    if (marker !== 0xda) continue;
    hasScan = true;
    const end = endOfScan(sent, at);
    kept.push(sent.subarray(at, end));
    at = end;
  }
  if (!hasScan) throw new UnreadablePhoto('应为 JPEG 图片,其中没有图像 must be a JPEG picture, and holds none');
  const upright = orientation === undefined ? [] : [orientationSegment(orientation)];
  return Buffer.concat([SOI, ...upright, ...kept, EOI]);
}

function bareSegment(marker: number, segment: Buffer): Buffer | undefined {
  const isApplication = (marker >= 0xe0 && marker <= 0xef) || marker === 0xfe;
  if (!isApplication) return segment;
  if (marker === 0xe0 && startsWith(segment, JFIF)) return withoutThumbnail(segment);
  if (marker === 0xe2 && startsWith(segment, 'ICC_PROFILE\0')) return segment;
  return marker === 0xee && startsWith(segment, 'Adobe') ? segment : undefined;
}

function startsWith(segment: Buffer, name: string): boolean {
  return segment.subarray(4, 4 + name.length).toString('latin1') === name;
}

/** JFIF 1.02: version, density, then the size of a small picture and that picture. */
function withoutThumbnail(segment: Buffer): Buffer {
  const bare = Buffer.from(slice(segment, 0, 18));
  bare.writeUInt16BE(16, 2);
  bare.writeUInt16BE(0, 16);
  return bare;
}

/** To the next marker that is neither a stuffed zero nor a restart. */
function endOfScan(sent: Buffer, from: number): number {
  for (let at = sent.indexOf(0xff, from); at >= 0; at = sent.indexOf(0xff, at + 1)) {
    const next = sent[at + 1];
    if (next !== undefined && next !== 0x00 && next !== 0xff && (next < 0xd0 || next > 0xd7)) return at;
  }
  throw new UnreadablePhoto('图片不完整 must be a whole picture; it ends too early');
}

/** Tag 0x0112 of the first directory (TIFF 6.0, Exif 2.3): 2 to 8 where the picture lies on a side or is mirrored. */
function orientationOf(marker: number, segment: Buffer): number | undefined {
  if (marker !== 0xe1 || !startsWith(segment, EXIF)) return undefined;
  const tiff = segment.subarray(4 + EXIF.length);
  if (tiff.length < 8) return undefined;
  const isLittle = tiff.subarray(0, 2).toString('latin1') === 'II';
  const uint16 = (at: number) => (at + 2 > tiff.length ? 0 : isLittle ? tiff.readUInt16LE(at) : tiff.readUInt16BE(at));
  const first = isLittle ? tiff.readUInt32LE(4) : tiff.readUInt32BE(4);
  for (let entry = 0; entry < uint16(first); entry += 1) {
    const at = first + 2 + entry * 12;
    if (uint16(at) !== 0x0112) continue;
    const value = uint16(at + 8);
    return value >= 2 && value <= 8 ? value : undefined;
  }
  return undefined;
}

/** EXIF with that one number and nothing else. */
function orientationSegment(orientation: number): Buffer {
  const entry = [0x01, 0x12, 0x00, 0x03, 0, 0, 0, 1, 0, orientation, 0, 0];
  const tiff = [0x4d, 0x4d, 0, 0x2a, 0, 0, 0, 8, 0, 1, ...entry, 0, 0, 0, 0];
  const content = Buffer.concat([Buffer.from(EXIF, 'latin1'), Buffer.from(tiff)]);
  return Buffer.concat([Buffer.from([0xff, 0xe1, 0, content.length + 2]), content]);
}
