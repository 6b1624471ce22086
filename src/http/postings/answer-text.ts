import type { Posted } from '../../posting/post-entry.js';

let lastCheckpoint = '';
let lastCheckpointText = '""';

/**
 * The answer to a posting as JSON, in characters of ASCII alone, which are sent as they are. Hashes and numbers need no
 * escaping, and the entries of a batch, answered one after another, have one checkpoint.
 */
export function answerText({ id, book, seq, recordedAt, receipt, told }: Posted): string {
  if (told !== undefined) return JSON.stringify({ id, book, seq, recordedAt, receipt, ...told });
  const { leafHash, checkpoint, proof } = receipt;
  if (checkpoint !== lastCheckpoint) {
    lastCheckpoint = checkpoint;
    lastCheckpointText = asciiJson(checkpoint);
  }
  const hashes = proof.length === 0 ? '[]' : `["${proof.join('","')}"]`;
  return (
    `{"id":${asciiJson(id)},"book":"${book}","seq":${seq},"recordedAt":"${recordedAt}","receipt":{"book":"${receipt.book}",` +
    `"seq":${receipt.seq},"leafHash":"${leafHash}","checkpoint":${lastCheckpointText},"proof":${hashes}}}`
  );
}

const BEYOND_ASCII = /[^\0-\x7f]/g;

function asciiJson(text: string): string {
  const json = JSON.stringify(text);
  if (json.search(BEYOND_ASCII) < 0) return json;
  // What `replace` gives has two bytes a character, and so would all of the answer that holds it.
  return Buffer.from(json.replace(BEYOND_ASCII, escaped), 'latin1').toString('latin1');
}

function escaped(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
