import { parentPort } from 'node:worker_threads';
import type { Printed, PrintOrder } from './paper-printer.js';
import { renderPaper } from './render-paper.js';

/** The thread that makes papers: what it is handed it prints, one after another. */
if (parentPort === null) throw new Error('this program runs as a thread of the service');
const port = parentPort;

let last: Promise<void> = Promise.resolve();

port.on('message', ({ call, paper }: PrintOrder) => {
  last = last.then(() => print(call, paper));
});

async function print(call: number, paper: PrintOrder['paper']): Promise<void> {
  const printed: Printed = await renderPaper(paper).then(
    (bytes) => ({ call, bytes }),
    (error: Error) => ({ call, error: error.message }),
  );
  port.postMessage(printed);
}
