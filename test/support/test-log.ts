import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { checkpointText } from '../../src/log/checkpoint.js';
import { type Hash, leafHash, nodeHash } from '../../src/log/hash.js';
import { generateKey, parseSigner } from '../../src/log/note.js';
import { consistencyProof, type NodeAt, rangeRoot } from '../../src/log/proof.js';

/** A log in memory that can be rewritten, as an honest one never is, and the address where it shows itself. */
export class TestLog {
  readonly signer = parseSigner(generateKey('ledger.example/log'));
  entries: string[] = [];
  /** Answered instead of the true proof. */
  proofInstead: Hash[] | undefined;
  private server: Server | undefined;

  constructor(readonly book: string) {}

  checkpoint(size = this.entries.length): string {
    const root = rangeRoot(this.nodeAt, 0, size);
    return this.signer.sign(checkpointText({ origin: `${this.signer.name}/${this.book}`, size, root }));
  }

  proof(from: number, to = this.entries.length): Hash[] {
    return from === 0 ? [] : consistencyProof(this.nodeAt, from, to);
  }

  async listen(): Promise<string> {
    const server = createServer((request, response) => {
      const url = new URL(request.url ?? '', 'http://log');
      const size = (name: string) => Number(url.searchParams.get(name));
      if (url.pathname === '/log/keys') response.end(`${this.signer.vkey}\n`);
      else if (url.pathname === `/log/${this.book}/checkpoint`) response.end(this.checkpoint());
      else if (url.pathname === `/v1/books/${this.book}/consistency`) {
        const proof = this.proofInstead ?? this.proof(size('from'), size('to'));
        response.end(JSON.stringify({ proof: proof.map((hash) => hash.toString('base64')) }));
      } else response.writeHead(404).end();
    });
    this.server = server;
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    await new Promise((done) => this.server?.close(done));
  }

  readonly nodeAt: NodeAt = (level, index) =>
    level === 0
      ? leafHash(this.entries[index] ?? '')
      : nodeHash(this.nodeAt(level - 1, 2 * index), this.nodeAt(level - 1, 2 * index + 1));
}
