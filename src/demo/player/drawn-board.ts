import { createHash } from 'node:crypto';
import { crc32, deflateSync } from 'node:zlib';

const WIDTH = 96;
const HEIGHT = 64;
/** Wall, board, paper, ink. */
const PALETTE = [0xd9d4c7, 0x2f6f4f, 0xfdfcf8, 0x5b5b5b];
const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/** A sheet on a board as a PNG (ISO/IEC 15948) of a few hundred bytes: the same for the same name, another for another. */
export function drawnBoard(name: string): Buffer<ArrayBuffer> {
  const lengths = createHash('sha256').update(name).digest();
  const rows = Array.from({ length: HEIGHT }, (_, y) =>
    // The first byte of a row names its filter: none.
    Buffer.from([0, ...Array.from({ length: WIDTH }, (__, x) => colourAt(x, y, lengths))]),
  );
  return Buffer.concat([
    SIGNATURE,
    // Eight bits a pixel, by palette.
    chunk('IHDR', Buffer.concat([uint32(WIDTH), uint32(HEIGHT), Buffer.from([8, 3, 0, 0, 0])])),
    chunk('PLTE', Buffer.concat(PALETTE.map((colour) => uint32(colour).subarray(1)))),
    chunk('IDAT', deflateSync(Buffer.concat(rows))),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function colourAt(x: number, y: number, lengths: Buffer): number {
  if (x < 6 || x >= WIDTH - 6 || y < 6 || y >= HEIGHT - 6) return 0;
  if (x < 30 || x >= WIDTH - 30 || y < 10 || y >= HEIGHT - 10) return 1;
  const line = Math.floor((y - 12) / 4);
  const isInk = y % 4 === 0 && line >= 0 && line < 9 && x >= 34 && x < 40 + ((lengths[line] ?? 0) % 22);
  return isInk ? 3 : 2;
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  return Buffer.concat([uint32(data.length), body, uint32(crc32(body))]);
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
