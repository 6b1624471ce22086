import { once } from 'node:events';
import { type AddressInfo, connect } from 'node:net';
import { Readable } from 'node:stream';
import Fastify, { type FastifyInstance } from 'fastify';
import { closeConnectionsWhenStopping } from '../../src/http/last-answers.js';

const ANSWER_BYTES = 64 * 1024 * 1024;
const PIECE = Buffer.alloc(64 * 1024, 'x');

/** Answers more than the buffers of a connection take. */
async function serviceThat(lastAnswersMs: number): Promise<{ instance: FastifyInstance; port: number }> {
  const instance = Fastify({ forceCloseConnections: false });
  closeConnectionsWhenStopping(instance, lastAnswersMs);
  instance.get('/', (_request, reply) => {
    const pieces = Array.from({ length: ANSWER_BYTES / PIECE.length }, () => PIECE);
    return reply.send(Readable.from(pieces, { objectMode: false }));
  });
  await instance.listen({ port: 0, host: '127.0.0.1' });
  return { instance, port: (instance.server.address() as AddressInfo).port };
}

describe('a stop of the service', () => {
  it('waits for an answer that is being read', async () => {
    const { instance, port } = await serviceThat(30_000);
    const { body } = await fetch(`http://127.0.0.1:${port}/`);
    const closing = instance.close();
    let read = 0;
    for await (const piece of body ?? []) read += piece.length;
    expect(read).toBe(ANSWER_BYTES);
    await closing;
  });

  it('does not wait for ever for a client that reads nothing', async () => {
    const { instance, port } = await serviceThat(200);
    const client = connect(port, '127.0.0.1').pause();
    client.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n');
    await once(client, 'readable');
    const cutOff = once(client, 'close');
    await instance.close();
    client.on('error', () => undefined).resume();
    await cutOff;
    expect(client.bytesRead).toBeLessThan(ANSWER_BYTES);
  });
});
