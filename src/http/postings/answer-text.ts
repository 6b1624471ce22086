import { asciiJson } from '../../ascii-json.js';
import type { Posted } from '../../posting/post-entry.js';

/** The answer to a posting as JSON, in characters of ASCII alone, which are sent as they are. Numbers and codes need no escaping. */
export function answerText({ id, book, seq, recordedAt, receipt, told }: Posted): string {
  const more = told === undefined ? '' : `,${asciiJson(told).slice(1, -1)}`;
  return `{"id":${asciiJson(id)},"book":"${book}","seq":${seq},"recordedAt":"${recordedAt}","receipt":${receipt}${more}}`;
}
