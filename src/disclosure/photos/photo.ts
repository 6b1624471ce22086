import { hash } from 'node:crypto';
import type { PhotoType } from '../../domain/notices/after-publishing.js';
import { bareJpeg } from './jpeg.js';
import { barePng } from './png.js';
import { UnreadablePhoto } from './unreadable-photo.js';
import { bareWebp } from './webp.js';

export const MOST_PHOTO_BYTES = 5 * 1024 * 1024;

export interface Photo {
  mediaType: PhotoType;
  bytes: Buffer;
  /** Of these bytes, in lower-case hex. */
  sha256: string;
}

/**
 * The picture alone: a telephone writes into a photo where and when it was taken, by which device, often a second picture
 * and a film. All of that is left out, before anything is hashed or kept; pixels are not touched, so the same photo gives
 * the same bytes. The type is told by the bytes, not by what the sender says.
 *
 * Error: UnreadablePhoto.
 */
export function barePhoto(sent: Buffer): Photo {
  const [mediaType, bytes] = bareOf(sent);
  return { mediaType, bytes, sha256: hash('sha256', bytes, 'hex') };
}

function bareOf(sent: Buffer): [PhotoType, Buffer] {
  if (sent.subarray(0, 3).equals(Buffer.from([0xff, 0xd8, 0xff]))) return ['image/jpeg', bareJpeg(sent)];
  if (sent.subarray(0, 8).toString('latin1') === '\x89PNG\r\n\x1a\n') return ['image/png', barePng(sent)];
  if (sent.subarray(0, 4).toString('latin1') === 'RIFF' && sent.subarray(8, 12).toString('latin1') === 'WEBP')
    return ['image/webp', bareWebp(sent)];
  throw new UnreadablePhoto('应为 JPEG、PNG 或 WebP 图片 must be a JPEG, PNG or WebP picture');
}
