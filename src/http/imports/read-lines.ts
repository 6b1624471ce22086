import { isUtf8 } from 'node:buffer';

/** More than any command needs, escaped as its writer likes. */
export const MAX_LINE_BYTES = 256 * 1024;

/** A line of a stream: its text, or why there is none. */
export type RawLine = { line: number; text: string } | { line: number; fault: 'too_long' | 'not_utf8' };

const NEWLINE = 0x0a;
const BYTE_ORDER_MARK = '\uFEFF';

/** The lines of a stream, those of one chunk at a time, counted from 1. Blank ones count and are left out. */
export async function* readLines(chunks: AsyncIterable<Buffer>): AsyncGenerator<RawLine[]> {
  const splitter = new LineSplitter();
  for await (const chunk of chunks) {
    const lines = splitter.push(chunk);
    if (lines.length > 0) yield lines;
  }
  const last = splitter.end();
  if (last.length > 0) yield last;
}

class LineSplitter {
  private line = 0;
  /** The beginning of a line whose end has not come yet. */
  private begun: Buffer[] = [];
  private begunBytes = 0;

  push(chunk: Buffer): RawLine[] {
    const end = chunk.lastIndexOf(NEWLINE);
    if (end < 0) {
      this.keep(chunk);
      return [];
    }
    const rest = chunk.subarray(end + 1);
    const lines: RawLine[] = [];
    const first = this.begunBytes > 0 ? chunk.indexOf(NEWLINE) : -1;
    if (first >= 0) {
      this.keep(chunk.subarray(0, first));
      lines.push(...this.finishBegun());
    }
    if (end > first) this.addWhole(chunk.subarray(first + 1, end), lines);
    this.keep(rest);
    return lines;
  }

  end(): RawLine[] {
    return this.begunBytes > 0 ? this.finishBegun() : [];
  }

  /** What goes beyond the longest line is counted, not kept. */
  private keep(part: Buffer): void {
    if (part.length === 0) return;
    this.begunBytes += part.length;
    if (this.begunBytes > MAX_LINE_BYTES) this.begun = [];
    else this.begun.push(part);
  }

  private finishBegun(): RawLine[] {
    const bytes = Buffer.concat(this.begun);
    const isTooLong = this.begunBytes > MAX_LINE_BYTES;
    this.begun = [];
    this.begunBytes = 0;
    const lines: RawLine[] = [];
    if (isTooLong) lines.push({ line: this.next(), fault: 'too_long' });
    else this.addWhole(bytes, lines);
    return lines;
  }

  /** Whole lines, parted by newlines: decoded at once where all is well. */
  private addWhole(bytes: Buffer, lines: RawLine[]): void {
    if (isUtf8(bytes)) {
      for (const text of bytes.toString('utf8').split('\n')) this.addText(text, lines);
      return;
    }
    for (let from = 0; from <= bytes.length; ) {
      const newline = bytes.indexOf(NEWLINE, from);
      const end = newline < 0 ? bytes.length : newline;
      const one = bytes.subarray(from, end);
      if (isUtf8(one)) this.addText(one.toString('utf8'), lines);
      else lines.push({ line: this.next(), fault: 'not_utf8' });
      from = end + 1;
    }
  }

  private addText(text: string, lines: RawLine[]): void {
    const line = this.next();
    const content = line === 1 && text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text;
    if (content === '' || content.trim() === '') return;
    lines.push(
      content.length * 3 > MAX_LINE_BYTES && isLong(content) ? { line, fault: 'too_long' } : { line, text: content },
    );
  }

  private next(): number {
    this.line += 1;
    return this.line;
  }
}

function isLong(text: string): boolean {
  return Buffer.byteLength(text) > MAX_LINE_BYTES;
}
