import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** On which nothing moves either way for so long, the other side is gone, or will not read its answers. */
const IDLE_MS = 60_000;

const uploads = new WeakSet<Socket>();

/**
 * An import takes as long as it has lines, while any other request must come within the time limit of the server, which knows
 * no exception. What is asked of an import is that something moves.
 */
export function keepOpen(socket: Socket, answer: ServerResponse): void {
  uploads.add(socket);
  socket.setTimeout(IDLE_MS);
  answer.once('close', () => uploads.delete(socket));
}

/** Whether the time limit of requests is none for what comes over this connection now. */
export function isLongUpload(socket: Socket): boolean {
  return uploads.has(socket);
}
