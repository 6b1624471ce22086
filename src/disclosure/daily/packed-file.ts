import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createGzip } from 'node:zlib';
import type { DailyFile } from './daily-file.js';

/** Takes the parts of a packed file, in order. */
export type Save = (number: number, bytes: Buffer) => Promise<void>;

const PART_BYTES = 512 * 1024;

/** Packs a text and passes it on in parts, so that the longest needs no memory. */
export class PackedFile {
  // Without a name and a time in its head: the same text is the same bytes.
  private readonly gzip = createGzip();
  private readonly content = createHash('sha256');
  private readonly packed = createHash('sha256');
  private chunks: Buffer[] = [];
  private held = 0;
  private parts = 0;
  private bytes = 0;

  constructor(private readonly save: Save) {
    this.gzip.on('data', (chunk: Buffer) => {
      this.chunks.push(chunk);
      this.held += chunk.length;
    });
  }

  async write(text: string): Promise<void> {
    this.content.update(text);
    await new Promise<void>((written, failed) => this.gzip.write(text, (error) => (error ? failed(error) : written())));
    if (this.held >= PART_BYTES) await this.passOn();
  }

  async end(): Promise<Omit<DailyFile, 'name' | 'rows'>> {
    const ended = once(this.gzip, 'end');
    this.gzip.end();
    await ended;
    await this.passOn();
    return { bytes: this.bytes, sha256: this.packed.digest('hex'), contentSha256: this.content.digest('hex') };
  }

  private async passOn(): Promise<void> {
    const part = Buffer.concat(this.chunks);
    this.chunks = [];
    this.held = 0;
    this.packed.update(part);
    this.bytes += part.length;
    await this.save(this.parts, part);
    this.parts += 1;
  }
}
