import type { PoolClient, Submittable } from 'pg';

/** PostgreSQL's binary COPY: this, four bytes of flags, four of the length of what extends the header. */
const SIGNATURE = Buffer.from('PGCOPY\n\xff\r\n\0', 'latin1');
const HEADER_BYTES = SIGNATURE.length + 8;
const END = -1;

/**
 * Reads one column of bytes as they are: `pg` would have them sent as hexadecimal digits, twice as many. Each value is good only
 * until `take` returns, since the next one may take its place.
 *
 * @param select gives rows of one `bytea`, none of them null
 */
export function copyOut(client: PoolClient, select: string, take: (bytes: Buffer) => void): Promise<void> {
  return new Promise((done, failed) => {
    client.query(new CopyOut(`copy (${select}) to stdout (format binary)`, take, done, failed));
  });
}

interface Connection {
  query(text: string): void;
}

/** What `pg` wants of a query; each of its calls is a message of the server. */
class CopyOut implements Submittable {
  private isFirst = true;
  private failure: unknown;

  constructor(
    private readonly text: string,
    private readonly take: (bytes: Buffer) => void,
    private readonly done: () => void,
    private readonly failed: (error: unknown) => void,
  ) {}

  submit(connection: object): void {
    (connection as Connection).query(this.text);
  }

  /** A message is a row: the number of columns, the length of the value, its bytes. */
  handleCopyData({ chunk }: { chunk: Buffer }): void {
    if (this.failure !== undefined) return;
    try {
      const begin = this.isFirst ? headerEnd(chunk) : 0;
      this.isFirst = false;
      if (begin === chunk.length || chunk.readInt16BE(begin) === END) return;
      const length = chunk.readInt32BE(begin + 2);
      this.take(chunk.subarray(begin + 6, begin + 6 + length));
    } catch (error) {
      // The rest of the rows comes all the same; it is not looked at.
      this.failure = error;
    }
  }

  handleCommandComplete(): void {}

  handleError(error: unknown): void {
    this.failed(error);
  }

  handleReadyForQuery(): void {
    if (this.failure === undefined) this.done();
    else this.failed(this.failure);
  }
}

function headerEnd(chunk: Buffer): number {
  if (!chunk.subarray(0, SIGNATURE.length).equals(SIGNATURE)) throw new Error('what came is no binary COPY');
  return HEADER_BYTES + chunk.readInt32BE(HEADER_BYTES - 4);
}
