import { crc32 } from 'node:zlib';
import { barePhoto } from '../../src/disclosure/photos/photo.js';
import { UnreadablePhoto } from '../../src/disclosure/photos/unreadable-photo.js';

const WHERE = 'GPS 38.2N 106.3E';

function chunk(type: string, data: Buffer): Buffer {
  const [length, crc] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  const named = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  crc.writeUInt32BE(crc32(named));
  return Buffer.concat([length, named, crc]);
}

const PNG = Buffer.concat([
  Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
  chunk('IHDR', Buffer.alloc(13, 1)),
  chunk('eXIf', Buffer.from(WHERE)),
  chunk('tEXt', Buffer.from(WHERE)),
  chunk('IDAT', Buffer.from('pixels')),
  chunk('IEND', Buffer.alloc(0)),
  Buffer.from(WHERE),
]);

function riff(type: string, data: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32LE(data.length);
  return Buffer.concat([Buffer.from(type, 'latin1'), length, data, Buffer.alloc(data.length % 2)]);
}

function webp(...chunks: Buffer[]): Buffer {
  const content = Buffer.concat([Buffer.from('WEBP'), ...chunks]);
  return riff('RIFF', content);
}

const WEBP = Buffer.concat([
  webp(
    riff('VP8X', Buffer.from([0x2c, 0, 0, 0, 0, 0, 0, 0, 0, 0])),
    riff('VP8 ', Buffer.from('pixel')),
    riff('EXIF', Buffer.from(WHERE)),
    riff('XMP ', Buffer.from(WHERE)),
  ),
  Buffer.from(WHERE),
]);

const PIXELS = [0xff, 0xda, 0, 2, 0x12, 0xff, 0x00, 0x34, 0xff, 0xd0, 0x56];
const segment = (marker: number, data: Buffer) =>
  Buffer.concat([Buffer.from([0xff, marker, 0, data.length + 2]), data]);
const JPEG = Buffer.concat([
  Buffer.from([0xff, 0xd8]),
  segment(0xe0, Buffer.from('JFIF\0\x01\x02\0\0\x01\0\x01\x01\x01abc', 'latin1')),
  segment(0xe1, Buffer.from(`http://ns.adobe.com/xap/1.0/\0${WHERE}`, 'latin1')),
  segment(0xe2, Buffer.from('ICC_PROFILE\0colours', 'latin1')),
  segment(0xed, Buffer.from(WHERE)),
  segment(0xfe, Buffer.from(WHERE)),
  segment(0xdb, Buffer.from('tables')),
  Buffer.from(PIXELS),
  Buffer.from([0xff, 0xd9]),
  Buffer.from(WHERE),
]);

it.each([
  ['image/jpeg', JPEG, ['ICC_PROFILE', 'tables']],
  ['image/png', PNG, ['IHDR', 'pixels', 'IEND']],
  ['image/webp', WEBP, ['VP8X', 'pixel']],
] as const)('of %s keeps the picture alone, the same each time', (mediaType, sent, kept) => {
  const photo = barePhoto(sent);
  expect(photo.mediaType).toBe(mediaType);
  const text = photo.bytes.toString('latin1');
  expect(text).not.toContain('GPS');
  for (const part of kept) expect(text).toContain(part);
  expect(barePhoto(photo.bytes)).toEqual(photo);
});

it('leaves pixels alone, and of JFIF the small picture out', () => {
  const { bytes } = barePhoto(JPEG);
  expect(bytes.includes(Buffer.from(PIXELS))).toBe(true);
  expect(bytes.toString('latin1')).not.toContain('abc');
});

it('says of WebP no more that there is EXIF', () => {
  const { bytes } = barePhoto(WEBP);
  expect(bytes[20]).toBe(0x20);
  expect(bytes.readUInt32LE(4)).toBe(bytes.length - 8);
});

it('refuses whatever ends early, at every length, and what was changed on the way', () => {
  for (const [whole, tail] of [
    [JPEG, WHERE.length],
    [PNG, WHERE.length],
    [WEBP, WHERE.length],
  ] as const) {
    for (let length = 0; length < whole.length - tail; length += 1)
      expect(() => barePhoto(whole.subarray(0, length))).toThrow(UnreadablePhoto);
  }
  const changed = Buffer.from(PNG);
  changed.write('Pixels', PNG.indexOf('pixels'));
  expect(() => barePhoto(changed)).toThrow('changed on the way');
  expect(() => barePhoto(webp(riff('ANIM', Buffer.alloc(6))))).toThrow('a still WebP');
});
